/** Dates in every spelling tables use, to a civil date YYYY-MM-DD. */
import { foldWidth } from './names.ts'

const DAY_MS = 86_400_000
/** Excel counts days from 1899-12-30 (its 1900 was a leap year). */
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30)

const CHINESE_DIGITS: Record<string, string> = {
  〇: '0',
  零: '0',
  '○': '0',
  一: '1',
  二: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
}

function civilDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isReal || year < 1900 || year > 2199) return null
  return date.toISOString().slice(0, 10)
}

/** 二〇二二年九月七日 → 2022年9月7日; 十 and 廿 in months and days. */
function westernDigits(text: string): string {
  if (!/[一二三四五六七八九十〇零○]/.test(text)) return text
  return text
    .replace(
      /([一二三四五六七八九])?十([一二三四五六七八九])?/g,
      (_all, tens: string | undefined, ones: string | undefined) =>
        `${tens ? CHINESE_DIGITS[tens] : '1'}${ones ? CHINESE_DIGITS[ones] : '0'}`,
    )
    .replace(/[一二三四五六七八九〇零○]/g, (digit) => CHINESE_DIGITS[digit]!)
}

const PATTERNS: readonly RegExp[] = [
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:t?\d{1,2}[:时].*)?$/,
  /^(\d{4})(\d{2})(\d{2})(?:\.0+)?$/,
  /^(\d{4})[-/.年](\d{1,2})月?$/,
  /^(\d{4})(\d{2})$/,
  /^(\d{4})年?$/,
]

/** Whole days since Excel's epoch that fall in 1950–2100; a plain number outside is no date. */
function fromSerial(serial: number): string | null {
  if (serial < 18_264 || serial > 73_050) return null
  return new Date(EXCEL_EPOCH_MS + Math.floor(serial) * DAY_MS).toISOString().slice(0, 10)
}

export interface ParsedDate {
  date: string
  /** Only year or year and month were given; the first day stands for the rest. */
  isPartial: boolean
}

/** Reads one cell; null when it holds no date. Month and year alone give the first day. */
export function parseDate(cell: string | number): ParsedDate | null {
  if (typeof cell === 'number' && !Number.isInteger(cell)) {
    // 2022.09 is a month typed as a number; 44811.5 a serial with its time of day.
    if (cell < 2200) return parseDate(cell.toFixed(2))
    const date = fromSerial(cell)
    return date ? { date, isPartial: false } : null
  }
  const text = westernDigits(foldWidth(String(cell)))
  if (/^\d{5}(\.\d+)?$/.test(text)) {
    const date = fromSerial(Number(text))
    return date ? { date, isPartial: false } : null
  }
  for (const pattern of PATTERNS) {
    const match = pattern.exec(text)
    if (!match) continue
    const date = civilDate(Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1))
    if (date) return { date, isPartial: match[3] === undefined }
  }
  return null
}

/** DBF writes an empty date as zeros, tables as a dash. */
export const isEmptyDate = (text: string): boolean => /^[0\s\-/.—]*$/.test(text)
