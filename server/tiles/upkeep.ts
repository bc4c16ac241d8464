/**
 * Keeps cells, sums and tile versions in step with parcels, inside the writer's transaction and in plain SQL over the
 * versions of the change set: triggers and notifications would not survive distribution by county.
 */
import type { Knex } from 'knex'
import { CELL_LEVELS, CELL_ZOOM, positionXSql, positionYSql } from './mercator.ts'

/** What a write did to tiles; `version` goes to the client, which asks for tiles with `?v=` it. */
export interface TileUpkeepResult {
  /** `<division>.<write number>`: numbers of a county are in commit order. */
  version: string
  divisionCode: string
  number: number
  /** z10 tiles touched; (-1, -1) stands for all. */
  tiles: readonly { x: number; y: number }[]
}

/** NOTIFY channel; the payload is a version string, or `epoch` when everything known is void. */
export const TILE_CHANNEL = 'qidi_tiles'
export const EPOCH_PAYLOAD = 'epoch'

/** A shape over more z10 tiles than this (larger than any province) counts for every tile instead of listing them. */
const MOST_TILES_OF_SHAPE = 4096

const KEY = 'division_code, current_division_code, town_code, ledger, cause, status'
const FIGURES = 'count, area_m2, without_area_count'

const levelRows = CELL_LEVELS.map((level) => `(${level})`).join(', ')

const PREDECESSOR = `
    JOIN parcel_versions o ON o.division_code = n.division_code AND o.parcel_id = n.parcel_id AND o.version = n.version - 1`

// New states come from parcels, which the change set has just written and nobody else can have written since: one row
// less to look up each. A parcel written for the first time has no state before.
const STATES = `
    SELECT p.division_code, p.current_division_code, coalesce(p.town_code, '') AS town_code, p.ledger,
      coalesce(p.cause, '') AS cause, p.status, p.cell_x, p.cell_y, 1 AS sign, p.document_area_m2, p.inner_point
    FROM parcels p
    WHERE p.division_code = ? AND p.change_set_id = ? AND NOT p.is_withdrawn
    UNION ALL
    SELECT o.division_code, o.current_division_code, coalesce(o.town_code, ''), o.ledger,
      coalesce(o.cause, ''), o.status, o.cell_x, o.cell_y, -1, o.document_area_m2,
      CASE WHEN o.geom_hash = c.geom_hash THEN c.inner_point ELSE g.inner_point END
    FROM parcel_versions n ${PREDECESSOR}
    JOIN parcels c ON c.division_code = n.division_code AND c.id = n.parcel_id
    LEFT JOIN parcel_geometries g ON g.division_code = o.division_code AND g.hash = o.geom_hash
    WHERE n.division_code = ? AND n.change_set_id = ? AND n.version > 1 AND NOT o.is_withdrawn`

const SUMS = `sum(sign)::int AS count, coalesce(sum(sign * document_area_m2), 0) AS area_m2,
      coalesce(sum(sign) FILTER (WHERE document_area_m2 IS NULL), 0)::int AS without_area_count`
const REGROUPED = `sum(count)::int AS count, sum(area_m2) AS area_m2, sum(without_area_count)::int AS without_area_count`
const changesSomething = (figures: string): string =>
  figures
    .split(', ')
    .map((figure) => `sum(${figure}) <> 0`)
    .join(' OR ')
const addFigures = (table: string, figures: string): string =>
  figures
    .split(', ')
    .map((figure) => `${figure} = ${table}.${figure} + excluded.${figure}`)
    .join(', ')
const shifted = (column: string): string => `${column} >> (${CELL_ZOOM} - level)`

// New states minus the states before them, grouped by the finest cell first. One statement: an edit costs one round trip.
const APPLY_DELTAS = `
  WITH states AS (${STATES}
  ), finest AS MATERIALIZED (
    SELECT ${KEY}, cell_x, cell_y, ${SUMS}, sum(sign * ${positionXSql('inner_point')}) AS sum_x,
      sum(sign * ${positionYSql('inner_point')}) AS sum_y
    FROM states GROUP BY ${KEY}, cell_x, cell_y
  ), rollups AS (
    INSERT INTO summary_rollups (${KEY}, ${FIGURES})
    SELECT ${KEY}, ${REGROUPED} FROM finest GROUP BY ${KEY} HAVING ${changesSomething(FIGURES)}
    ON CONFLICT (division_code, ledger, status, cause, town_code, current_division_code)
    DO UPDATE SET ${addFigures('summary_rollups', FIGURES)}
  )
  INSERT INTO tile_cells (${KEY}, level, x, y, ${FIGURES}, sum_x, sum_y)
  SELECT ${KEY}, level, ${shifted('cell_x')}, ${shifted('cell_y')}, ${REGROUPED}, sum(sum_x), sum(sum_y)
  FROM finest CROSS JOIN (VALUES ${levelRows}) AS levels (level)
  WHERE cell_x IS NOT NULL
  GROUP BY ${KEY}, level, ${shifted('cell_x')}, ${shifted('cell_y')}
  HAVING ${changesSomething(`${FIGURES}, sum_x, sum_y`)}
  ON CONFLICT (division_code, level, x, y, ledger, status, cause, town_code, current_division_code)
  DO UPDATE SET ${addFigures('tile_cells', `${FIGURES}, sum_x, sum_y`)}`

