/** Cells and sums counted afresh from the parcels: a check of the upkeep, and its repair. */
import type { Knex } from 'knex'
import { CELL_LEVELS, CELL_ZOOM, positionXSql, positionYSql } from './mercator.ts'
import { EPOCH_PAYLOAD, TILE_CHANNEL } from './upkeep.ts'

const levelRows = CELL_LEVELS.map((level) => `(${level})`).join(', ')

const COUNTED_ROLLUPS = `
  SELECT division_code, current_division_code, coalesce(town_code, '') AS town_code, ledger, coalesce(cause, '') AS cause,
    status, count(*)::int AS count, coalesce(sum(document_area_m2), 0)::numeric(24,4) AS area_m2,
    (count(*) - count(document_area_m2))::int AS without_area_count
  FROM parcels WHERE NOT is_withdrawn GROUP BY 1, 2, 3, 4, 5, 6`

const COUNTED_CELLS = `
  SELECT division_code, current_division_code, coalesce(town_code, '') AS town_code, ledger, coalesce(cause, '') AS cause,
    status, level::smallint AS level, cell_x >> (${CELL_ZOOM} - level) AS x, cell_y >> (${CELL_ZOOM} - level) AS y,
    count(*)::int AS count, coalesce(sum(document_area_m2), 0)::numeric(24,4) AS area_m2,
    (count(*) - count(document_area_m2))::int AS without_area_count, sum(px)::bigint AS sum_x, sum(py)::bigint AS sum_y
  FROM (SELECT *, ${positionXSql('inner_point')} AS px,
          ${positionYSql('inner_point')} AS py
        FROM parcels WHERE NOT is_withdrawn AND cell_x IS NOT NULL) drawn
  CROSS JOIN (VALUES ${levelRows}) AS levels (level)
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`

const TABLES = { tile_cells: COUNTED_CELLS, summary_rollups: COUNTED_ROLLUPS } as const

/** How many rows of cells and sums differ from what the parcels say; 0 and 0 when all is well. */
export async function countCellFaults(db: Knex): Promise<{ cells: number; rollups: number }> {
  const faults = async (table: keyof typeof TABLES): Promise<number> => {
    const result = await db.raw<{ rows: { count: number }[] }>(
      `SELECT count(*)::int AS count FROM (
         (SELECT * FROM ${table} EXCEPT ALL ${TABLES[table]})
         UNION ALL
         ((${TABLES[table]}) EXCEPT ALL SELECT * FROM ${table})) differing`,
    )
    return result.rows[0]!.count
  }
  return { cells: await faults('tile_cells'), rollups: await faults('summary_rollups') }
}

/**
 * A new name for this history of tile counters: every cached tile is void. Called after a rebuild and after a backup was
 * restored, where counters go back and the same numbers would come again for other contents.
 */
export async function renewTileEpoch(trx: Knex): Promise<void> {
  await trx.raw(`UPDATE tile_epoch SET epoch = replace(gen_random_uuid()::text, '-', '')`)
  await trx.raw('SELECT pg_notify(?, ?)', [TILE_CHANNEL, EPOCH_PAYLOAD])
}

/** Counts cells and sums afresh, with writers kept out meanwhile. */
export async function rebuildCells(db: Knex): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw('LOCK TABLE tile_heads IN EXCLUSIVE MODE')
    for (const [table, counted] of Object.entries(TABLES)) {
      await trx.raw(`DELETE FROM ${table}`)
      await trx.raw(`INSERT INTO ${table} ${counted}`)
    }
    await renewTileEpoch(trx)
  })
}
