import { decodeCell } from '../detect/encoding.ts'
import type { DbfColumn } from './dbf-layout.ts'
import type { AttributeValue, RowFault, SurveyField, SurveyFieldType } from './types.ts'

/** Reads one column's bytes of a record; faults go to the row. */
export type ColumnReader = (record: Buffer, faults: RowFault[]) => AttributeValue

export interface DbfColumnPlan {
  field: SurveyField
  read: ColumnReader
}

const TYPE_BY_LETTER: Record<string, SurveyFieldType> = {
  C: 'text',
  V: 'text',
  N: 'number',
  F: 'number',
  I: 'number',
  '+': 'number',
  O: 'number',
  Y: 'number',
  D: 'date',
  T: 'date',
  '@': 'date',
  L: 'boolean',
}

/** Null for columns whose content lives in another file or has no meaning (memo, picture, null flags). */
export function planColumn(column: DbfColumn, name: string, encoding: string): DbfColumnPlan | null {
  const isDouble = column.type === 'B' && column.length === 8
  const type = isDouble ? 'number' : TYPE_BY_LETTER[column.type]
  if (!type || column.length === 0) return null
  const field: SurveyField = { name, type, length: column.length, decimals: column.decimals }
  return { field, read: readerFor(column, name, encoding) }
}

function readerFor(column: DbfColumn, name: string, encoding: string): ColumnReader {
  switch (column.type) {
    case 'N':
    case 'F':
      return numberReader(column, name)
    case 'D':
      return dateReader(column, name)
    case 'L':
      return logicalReader(column, name)
    case 'I':
    case '+':
      return binaryReader(column, 4, (at) => at.readInt32LE(0))
    case 'O':
    case 'B':
      return binaryReader(column, 8, (at) => finiteOrNull(at.readDoubleLE(0)))
    case 'Y':
      return binaryReader(column, 8, (at) => Number(at.readBigInt64LE(0)) / 10_000)
    case 'T':
    case '@':
      return binaryReader(column, 8, stampOf)
    default:
      return textReader(column, name, encoding)
  }
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

function binaryReader(column: DbfColumn, bytes: number, read: (at: Buffer) => AttributeValue): ColumnReader {
  const { offset, length } = column
  return (record) =>
    length < bytes || record.length < offset + bytes ? null : read(record.subarray(offset, offset + bytes))
}

/** Julian day number and milliseconds of the day; no zone is stored, so none is claimed. */
function stampOf(at: Buffer): string | null {
  const day = at.readInt32LE(0)
  const milliseconds = at.readInt32LE(4)
  // 2440588 is 1970-01-01; outside the years 1 to 9999 it is no date.
  if (day < 1_721_426 || day > 5_373_484 || milliseconds < 0 || milliseconds >= 86_400_000) return null
  return new Date((day - 2_440_588) * 86_400_000 + milliseconds).toISOString().slice(0, 19)
}

/** Decoded texts kept at a time: values of a ledger repeat (towns, uses, units). */
const CACHED_TEXTS = 20_000

function textReader(column: DbfColumn, name: string, encoding: string): ColumnReader {
  const { offset, length } = column
  const cache = new Map<string, { text: string; isMalformed: boolean }>()
  return (record, faults) => {
    const limit = Math.min(offset + length, record.length)
    const { start, end, isAscii } = textBounds(record, offset, limit)
    if (start >= end) return null
    const raw = record.toString('latin1', start, end)
    if (isAscii) return raw
    const key = end === limit ? raw : `${raw} `
    let decoded = cache.get(key)
    if (!decoded) {
      decoded = decodeCell({ bytes: record.subarray(start, end), fillsField: end === limit }, encoding)
      if (cache.size >= CACHED_TEXTS) cache.clear()
      cache.set(key, decoded)
    }
    if (decoded.isMalformed) faults.push({ code: 'text_malformed', field: name, value: decoded.text })
    return decoded.text.trim().replaceAll('\u0000', '') || null
  }
}

/** Without padding, and only up to the first NUL: what follows is left over from an older value. */
export function textBounds(
  record: Uint8Array,
  offset: number,
  limit: number,
): { start: number; end: number; isAscii: boolean } {
  let start = offset
  while (start < limit && record[start]! === 0x20) start++
  let end = start
  let isAscii = true
  for (let i = start; i < limit; i++) {
    const byte = record[i]!
    if (byte === 0) break
    if (byte >= 0x80) isAscii = false
    if (byte > 0x20) end = i + 1
  }
  return { start, end, isAscii }
}

const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function numberReader(column: DbfColumn, name: string): ColumnReader {
  const { offset, length } = column
  return (record, faults) => {
    const text = asciiText(record, offset, length)
    if (text === '') return null
    if (text.includes('*')) {
      faults.push({ code: 'number_overflow', field: name, value: text })
      return null
    }
    if (!NUMBER_TEXT.test(text)) {
      faults.push({ code: 'number_malformed', field: name, value: text })
      return text
    }
    return numberOrText(text)
  }
}

/**
 * A number where a double holds it exactly as written, else the text: 电子监管号 and other long ids are
 * often kept in numeric columns and must not lose digits or leading zeros.
 */
export function numberOrText(text: string): number | string {
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text)) return Number.isFinite(value) ? value : text
  const digits = text.replace(/^[+-]/, '')
  const keepsDigits = digits.length <= 15 && (digits.length === 1 || digits[0] !== '0')
  return keepsDigits ? value + 0 : text
}

function asciiText(record: Buffer, offset: number, length: number): string {
  const raw = record.toString('latin1', offset, Math.min(offset + length, record.length))
  const nul = raw.indexOf('\0')
  return (nul >= 0 ? raw.slice(0, nul) : raw).trim()
}

function dateReader(column: DbfColumn, name: string): ColumnReader {
  const { offset, length } = column
  return (record, faults) => {
    const text = asciiText(record, offset, length)
    if (text === '' || /^0+$/.test(text)) return null
    const date = calendarDate(text)
    if (!date) faults.push({ code: 'date_malformed', field: name, value: text })
    return date ?? text
  }
}

/** YYYYMMDD → YYYY-MM-DD, null when the calendar has no such day. */
function calendarDate(text: string): string | null {
  if (!/^\d{8}$/.test(text)) return null
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6))]
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function logicalReader(column: DbfColumn, name: string): ColumnReader {
  const { offset } = column
  return (record, faults) => {
    const letter = record.toString('latin1', offset, offset + 1)
    if (/[TtYy1]/.test(letter)) return true
    if (/[FfNn0]/.test(letter)) return false
    if (!/[? \0]/.test(letter) && letter !== '') {
      faults.push({ code: 'logical_malformed', field: name, value: letter })
    }
    return null
  }
}
