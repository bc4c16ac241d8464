import type { Knex } from 'knex'
import type { Cause, Ledger } from '../contract/codes/ledger.ts'
import { queryWithoutJit } from '../platform/database/without-jit.ts'
import { BUFFER } from './encode/polygon.ts'
import { EXTENT } from './encode/layer-writer.ts'
import type { CellRow } from './layers/cells.ts'
import { packedRowsSql, unpackRows } from './layers/drawn-rows.ts'
import {
  CELL_LEVELS,
  CELL_ZOOM,
  POSITION_BITS,
  tileExtent,
  worldX,
  worldY,
  type TileAddress,
} from './mercator.ts'

export interface SqlPart {
  sql: string
  bindings: readonly Knex.RawBinding[]
}

/** Cells along a tile's side, as a power of two: 8. */
const CELLS_PER_SIDE_BITS = 3
/** Above this zoom a tile is small enough for the geometry index to beat a scan. */
const FIRST_INDEXED_ZOOM = 6

/** The envelope is brought to the stored SRID, never the column to Web Mercator: only so the GiST index can answer. */
function inEnvelope(tile: TileAddress, marginShare: number): SqlPart {
  const { minLon, minLat, maxLon, maxLat } = tileExtent(tile, marginShare)
  return {
    sql: 'p.geom && ST_MakeEnvelope(?, ?, ?, ?, 4490)',
    bindings: [minLon, minLat, maxLon, maxLat],
  }
}

/** Numbers of the cells of a level that lie in the tile. */
function cellRange(tile: TileAddress, level: number) {
  const bits = 2 ** (level - tile.z)
  return [tile.x * bits, (tile.x + 1) * bits - 1, tile.y * bits, (tile.y + 1) * bits - 1] as const
}

interface StoredCell {
  ledger: Ledger
  cause: Cause | ''
  x: number
  y: number
  count: number
  area_m2: number
  mean_x: number
  mean_y: number
}

const toCellRow = (row: StoredCell): CellRow => ({
  ledger: row.ledger,
  cause: row.cause,
  x: row.x,
  y: row.y,
  count: row.count,
  areaM2: row.area_m2,
  meanX: row.mean_x / 2 ** POSITION_BITS,
  meanY: row.mean_y / 2 ** POSITION_BITS,
})

export const tileRepository = (db: Knex) => ({
  /** Drawn parcels of a tile and its buffer, packed into one byte string; null when there are none. */
  async findDrawn(tile: TileAddress, hasLabels: boolean, where: SqlPart): Promise<Buffer | null> {
    const envelope = inEnvelope(tile, BUFFER / EXTENT)
    const result = await db.raw<{ rows: { packed: string | null }[] }>(
      `SELECT ${packedRowsSql(hasLabels)} AS packed FROM parcels p WHERE ${envelope.sql} AND ${where.sql}`,
      [...envelope.bindings, ...where.bindings],
    )
    const { packed } = result.rows[0]!
    return packed === null ? null : unpackRows(packed)
  },

  /** From the stored cells, grouped from the nearest finer level that is stored. */
  async findCells(tile: TileAddress, where: SqlPart): Promise<CellRow[]> {
    const shown = tile.z + CELLS_PER_SIDE_BITS
    const level = Math.min(...CELL_LEVELS.filter((stored) => stored >= shown))
    const shift = level - shown
    const result = await db.raw<{ rows: StoredCell[] }>(
      `SELECT c.ledger, c.cause, c.x >> ${shift} AS x, c.y >> ${shift} AS y, sum(c.count)::int AS count,
         sum(c.area_m2)::float8 AS area_m2, (sum(c.sum_x) / sum(c.count))::float8 AS mean_x,
         (sum(c.sum_y) / sum(c.count))::float8 AS mean_y
       FROM tile_cells c
       WHERE c.level = ? AND c.x BETWEEN ? AND ? AND c.y BETWEEN ? AND ? AND ${where.sql}
       GROUP BY 1, 2, 3, 4`,
      [level, ...cellRange(tile, level), ...where.bindings],
    )
    return result.rows.map(toCellRow)
  },

  /** The same from the parcels themselves, for filters the cells do not know; compiled it takes up to twice as long. */
  async groupCells(tile: TileAddress, where: SqlPart): Promise<CellRow[]> {
    const shift = CELL_ZOOM - tile.z - CELLS_PER_SIDE_BITS
    const envelope = tile.z >= FIRST_INDEXED_ZOOM ? inEnvelope(tile, 0) : { sql: 'true', bindings: [] }
    const rows = await queryWithoutJit<StoredCell & { lon: number; lat: number }>(
      db,
      `SELECT p.ledger, coalesce(p.cause, '') AS cause, p.cell_x >> ${shift} AS x, p.cell_y >> ${shift} AS y,
         count(*)::int AS count, coalesce(sum(p.document_area_m2), 0)::float8 AS area_m2,
         avg(ST_X(p.inner_point)) AS lon, avg(ST_Y(p.inner_point)) AS lat
       FROM parcels p
       WHERE p.cell_x BETWEEN ? AND ? AND p.cell_y BETWEEN ? AND ? AND ${envelope.sql} AND ${where.sql}
       GROUP BY p.ledger, p.cause, 3, 4`,
      [...cellRange(tile, CELL_ZOOM), ...envelope.bindings, ...where.bindings],
    )
    return rows.map((row) => ({
      ...toCellRow(row),
      meanX: worldX(row.lon),
      meanY: worldY(row.lat),
    }))
  },
})
