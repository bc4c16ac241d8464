import type { Knex } from 'knex'
import { queryWithoutJit } from '../platform/database/without-jit.ts'

export interface SqlPart {
  sql: string
  bindings: readonly Knex.RawBinding[]
}

/** One ledger × cause × status × town; cause and town are '' when absent. */
export interface SummaryRow {
  ledger: string
  cause: string
  status: string
  town_code: string
  count: number
  area_m2: number
  without_area_count: number
}

export const summaryRepository = (db: Knex) => ({
  /** From the sums the write path keeps. */
  async fromRollups(where: SqlPart): Promise<SummaryRow[]> {
    const result = await db.raw<{ rows: SummaryRow[] }>(
      `SELECT r.ledger, r.cause, r.status, r.town_code, sum(r.count)::int AS count, sum(r.area_m2)::float8 AS area_m2,
         sum(r.without_area_count)::int AS without_area_count
       FROM summary_rollups r WHERE ${where.sql} GROUP BY 1, 2, 3, 4`,
      [...where.bindings],
    )
    return result.rows
  },

  /**
   * From the parcels, for filters the sums do not know. Not compiled, which takes up to twice as long, and grouped by columns
   * as they are: of expressions the planner expects so many values that it sorts.
   */
  async fromParcels(where: SqlPart): Promise<SummaryRow[]> {
    return queryWithoutJit<SummaryRow>(
      db,
      `SELECT p.ledger, coalesce(p.cause, '') AS cause, p.status, coalesce(p.town_code, '') AS town_code,
         count(*)::int AS count, coalesce(sum(p.document_area_m2), 0)::float8 AS area_m2,
         (count(*) - count(p.document_area_m2))::int AS without_area_count
       FROM parcels p WHERE ${where.sql} GROUP BY p.ledger, p.cause, p.status, p.town_code`,
      [...where.bindings],
    )
  },

  /** Towns in their own order. */
  async towns(): Promise<{ code: string; name: string }[]> {
    return db('towns').select<{ code: string; name: string }[]>('code', 'name').orderBy(['sort', 'code'])
  },
})
