/** Which column stands in for 文件面积 in rows that have none. */
import { DOCUMENT_AREA_STAND_INS } from '../../contract/fields.ts'
import type { ColumnMapping } from '../../contract/import.ts'
import { LEDGERS, type Ledger } from '../../contract/codes/ledger.ts'
import type { ColumnProfile } from './profile.ts'
import { AREA_FIT_SHARE, fitShare } from './units.ts'

/** Wire names in the order in which they are asked. */
export type AreaStandIns = Readonly<Record<Ledger, readonly string[]>>

/** What is meant by rule goes first, unless another column is the one that fits the shapes. */
export function areaStandIns(
  mapping: readonly ColumnMapping[],
  columns: readonly ColumnProfile[],
  areasM2: readonly (number | null)[],
): AreaStandIns {
  const fitOf = (wire: string): number => {
    const entry = mapping.find(({ field }) => field === wire)
    const column = columns.find(({ source }) => source === entry?.source)
    const share = column && entry?.unit ? fitShare(column, areasM2, entry.unit) : 0
    return share >= AREA_FIT_SHARE ? share : 0
  }
  const ordered = (ledger: Ledger): string[] =>
    [...DOCUMENT_AREA_STAND_INS[ledger]].sort((a, b) => fitOf(b) - fitOf(a))
  return Object.fromEntries(LEDGERS.map((ledger) => [ledger, ordered(ledger)])) as Record<Ledger, string[]>
}
