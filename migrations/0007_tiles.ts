import type { Knex } from 'knex'

/**
 * What low zooms and sums are answered from, and the counters that tell whether a tile has changed.
 *
 * `tile_cells`: count, area and position sums of the drawn parcels per cell key and Web-Mercator tile of levels 13 to 9
 * and 7. The place leads the key: cells are asked for by place, whatever the county. An absent town or cause is '' here.
 * Positions are summed as whole 2^-25 parts of the Mercator square, so that taking away exactly undoes adding.
 * `summary_rollups`: the same key without a place, parcels without geometry included.
 * `tile_versions`: per z10 tile the write number of its county that last touched it; (-1, -1) counts for every tile.
 * `tile_heads`: the last write number of a county. Its row is locked until commit, so the numbers follow commit order.
 * `tile_epoch`: tells this history of counters from another one (a restored backup, rebuilt cells).
 */
const TABLES = [
  `CREATE TABLE tile_cells (
      division_code text NOT NULL,
      current_division_code text NOT NULL,
      town_code text NOT NULL,
      ledger text NOT NULL,
      cause text NOT NULL,
      status text NOT NULL,
      level smallint NOT NULL,
      x integer NOT NULL,
      y integer NOT NULL,
      count integer NOT NULL,
      area_m2 numeric(24,4) NOT NULL,
      without_area_count integer NOT NULL,
      sum_x bigint NOT NULL,
      sum_y bigint NOT NULL,
      PRIMARY KEY (level, x, y, division_code, ledger, status, cause, town_code, current_division_code)
    )`,
  'CREATE INDEX tile_cells_empty ON tile_cells (division_code) WHERE count = 0',
  `CREATE TABLE summary_rollups (
      division_code text NOT NULL,
      current_division_code text NOT NULL,
      town_code text NOT NULL,
      ledger text NOT NULL,
      cause text NOT NULL,
      status text NOT NULL,
      count integer NOT NULL,
      area_m2 numeric(24,4) NOT NULL,
      without_area_count integer NOT NULL,
      PRIMARY KEY (division_code, ledger, status, cause, town_code, current_division_code)
    )`,
  `CREATE TABLE tile_heads (
      division_code text PRIMARY KEY,
      version bigint NOT NULL
    )`,
  `CREATE TABLE tile_versions (
      division_code text NOT NULL,
      x integer NOT NULL,
      y integer NOT NULL,
      version bigint NOT NULL,
      PRIMARY KEY (division_code, x, y)
    )`,
  'CREATE INDEX tile_versions_since ON tile_versions (division_code, version)',
  `CREATE TABLE tile_epoch (
      id integer PRIMARY KEY CHECK (id = 1),
      epoch text NOT NULL
    )`,
]

const FILL_EPOCH = `INSERT INTO tile_epoch (id, epoch) VALUES (1, replace(gen_random_uuid()::text, '-', ''))`

const FILL_ROLLUPS = `
  INSERT INTO summary_rollups
  SELECT division_code, current_division_code, coalesce(town_code, ''), ledger, coalesce(cause, ''), status,
    count(*), coalesce(sum(document_area_m2), 0), count(*) - count(document_area_m2)
  FROM parcels WHERE NOT is_withdrawn GROUP BY 1, 2, 3, 4, 5, 6`

const mercatorPart = (share: string): string =>
  `least(greatest(floor((${share}) * 33554432)::int, 0), 33554431)`
const LAT = 'radians(least(greatest(ST_Y(inner_point), -85.0511), 85.0511))'

const FILL_CELLS = `
  INSERT INTO tile_cells
  SELECT division_code, current_division_code, coalesce(town_code, ''), ledger, coalesce(cause, ''), status,
    level, cell_x >> (13 - level), cell_y >> (13 - level),
    count(*), coalesce(sum(document_area_m2), 0), count(*) - count(document_area_m2), sum(x), sum(y)
  FROM (SELECT *, ${mercatorPart('(ST_X(inner_point) + 180.0) / 360.0')} AS x,
          ${mercatorPart(`(1.0 - ln(tan(${LAT}) + 1.0 / cos(${LAT})) / pi()) / 2.0`)} AS y
        FROM parcels WHERE NOT is_withdrawn AND cell_x IS NOT NULL) p
  CROSS JOIN (VALUES (13), (12), (11), (10), (9), (7)) AS levels (level)
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`

const FILL_VERSIONS = [
  'INSERT INTO tile_heads SELECT DISTINCT division_code, 1 FROM parcels',
  `INSERT INTO tile_versions SELECT DISTINCT division_code, -1, -1, 1 FROM parcels`,
]

export async function up(knex: Knex): Promise<void> {
  for (const statement of [...TABLES, FILL_EPOCH, FILL_ROLLUPS, FILL_CELLS, ...FILL_VERSIONS]) {
    await knex.raw(statement)
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['tile_epoch', 'tile_versions', 'tile_heads', 'summary_rollups', 'tile_cells']) {
    await knex.raw(`DROP TABLE ${table}`)
  }
}
