/**
 * The writer of new parcels. One statement reads its source once and writes from it the parcel, its first version, the
 * event that gives it its first status, and what it is found by: each a look at the rows less.
 */
import type { Knex } from 'knex'
import type { ChangeSetInput } from './change-sets.ts'
import {
  EVENT_COLUMNS,
  SYSTEM_VERSIONED,
  VERSION_COLUMNS,
  columnList,
  rowHashSql,
  tileBoundsSql,
  typedColumnList,
} from './columns.ts'
import { isIndexedAtOnce } from './search-texts.ts'
import { cellXSql, cellYSql, type ParcelSource } from './write.ts'

/** Rows to insert. Besides what `ParcelSource` tells, the SELECT yields search_text text (`searchTextOf`). */
export interface NewParcelSource extends ParcelSource {
  /** Attribute columns that may stand in `column_values`; all others stay empty and are not looked for. */
  columns: readonly string[]
  /** How many parcels the change set brings in all. */
  total: number
}

const cells = `s.cell_x, s.cell_y`

// The same object as `attributesSql` makes of the row once it stands (parcels-insert.test.ts), without looking at eighty
// columns again.
const EXPRESSIONS: Partial<Record<string, string>> = {
  current_division_code: 'c.division_code',
  ledger: 'c.ledger',
  is_withdrawn: 'false',
  projected_area_m2: 'trim_scale(s.projected_area_m2::numeric(18,4))',
  ellipsoidal_area_m2: 'trim_scale(s.ellipsoidal_area_m2::numeric(18,4))',
  survey_srid: 'ST_SRID(s.survey_geom)',
}
const ofSystem = SYSTEM_VERSIONED.map(
  (column) => `'${column}', ${EXPRESSIONS[column] ?? `s.${column}`}`,
).join(', ')

const insertSql = (columns: readonly string[], source: string): string => `
  WITH s AS MATERIALIZED (
    SELECT g.*, ${cellXSql('g.inner_point')} AS cell_x, ${cellYSql('g.inner_point')} AS cell_y FROM (${source}) g
  ), c AS MATERIALIZED (
    SELECT ?::text AS division_code, ?::text AS id, ?::text AS ledger, ?::timestamptz AS recorded_at
  ), parcel AS (
    INSERT INTO parcels (division_code, id, version, change_set_id, current_division_code, ledger, status,
      ${columnList(columns)},
      extra, missing, position_quality, datum_parameters, is_repaired, survey_original, survey_srid, survey_geom, geom,
      inner_point, cell_x, cell_y, geom_hash, projected_area_m2, ellipsoidal_area_m2, import_id, import_layer, import_row,
      created_at, updated_at)
    SELECT c.division_code, s.id, 1, c.id, c.division_code, c.ledger, s.status,
      ${columnList(columns, 'v')},
      s.extra, s.missing, s.position_quality, s.datum_parameters, s.is_repaired, s.survey_original, ST_SRID(s.survey_geom),
      s.survey_geom, s.geom, s.inner_point, ${cells}, s.geom_hash, s.projected_area_m2, s.ellipsoidal_area_m2,
      s.import_id, s.import_layer, s.import_row, c.recorded_at, c.recorded_at
    FROM c CROSS JOIN s CROSS JOIN LATERAL jsonb_to_record(s.column_values) AS v(${typedColumnList(columns)})
  ), version AS (
    INSERT INTO parcel_versions (${VERSION_COLUMNS})
    SELECT c.division_code, s.id, 1, c.id, c.recorded_at, c.division_code,
      s.column_values->>'town_code', c.ledger, s.column_values->>'cause', s.status,
      (s.column_values->>'document_area_m2')::numeric, false, ${cells},
      ${tileBoundsSql('s.geom')}, a.attributes, ${rowHashSql('a.attributes')}, s.geom_hash
    FROM c CROSS JOIN s CROSS JOIN LATERAL (
      SELECT s.column_values || jsonb_strip_nulls(jsonb_build_object(${ofSystem})) AS attributes OFFSET 0) a
  ), event AS (
    INSERT INTO parcel_events (${EVENT_COLUMNS})
    SELECT c.division_code, s.id || ':1', s.id, c.id, ?, NULL, s.status, ?::date, c.recorded_at, ?, ?, ?
    FROM c CROSS JOIN s
  )
  INSERT INTO parcel_search (division_code, parcel_id, is_indexed, search_text)
  SELECT c.division_code, s.id, ?::boolean, s.search_text FROM c CROSS JOIN s`

/** Inserts new parcels with everything that belongs to each; ids come with the rows. Returns how many. */
export async function insertParcels(
  trx: Knex.Transaction,
  changeSet: ChangeSetInput,
  ledger: string,
  { sql, bindings, columns, total }: NewParcelSource,
): Promise<number> {
  const { actor } = changeSet
  const result = await trx.raw<{ rowCount: number }>(insertSql(columns, sql), [
    ...bindings,
    changeSet.divisionCode,
    changeSet.id,
    ledger,
    changeSet.recordedAt,
    changeSet.kind,
    changeSet.effectiveOn,
    actor.id,
    actor.roles[0] ?? null,
    changeSet.reason ?? null,
    isIndexedAtOnce(total),
  ])
  return result.rowCount
}