const BUMP_HEAD = `
  INSERT INTO tile_heads (division_code, version) VALUES (?, 1)
  ON CONFLICT (division_code) DO UPDATE SET version = tile_heads.version + 1 RETURNING version`

interface Box {
  min_x: number
  min_y: number
  max_x: number
  max_y: number
}

const boxOf = (state: 'n' | 'o'): string =>
  ['min_x', 'min_y', 'max_x', 'max_y'].map((bound) => `${state}.tile_${bound} AS ${bound}`).join(', ')

// Where the shape was as well as where it is: the tile it left must lose it.
const TOUCHED_BOXES = `
  SELECT ${boxOf('n')} FROM parcel_versions n
  WHERE n.division_code = ? AND n.change_set_id = ? AND n.tile_min_x IS NOT NULL
  UNION
  SELECT ${boxOf('o')} FROM parcel_versions n ${PREDECESSOR}
  WHERE n.division_code = ? AND n.change_set_id = ? AND n.version > 1 AND o.tile_min_x IS NOT NULL`

const BUMP_TILES = `
  INSERT INTO tile_versions (division_code, x, y, version)
  SELECT ?, t.x, t.y, ?::bigint FROM unnest(?::int[], ?::int[]) AS t (x, y)
  ON CONFLICT (division_code, x, y) DO UPDATE SET version = excluded.version`

/**
 * The tiles of the boxes, each once. Spread out here and not by generate_series, whose guess of a thousand rows makes
 * PostgreSQL compile the statement for a third of a second at every edit.
 */
function tilesOf(boxes: readonly Box[]): { x: number; y: number }[] {
  const tiles = new Map<string, { x: number; y: number }>()
  for (const { min_x, min_y, max_x, max_y } of boxes) {
    if ((max_x - min_x + 1) * (max_y - min_y + 1) > MOST_TILES_OF_SHAPE) {
      tiles.set('everywhere', { x: -1, y: -1 })
      continue
    }
    for (let x = min_x; x <= max_x; x += 1) {
      for (let y = min_y; y <= max_y; y += 1) tiles.set(`${x}/${y}`, { x, y })
    }
  }
  return [...tiles.values()].sort((a, b) => a.x - b.x || a.y - b.y)
}

async function bumpTiles(trx: Knex.Transaction, divisionCode: string, changeSetId: string, number: number) {
  const key = [divisionCode, changeSetId]
  const boxes = await trx.raw<{ rows: Box[] }>(TOUCHED_BOXES, [...key, ...key])
  const tiles = tilesOf(boxes.rows)
  if (tiles.length > 0) {
    const [xs, ys] = [tiles.map(({ x }) => x), tiles.map(({ y }) => y)]
    await trx.raw(BUMP_TILES, [divisionCode, number, xs, ys])
  }
  return tiles
}

/**
 * Adds what the change set wrote to cells, sums and tile versions. The county's head row is taken first and kept until
 * commit: writers of one county follow one another, so counters are in commit order and rows cannot be locked crosswise.
 */
export async function tileUpkeep(
  trx: Knex.Transaction,
  { divisionCode, changeSetId }: { divisionCode: string; changeSetId: string },
): Promise<TileUpkeepResult> {
  const head = await trx.raw<{ rows: { version: number | string }[] }>(BUMP_HEAD, [divisionCode])
  const number = Number(head.rows[0]!.version)
  const key = [divisionCode, changeSetId]
  await trx.raw(APPLY_DELTAS, [...key, ...key])
  await trx.raw('DELETE FROM tile_cells WHERE division_code = ? AND count = 0', [divisionCode])
  await trx.raw('DELETE FROM summary_rollups WHERE division_code = ? AND count = 0', [divisionCode])
  const tiles = await bumpTiles(trx, divisionCode, changeSetId, number)
  const version = `${divisionCode}.${number}`
  await trx.raw('SELECT pg_notify(?, ?)', [TILE_CHANNEL, version])
  return { version, divisionCode, number, tiles }
}
