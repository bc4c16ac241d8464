/**
 * The one write path of parcels. A writer changes rows under a change-set id (insert, merge, edit, withdraw, restore);
 * `completeChangeSet` then derives versions, geometry history, events, cells and tile versions from what was written
 * and seals the link of the hash chain. Nothing else writes these tables.
 */
import type { Knex } from 'knex'
import { tileUpkeep, type TileUpkeepResult } from '../tiles/upkeep.ts'
import {
  ATTRIBUTE_COLUMNS,
  CELL_ZOOM,
  VERSIONED_COLUMNS,
  VERSION_ZOOM,
  columnList,
  tileXSql,
  tileYSql,
} from './columns.ts'
import { sealChangeSet, type ChangeSetInput, type SealedChangeSet } from './change-sets.ts'

/**
 * Rows to write as a SELECT with bound parameters. It yields:
 * id text · status text · column_values jsonb (attribute columns by column name) · extra jsonb · missing text[] ·
 * position_quality text · datum_parameters jsonb · is_repaired boolean · survey_original bytea (WKB as read, when repaired) ·
 * survey_geom geometry (own CRS; null keeps the geometry there is) · geom geometry (4490) · projected_area_m2 · ellipsoidal_area_m2 ·
 * import_id text · import_layer text · import_row int. Areas in m².
 */
export interface ParcelSource {
  sql: string
  bindings: readonly Knex.RawBinding[]
}

export interface WriteTarget {
  divisionCode: string
  changeSetId: string
  recordedAt: Date
}

export interface CompletedChangeSet extends SealedChangeSet {
  tiles: TileUpkeepResult
}

// Survey geometry and derived geometry both count: the same survey under other datum parameters is another shape.
const geomHashSql = (survey: string, derived: string): string =>
  `encode(sha256(ST_AsEWKB(${survey}) || coalesce(ST_AsEWKB(${derived}), ''::bytea)), 'hex')`

const innerPointSql = (geom: string): string => `ST_PointOnSurface(${geom})`

const PLACED = `
  SELECT s.*, ST_Multi(s.geom)::geometry(MultiPolygon, 4490) AS placed_geom, ${innerPointSql('s.geom')} AS placed_point`

/** Inserts new parcels; ids come with the rows. Returns how many. */
export async function insertParcels(
  trx: Knex.Transaction,
  target: WriteTarget,
  ledger: string,
  source: ParcelSource,
): Promise<number> {
  const sql = `
    WITH s AS MATERIALIZED (${source.sql}), placed AS MATERIALIZED (${PLACED} FROM s)
    INSERT INTO parcels (division_code, id, version, change_set_id, current_division_code, ledger, status,
      ${columnList(ATTRIBUTE_COLUMNS)},
      extra, missing, position_quality, datum_parameters, is_repaired, survey_original, survey_srid, survey_geom, geom,
      inner_point, cell_x, cell_y, geom_hash, projected_area_m2, ellipsoidal_area_m2, import_id, import_layer, import_row,
      created_at, updated_at)
    SELECT ?, s.id, 1, ?, ?, ?, s.status,
      ${columnList(ATTRIBUTE_COLUMNS, 'v')},
      s.extra, s.missing, s.position_quality, s.datum_parameters, s.is_repaired, s.survey_original, ST_SRID(s.survey_geom),
      s.survey_geom, s.placed_geom, s.placed_point,
      ${tileXSql('ST_X(s.placed_point)', CELL_ZOOM)}, ${tileYSql('ST_Y(s.placed_point)', CELL_ZOOM)},
      ${geomHashSql('s.survey_geom', 's.placed_geom')}, s.projected_area_m2, s.ellipsoidal_area_m2,
      s.import_id, s.import_layer, s.import_row, ?, ?
    FROM placed s CROSS JOIN LATERAL jsonb_populate_record(NULL::parcels, s.column_values) v`
  const result = await trx.raw<{ rowCount: number }>(sql, [
    ...source.bindings,
    target.divisionCode,
    target.changeSetId,
    target.divisionCode,
    ledger,
    target.recordedAt,
    target.recordedAt,
  ])
  return result.rowCount
}

