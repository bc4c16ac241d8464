/** Numbers as people type them into tables: full-width digits, thousands separators, a unit behind. */
import { foldWidth, unitOfName, type ColumnUnit } from './names.ts'

/** m² of one unit of area; 1 mu (亩) = 10 000/15 m². */
export const SQUARE_METRES: Record<'m2' | 'mu' | 'ha' | 'wan_mu', number> = {
  m2: 1,
  mu: 10_000 / 15,
  ha: 10_000,
  wan_mu: 100_000_000 / 15,
}

/** Fen of one unit of money. */
export const FEN: Record<'yuan' | 'wan_yuan', number> = { yuan: 100, wan_yuan: 1_000_000 }

export interface ParsedNumber {
  value: number
  /** Unit written behind the number in the cell itself. */
  unit: ColumnUnit | null
  isPercent: boolean
}

const NUMBER = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(.*)$/

/** Reads one cell; null when it holds no number. `约12.5亩`, `１２，３４５．６`, `35%` are numbers. */
export function parseNumber(cell: string | number): ParsedNumber | null {
  if (typeof cell === 'number')
    return Number.isFinite(cell) ? { value: cell, unit: null, isPercent: false } : null
  const folded = foldWidth(cell)
    .replace(/^[约合共计¥￥]+/, '')
    .replace(/(\d)[,、'](?=\d{3}(?!\d))/g, '$1')
  const match = NUMBER.exec(folded)
  if (!match) return null
  const value = Number(match[1])
  const rest = match[2]!
  if (!Number.isFinite(value)) return null
  if (rest === '') return { value, unit: null, isPercent: false }
  if (rest === '%') return { value, unit: null, isPercent: true }
  const unit = unitOfName(rest)
  return unit === null && !/^[年度个米月日]$/.test(rest) ? null : { value, unit, isPercent: false }
}

const isAreaUnit = (unit: ColumnUnit): unit is keyof typeof SQUARE_METRES => unit in SQUARE_METRES

/** Area in m², four decimals as the database keeps them. */
export function parseAreaM2(cell: string | number, columnUnit: ColumnUnit | null): number | null {
  const parsed = parseNumber(cell)
  if (!parsed) return null
  const unit = parsed.unit ?? columnUnit ?? 'm2'
  return isAreaUnit(unit) ? Math.round(parsed.value * SQUARE_METRES[unit] * 10_000) / 10_000 : null
}

/** Money in whole fen; a column without a unit is in 万元, the unit of contracts and ledgers. */
export function parseFen(cell: string | number, columnUnit: ColumnUnit | null): number | null {
  const parsed = parseNumber(cell)
  if (!parsed) return null
  const unit = parsed.unit ?? columnUnit ?? 'wan_yuan'
  return unit === 'yuan' || unit === 'wan_yuan' ? Math.round(parsed.value * FEN[unit]) : null
}
