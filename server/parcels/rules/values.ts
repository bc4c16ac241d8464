import type { Ledger } from '../../contract/codes/ledger.ts'
import { codesOf } from '../../contract/codes/lists.ts'
import { FIELDS, YEARS, isShare, isYear, type FieldDefinition } from '../../contract/fields.ts'
import type { AttributeValue } from '../../contract/parcel.ts'
import { isCalendarDate } from '../../kernel/calendar-date.ts'

export type ValueFault =
  | 'type'
  | 'too_long'
  | 'not_in_list'
  | 'characters'
  | 'not_a_date'
  | 'year_out_of_range'
  | 'negative'
  | 'not_positive'
  | 'not_a_share'
  | 'too_large'
  | 'not_integer'
  | 'not_of_ledger'
  | 'required'

const TEXT_LENGTH = 200
/** Largest area a parcel can claim, m²: ten times the county. Guards against unit slips and overflow. */
const AREA_MAX_M2 = 1e11
/** The bound an import has for money (fen) and other figures: far above any contract, far below what the columns hold. */
const NUMBER_MAX = 1e13
const LARGEST: Partial<Record<FieldDefinition['type'], number>> = {
  area: AREA_MAX_M2,
  integer: 2_147_483_647,
}
/** From this length on a text is written in lines. */
const LINES_FROM_LENGTH = 1000

const lengthOf = (field: FieldDefinition): number => field.maxLength ?? TEXT_LENGTH

/** A value as it is stored: texts without blanks around them, in one line unless they are long; nothing but blanks is empty. */
export function tidyValue(field: FieldDefinition, value: AttributeValue): AttributeValue {
  if (field.type !== 'text' || typeof value !== 'string') return value
  const hasLines = lengthOf(field) >= LINES_FROM_LENGTH
  // Cells pasted from a table bring tabs and line ends.
  const text = (hasLines ? value : value.replace(/[\t\r\n]+/g, ' ')).trim()
  return text === '' ? null : text
}

function textFault(field: FieldDefinition, value: unknown): ValueFault | null {
  if (typeof value !== 'string') return 'type'
  if (/[^\P{Cc}\t\r\n]/u.test(value)) return 'characters'
  return value.length > lengthOf(field) ? 'too_long' : null
}

function codeFault(field: FieldDefinition, ledger: Ledger, value: unknown): ValueFault | null {
  if (typeof value !== 'string') return 'type'
  return codesOf(field.codes!, ledger).includes(value) ? null : 'not_in_list'
}

function numberFault(field: FieldDefinition, value: unknown): ValueFault | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'type'
  if (value < 0) return 'negative'
  if ((field.type === 'integer' || field.type === 'money') && !Number.isInteger(value)) return 'not_integer'
  if (isYear(field)) return value < YEARS.min || value > YEARS.max ? 'year_out_of_range' : null
  if (isShare(field)) return value > 1 ? 'not_a_share' : null
  // An import takes 文件面积 of 0 for none at all; written by hand it is a slip, or stands for "not known yet".
  if (field.wire === 'documentAreaM2' && value === 0) return 'not_positive'
  return value > (LARGEST[field.type] ?? NUMBER_MAX) ? 'too_large' : null
}

function dateFault(value: unknown): ValueFault | null {
  if (typeof value !== 'string' || !isCalendarDate(value)) return 'not_a_date'
  const year = Number(value.slice(0, 4))
  return year < YEARS.min || year > YEARS.max ? 'year_out_of_range' : null
}

/** What is wrong with a value for a field, or null. `null` clears a field, except 台账编号, which every parcel has. */
export function valueFault(field: FieldDefinition, ledger: Ledger, value: unknown): ValueFault | null {
  if (field.ledger && field.ledger !== ledger) return 'not_of_ledger'
  if (value === null) return field.wire === 'parcelNo' ? 'required' : null
  switch (field.type) {
    case 'text':
      return field.wire === 'parcelNo' && value === '' ? 'required' : textFault(field, value)
    case 'code':
      return codeFault(field, ledger, value)
    case 'date':
      return dateFault(value)
    case 'boolean':
      return typeof value === 'boolean' ? null : 'type'
    default:
      return numberFault(field, value)
  }
}

const REQUIRED = FIELDS.filter((field) => field.required)

/**
 * Wire names of the required fields that are empty: 位置, 面积, 权属, 规划用途 (the four the plan names).
 * Not empty means 待补录.
 */
export function missingFields(valueOf: (field: FieldDefinition) => unknown): string[] {
  return REQUIRED.filter((field) => {
    const value = valueOf(field)
    return value === null || value === undefined || value === ''
  }).map((field) => field.wire)
}