/** Merges rows into existing parcels: keys present in column_values replace, absent ones stay; extra is merged. */
export async function mergeParcels(
  trx: Knex.Transaction,
  target: WriteTarget,
  source: ParcelSource,
): Promise<number> {
  const assignments = ATTRIBUTE_COLUMNS.map((column) => `${column} = v.${column}`).join(', ')
  const sql = `
    WITH s AS MATERIALIZED (${source.sql}), placed AS MATERIALIZED (${PLACED} FROM s)
    UPDATE parcels p SET version = p.version + 1, change_set_id = ?, updated_at = ?, status = s.status,
      ${assignments},
      extra = p.extra || s.extra, missing = s.missing,
      position_quality = CASE WHEN s.survey_geom IS NULL THEN p.position_quality ELSE s.position_quality END,
      datum_parameters = CASE WHEN s.survey_geom IS NULL THEN p.datum_parameters ELSE s.datum_parameters END,
      is_repaired = CASE WHEN s.survey_geom IS NULL THEN p.is_repaired ELSE s.is_repaired END,
      survey_original = CASE WHEN s.survey_geom IS NULL THEN p.survey_original ELSE s.survey_original END,
      survey_srid = coalesce(ST_SRID(s.survey_geom), p.survey_srid),
      survey_geom = coalesce(s.survey_geom, p.survey_geom),
      geom = coalesce(s.placed_geom, p.geom),
      inner_point = coalesce(s.placed_point, p.inner_point),
      cell_x = coalesce(${tileXSql('ST_X(s.placed_point)', CELL_ZOOM)}, p.cell_x),
      cell_y = coalesce(${tileYSql('ST_Y(s.placed_point)', CELL_ZOOM)}, p.cell_y),
      geom_hash = coalesce(${geomHashSql('s.survey_geom', 's.placed_geom')}, p.geom_hash),
      projected_area_m2 = coalesce(s.projected_area_m2, p.projected_area_m2),
      ellipsoidal_area_m2 = coalesce(s.ellipsoidal_area_m2, p.ellipsoidal_area_m2),
      import_id = s.import_id, import_layer = s.import_layer, import_row = s.import_row
    FROM placed s
    JOIN parcels before ON before.division_code = ? AND before.id = s.id
    CROSS JOIN LATERAL jsonb_populate_record(before, s.column_values) v
    WHERE p.division_code = ? AND p.id = s.id`
  const result = await trx.raw<{ rowCount: number }>(sql, [
    ...source.bindings,
    target.changeSetId,
    target.recordedAt,
    target.divisionCode,
    target.divisionCode,
  ])
  return result.rowCount
}

/** Sets attribute columns (and `missing`) of one parcel at an expected version; false when the version has moved on. */
export async function editParcel(
  trx: Knex.Transaction,
  target: WriteTarget,
  parcel: {
    id: string
    version: number
    columns: Record<string, unknown>
    missing: readonly string[]
    status: string
  },
): Promise<boolean> {
  const count = await trx('parcels')
    .where({ division_code: target.divisionCode, id: parcel.id, version: parcel.version })
    .update({
      ...parcel.columns,
      missing: [...parcel.missing],
      status: parcel.status,
      version: parcel.version + 1,
      change_set_id: target.changeSetId,
      updated_at: target.recordedAt,
    })
  return count === 1
}

/** Takes back parcels a change set created: they keep their id and history but stand in no list or tile. */
export async function withdrawParcels(
  trx: Knex.Transaction,
  target: WriteTarget,
  createdBy: string,
): Promise<number> {
  const result = await trx.raw<{ rowCount: number }>(
    `UPDATE parcels SET is_withdrawn = true, version = version + 1, change_set_id = ?, updated_at = ?
     WHERE division_code = ? AND change_set_id = ? AND version = 1`,
    [target.changeSetId, target.recordedAt, target.divisionCode, createdBy],
  )
  return result.rowCount
}

/** Puts parcels a change set changed back to the version before it, as a new version. */
export async function restoreParcels(
  trx: Knex.Transaction,
  target: WriteTarget,
  changedBy: string,
): Promise<number> {
  const restored = VERSIONED_COLUMNS.map((column) => `${column} = v.${column}`).join(', ')
  const result = await trx.raw<{ rowCount: number }>(
    `UPDATE parcels p SET ${restored}, survey_geom = g.survey_geom, survey_original = g.survey_original, geom = g.geom,
       inner_point = g.inner_point, geom_hash = prior.geom_hash, cell_x = prior.cell_x, cell_y = prior.cell_y,
       version = p.version + 1, change_set_id = ?, updated_at = ?
     FROM parcel_versions prior
     LEFT JOIN parcel_geometries g ON g.division_code = prior.division_code AND g.hash = prior.geom_hash
     CROSS JOIN LATERAL jsonb_populate_record(NULL::parcels, prior.attributes) v
     WHERE p.division_code = ? AND p.change_set_id = ? AND p.version > 1
       AND prior.division_code = p.division_code AND prior.parcel_id = p.id AND prior.version = p.version - 1`,
    [target.changeSetId, target.recordedAt, target.divisionCode, changedBy],
  )
  return result.rowCount
}

