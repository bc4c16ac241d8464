/** One cell to one field's typed value, or the code of what is wrong with it. */
import { YEARS, isShare, isYear, type FieldDefinition } from '../../contract/fields.ts'
import type { Ledger } from '../../contract/codes/ledger.ts'
import type { AttributeValue } from '../formats/types.ts'
import { codeOf, isOfLedger, parseBoolean } from './codes.ts'
import { isEmptyDate, parseDate } from './dates.ts'
import { foldWidth, type ColumnUnit } from './names.ts'
import { parseAreaM2, parseFen, parseNumber } from './numbers.ts'
import type { TownFinder } from './towns.ts'

export type ValueFault =
  | 'value_not_number'
  | 'value_negative'
  | 'value_not_date'
  | 'date_partial'
  | 'date_out_of_range'
  | 'value_not_boolean'
  | 'year_out_of_range'
  | 'code_unknown'
  | 'cause_not_of_ledger'
  | 'measure_not_of_ledger'
  | 'town_unknown'
  | 'text_cut'
  | 'value_too_large'

export type TypedValue = string | number | boolean

export interface Converted {
  /** null: the cell is empty or could not be read. */
  value: TypedValue | null
  fault?: ValueFault
}

export interface ConvertOptions {
  unit: ColumnUnit | null
  ledger: Ledger
  towns: TownFinder
}

const EMPTY: Converted = { value: null }

/** Dashes, slashes and 无 stand for nothing in tables; a lone 0 only where a date is due. */
export function isEmptyCell(cell: AttributeValue | undefined): boolean {
  if (cell === null || cell === undefined) return true
  if (typeof cell !== 'string') return false
  const text = foldWidth(cell)
  return text === '' || /^(-+|—+|\/+|\\|null|<null>|n\/a|nan|#n\/a|无|暂无|空)$/.test(text)
}

const DEFAULT_TEXT_LENGTH = 200

function convertText(field: FieldDefinition, cell: AttributeValue): Converted {
  const text = String(cell)
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (text === '') return EMPTY
  const limit = field.maxLength ?? DEFAULT_TEXT_LENGTH
  return text.length <= limit ? { value: text } : { value: text.slice(0, limit), fault: 'text_cut' }
}

function convertDate(cell: AttributeValue): Converted {
  if (isEmptyDate(String(cell))) return EMPTY
  const parsed = typeof cell === 'boolean' || cell === null ? null : parseDate(cell)
  if (!parsed) return { value: null, fault: 'value_not_date' }
  if (parsed.date < '1950' || parsed.date > '2100') return { value: null, fault: 'date_out_of_range' }
  return parsed.isPartial ? { value: parsed.date, fault: 'date_partial' } : { value: parsed.date }
}

// numeric(18,4) holds 14 digits before the point; bigint fen and shares stay far below.
const LARGEST = 1e13

function bounded(value: number | null): Converted {
  if (value === null) return { value: null, fault: 'value_not_number' }
  if (value < 0) return { value: null, fault: 'value_negative' }
  return value > LARGEST ? { value: null, fault: 'value_too_large' } : { value }
}

function convertYear(field: FieldDefinition, cell: string | number): Converted {
  const parsed = parseNumber(cell)
  const year = parsed?.value ?? Number(parseDate(cell)?.date.slice(0, 4) ?? Number.NaN)
  if (!Number.isFinite(year)) return { value: null, fault: 'value_not_number' }
  const whole = year > 9999 ? Math.floor(year / 10_000) : Math.floor(year)
  if (year === 0 && isYear(field)) return EMPTY
  return isYear(field) && (whole < YEARS.min || whole > YEARS.max)
    ? { value: null, fault: 'year_out_of_range' }
    : { value: whole }
}

function convertNumber(field: FieldDefinition, cell: string | number, unit: ColumnUnit | null): Converted {
  if (field.type === 'area') return bounded(parseAreaM2(cell, unit))
  if (field.type === 'money') return bounded(parseFen(cell, unit))
  if (field.type === 'integer') return convertYear(field, cell)
  const parsed = parseNumber(cell)
  if (!parsed) return { value: null, fault: 'value_not_number' }
  const value = isShare(field) && (parsed.isPercent || parsed.value > 1) ? parsed.value / 100 : parsed.value
  return bounded(value)
}

function convertCode(field: FieldDefinition, cell: AttributeValue, ledger: Ledger): Converted {
  const code = codeOf(field.codes!, String(cell))
  if (code === null) return { value: null, fault: 'code_unknown' }
  if (!isOfLedger(field.codes!, ledger, code))
    return {
      value: null,
      fault: field.wire === 'measure' ? 'measure_not_of_ledger' : 'cause_not_of_ledger',
    }
  return { value: code }
}

function convertBoolean(cell: string | number | boolean): Converted {
  const value = parseBoolean(cell)
  return value === null ? { value: null, fault: 'value_not_boolean' } : { value }
}

/** Reads a cell as the field's type. Empty cells are no fault: they just say nothing. */
export function convertValue(
  field: FieldDefinition,
  cell: AttributeValue | undefined,
  options: ConvertOptions,
): Converted {
  if (cell === null || cell === undefined) return EMPTY
  // 无 is an answer where yes or no is asked, and nothing anywhere else.
  if (field.type === 'boolean') return isBlank(cell) ? EMPTY : convertBoolean(cell)
  if (isEmptyCell(cell)) return EMPTY
  if (field.wire === 'townCode') {
    const code = options.towns.byNameOrCode(String(cell))
    return code === null ? { value: null, fault: 'town_unknown' } : { value: code }
  }
  if (field.type === 'date') return convertDate(cell)
  if (field.type === 'code') return convertCode(field, cell, options.ledger)
  if (field.type === 'text') return convertText(field, cell)
  return typeof cell === 'boolean'
    ? { value: null, fault: 'value_not_number' }
    : convertNumber(field, cell, options.unit)
}

const isBlank = (cell: AttributeValue): boolean =>
  typeof cell === 'string' && /^(-+|—+|\/+|null|)$/.test(foldWidth(cell))
