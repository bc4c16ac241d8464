import type { Knex } from 'knex'
import type { Actor } from '../auth/actor.ts'
import { requirePermission, scopePredicate } from '../auth/permissions.ts'
import { CAUSES, LEDGERS, STATUSES } from '../contract/codes/ledger.ts'
import type { Summary, SummaryQuery } from '../contract/summary.ts'
import { cellFilterSql, parcelFilterSql } from '../parcels/filter.ts'
import { summaryRepository, type SqlPart, type SummaryRow } from './repository.ts'

interface Figure {
  count: number
  areaM2: number
  withoutAreaCount: number
}

/** Areas are kept to 0.0001 m²; sums of doubles must not show more digits than that. */
const toStoredPrecision = (areaM2: number): number => Math.round(areaM2 * 10_000) / 10_000

function total(rows: readonly SummaryRow[]): Figure {
  const sum = (figure: (row: SummaryRow) => number): number =>
    rows.reduce((found, row) => found + figure(row), 0)
  return {
    count: sum((row) => row.count),
    areaM2: toStoredPrecision(sum((row) => row.area_m2)),
    withoutAreaCount: sum((row) => row.without_area_count),
  }
}

function groupRows(rows: readonly SummaryRow[], keyOf: (row: SummaryRow) => string): SummaryRow[][] {
  const groups = new Map<string, SummaryRow[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return [...groups.values()]
}

const orNull = (text: string): string | null => (text === '' ? null : text)

/** Position in a list; what is not in it (absent: 待分析, no town) comes last. */
function rank(list: readonly string[], value: string): number {
  const index = list.indexOf(value)
  return index < 0 ? list.length : index
}

const inListOrder = (rows: readonly SummaryRow[], towns: readonly string[]): SummaryRow[] =>
  [...rows].sort(
    (a, b) =>
      rank(LEDGERS, a.ledger) - rank(LEDGERS, b.ledger) ||
      rank(CAUSES, a.cause) - rank(CAUSES, b.cause) ||
      rank(STATUSES, a.status) - rank(STATUSES, b.status) ||
      rank(towns, a.town_code) - rank(towns, b.town_code) ||
      a.town_code.localeCompare(b.town_code),
  )

function toSummary(found: readonly SummaryRow[], towns: readonly { code: string; name: string }[]): Summary {
  const townCodes = towns.map((town) => town.code)
  const rows = inListOrder(found, townCodes)
  const names = new Map(towns.map((town) => [town.code, town.name]))
  const byTown = groupRows(rows, (row) => row.town_code).sort(
    (a, b) => rank(townCodes, a[0]!.town_code) - rank(townCodes, b[0]!.town_code),
  )
  const byStatus = groupRows(rows, (row) => `${row.ledger} ${row.status}`).sort(
    (a, b) =>
      rank(LEDGERS, a[0]!.ledger) - rank(LEDGERS, b[0]!.ledger) ||
      rank(STATUSES, a[0]!.status) - rank(STATUSES, b[0]!.status),
  )
  return {
    total: total(rows),
    byLedger: groupRows(rows, (row) => row.ledger).map((group) => ({
      ledger: group[0]!.ledger,
      ...total(group),
    })),
    byCause: groupRows(rows, (row) => `${row.ledger} ${row.cause}`).map((group) => ({
      ledger: group[0]!.ledger,
      cause: orNull(group[0]!.cause),
      ...total(group),
    })),
    byStatus: byStatus.map((group) => ({
      ledger: group[0]!.ledger,
      status: group[0]!.status,
      ...total(group),
    })),
    byTown: byTown.map((group) => ({
      townCode: orNull(group[0]!.town_code),
      townName: names.get(group[0]!.town_code) ?? null,
      ...total(group),
    })),
    groups: rows.map((row) => ({
      ledger: row.ledger,
      cause: orNull(row.cause),
      status: row.status,
      townCode: orNull(row.town_code),
      ...total([row]),
    })),
  }
}

const both = (...parts: SqlPart[]): SqlPart => ({
  sql: parts.map((part) => `(${part.sql})`).join(' AND '),
  bindings: parts.flatMap((part) => [...part.bindings]),
})

/** Exact counts and areas of what an actor may see: parcels without a position included, withdrawn ones never. */
export const summaryService = (deps: { db: Knex }) => {
  const repository = summaryRepository(deps.db)
  return {
    async summary(actor: Actor, query: SummaryQuery): Promise<Summary> {
      requirePermission(actor, 'parcel.read')
      const rollups = cellFilterSql(query, 'r')
      const rows = rollups.isCellKeyOnly
        ? await repository.fromRollups(both(rollups, scopePredicate(actor, 'r')))
        : await repository.fromParcels(both(parcelFilterSql(query, 'p'), scopePredicate(actor, 'p')))
      return toSummary(rows, await repository.towns())
    },
  }
}
export type SummaryService = ReturnType<typeof summaryService>
