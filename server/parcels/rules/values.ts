import type { Ledger } from '../../contract/codes/ledger.ts'
import { codesOf } from '../../contract/codes/lists.ts'
import { FIELDS, type FieldDefinition } from '../../contract/fields.ts'
import { isCalendarDate } from '../../kernel/calendar-date.ts'

export type ValueFault =
  | 'type'
  | 'too_long'
  | 'not_in_list'
  | 'not_a_date'
  | 'negative'
  | 'not_integer'
  | 'not_of_ledger'
  | 'required'

const TEXT_LENGTH = 200
/** Largest area a parcel can claim, m²: ten times the county. Guards against unit slips and overflow. */
const AREA_MAX_M2 = 1e11

function textFault(field: FieldDefinition, value: unknown): ValueFault | null {
  if (typeof value !== 'string') return 'type'
  return value.length > (field.maxLength ?? TEXT_LENGTH) ? 'too_long' : null
}

function codeFault(field: FieldDefinition, ledger: Ledger, value: unknown): ValueFault | null {
  if (typeof value !== 'string') return 'type'
  return codesOf(field.codes!, ledger).includes(value) ? null : 'not_in_list'
}

function numberFault(field: FieldDefinition, value: unknown): ValueFault | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'type'
  if (value < 0) return 'negative'
  if ((field.type === 'integer' || field.type === 'money') && !Number.isSafeInteger(value))
    return 'not_integer'
  return field.type === 'area' && value > AREA_MAX_M2 ? 'type' : null
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
      return typeof value === 'string' && isCalendarDate(value) ? null : 'not_a_date'
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
