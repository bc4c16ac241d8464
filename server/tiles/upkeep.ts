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

// Named one by one: with every column a large import would write its attributes to disk once more.
const CHANGED = `changed AS MATERIALIZED (
    SELECT division_code, parcel_id, version, current_division_code, town_code, ledger, cause, status, document_area_m2,
      is_withdrawn, cell_x, cell_y, geom_hash, tile_min_x, tile_min_y, tile_max_x, tile_max_y
    FROM parcel_versions WHERE division_code = ? AND change_set_id = ?
  )`
const PREDECESSOR = `
    JOIN parcel_versions o ON o.division_code = n.division_code AND o.parcel_id = n.parcel_id AND o.version = n.version - 1`

/** The cell key and figures of new states (`n`) or the states before them (`o`); an absent town or cause is ''. */
const contribution = (state: 'n' | 'o'): string => `
    SELECT ${state}.division_code, ${state}.current_division_code, coalesce(${state}.town_code, '') AS town_code,
      ${state}.ledger, coalesce(${state}.cause, '') AS cause, ${state}.status, ${state}.cell_x, ${state}.cell_y,
      ${state === 'n' ? 1 : -1} AS sign, ${state}.document_area_m2, g.inner_point
    FROM changed n ${state === 'o' ? PREDECESSOR : ''}
    LEFT JOIN parcel_geometries g ON g.division_code = ${state}.division_code AND g.hash = ${state}.geom_hash
    WHERE NOT ${state}.is_withdrawn`

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
  WITH ${CHANGED}, states AS (${contribution('n')} UNION ALL ${contribution('o')}
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

const boxOf = (version: string): string =>
  ['tile_min_x', 'tile_min_y', 'tile_max_x', 'tile_max_y'].map((bound) => `${version}.${bound}`).join(', ')

// Where the shape was as well as where it is: the tile it left must lose it.
const BUMP_TILES = `
  WITH ${CHANGED}, boxes AS (
    SELECT ${boxOf('n')} FROM changed n
    UNION
    SELECT ${boxOf('o')} FROM changed n ${PREDECESSOR}
  ), sized AS (
    SELECT *, (tile_max_x - tile_min_x + 1)::bigint * (tile_max_y - tile_min_y + 1) > ${MOST_TILES_OF_SHAPE} AS is_wide
    FROM boxes WHERE tile_min_x IS NOT NULL
  ), touched AS (
    SELECT x, y FROM sized, generate_series(tile_min_x, tile_max_x) x, generate_series(tile_min_y, tile_max_y) y
    WHERE NOT is_wide
    UNION
    SELECT -1, -1 FROM sized WHERE is_wide
  )
  INSERT INTO tile_versions (division_code, x, y, version)
  SELECT ?, x, y, ?::bigint FROM touched
  ON CONFLICT (division_code, x, y) DO UPDATE SET version = excluded.version
  RETURNING x, y`

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
  await trx.raw(APPLY_DELTAS, key)
  await trx.raw('DELETE FROM tile_cells WHERE division_code = ? AND count = 0', [divisionCode])
  await trx.raw('DELETE FROM summary_rollups WHERE division_code = ? AND count = 0', [divisionCode])
  const touched = await trx.raw<{ rows: { x: number; y: number }[] }>(BUMP_TILES, [
    ...key,
    divisionCode,
    number,
  ])
  const version = `${divisionCode}.${number}`
  await trx.raw('SELECT pg_notify(?, ?)', [TILE_CHANNEL, version])
  return { version, divisionCode, number, tiles: touched.rows }
}
