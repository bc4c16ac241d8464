/** What the first rows show of every column: samples for the page, values for the guess. */
import type { AttributeValue } from '../formats/types.ts'
import type { ColumnUnit } from './names.ts'
import { isEmptyCell } from './values.ts'

export interface ColumnProfile {
  /** Column name, or `table:<column>`. */
  source: string
  name: string
  isFromTable: boolean
  /** Value of every profiled row, null where empty; index is the profiled row. */
  values: (AttributeValue | null)[]
  /** Units of the table's unit line (单位：亩、万元), for columns that name none. */
  areaUnit?: ColumnUnit | null
  moneyUnit?: ColumnUnit | null
}

export const TABLE_PREFIX = 'table:'
const SHOWN_SAMPLES = 3

export const filledValues = (profile: ColumnProfile): (string | number | boolean)[] =>
  profile.values.filter((value): value is string | number | boolean => !isEmptyCell(value))

/** Up to three different values as the page shows them. */
export function samplesOf(profile: ColumnProfile): string[] {
  const seen = new Set<string>()
  for (const value of filledValues(profile)) {
    seen.add(String(value).trim().slice(0, 80))
    if (seen.size === SHOWN_SAMPLES) break
  }
  return [...seen]
}

/** Share of the filled values for which the test holds; 0 when nothing is filled. */
export function shareOf(profile: ColumnProfile, test: (value: string | number | boolean) => boolean): number {
  const filled = filledValues(profile)
  return filled.length === 0 ? 0 : filled.filter(test).length / filled.length
}