const tileBounds = `
  ${tileXSql('ST_XMin(p.geom)', VERSION_ZOOM)}, ${tileYSql('ST_YMax(p.geom)', VERSION_ZOOM)},
  ${tileXSql('ST_XMax(p.geom)', VERSION_ZOOM)}, ${tileYSql('ST_YMin(p.geom)', VERSION_ZOOM)}`

const WRITE_GEOMETRIES = `
  INSERT INTO parcel_geometries (division_code, hash, survey_srid, survey_geom, survey_original, geom, inner_point)
  SELECT DISTINCT ON (geom_hash) division_code, geom_hash, survey_srid, survey_geom, survey_original, geom, inner_point
  FROM parcels WHERE division_code = ? AND change_set_id = ? AND geom_hash IS NOT NULL
  ON CONFLICT DO NOTHING`

const CLOSE_VERSIONS = `
  UPDATE parcel_versions v SET recorded_to = ?
  FROM parcels p
  WHERE p.division_code = ? AND p.change_set_id = ? AND p.version > 1
    AND v.division_code = p.division_code AND v.parcel_id = p.id AND v.version = p.version - 1 AND v.recorded_to IS NULL`

const WRITE_VERSIONS = `
  INSERT INTO parcel_versions (division_code, parcel_id, version, change_set_id, recorded_from, current_division_code,
    town_code, ledger, cause, status, document_area_m2, is_withdrawn, cell_x, cell_y,
    tile_min_x, tile_min_y, tile_max_x, tile_max_y, attributes, row_hash, geom_hash)
  SELECT p.division_code, p.id, p.version, p.change_set_id, ?, p.current_division_code,
    p.town_code, p.ledger, p.cause, p.status, p.document_area_m2, p.is_withdrawn, p.cell_x, p.cell_y,
    ${tileBounds}, a.attributes, encode(sha256(convert_to(a.attributes::text, 'UTF8')), 'hex'), p.geom_hash
  FROM parcels p
  CROSS JOIN LATERAL (
    SELECT jsonb_strip_nulls(to_jsonb(r)) AS attributes FROM (SELECT ${columnList(VERSIONED_COLUMNS, 'p')}) r
  ) a
  WHERE p.division_code = ? AND p.change_set_id = ?`

// A status is moved by an event: one for every parcel whose status differs from the version before.
const WRITE_EVENTS = `
  INSERT INTO parcel_events (division_code, id, parcel_id, change_set_id, kind, from_status, to_status, effective_on,
    recorded_at, actor_id, role, note)
  SELECT v.division_code, v.parcel_id || ':' || v.version, v.parcel_id, v.change_set_id, ?,
    prior.status, CASE WHEN v.is_withdrawn THEN NULL ELSE v.status END, ?, ?, ?, ?, ?
  FROM parcel_versions v
  LEFT JOIN parcel_versions prior ON prior.division_code = v.division_code AND prior.parcel_id = v.parcel_id
    AND prior.version = v.version - 1
  WHERE v.division_code = ? AND v.change_set_id = ?
    AND (prior.version IS NULL OR prior.status <> v.status OR prior.is_withdrawn <> v.is_withdrawn)`

/** Everything that follows from the rows written under the change set, and its link in the chain. */
export async function completeChangeSet(
  trx: Knex.Transaction,
  input: ChangeSetInput,
): Promise<CompletedChangeSet> {
  const key = [input.divisionCode, input.id]
  await trx.raw(WRITE_GEOMETRIES, key)
  await trx.raw(CLOSE_VERSIONS, [input.recordedAt, ...key])
  await trx.raw(WRITE_VERSIONS, [input.recordedAt, ...key])
  await trx.raw(WRITE_EVENTS, [
    input.kind,
    input.effectiveOn,
    input.recordedAt,
    input.actor.id,
    input.actor.roles[0] ?? null,
    input.reason ?? null,
    ...key,
  ])
  const tiles = await tileUpkeep(trx, { divisionCode: input.divisionCode, changeSetId: input.id })
  const sealed = await sealChangeSet(trx, input)
  return { ...sealed, tiles }
}
