/**
 * The writers of parcels there are: each changes rows under a change-set id (merge, edit, withdraw, restore), and
 * `completeChangeSet` (complete.ts) derives from them what follows. New ones come by insert.ts; nothing else writes
 * these tables.
 *
 * A geometry is kept once: the one a parcel has stands in `parcels`, one it had in `parcel_geometries`, where the writer
 * that replaces it puts it in the same statement.
 */
import type { Knex } from 'knex'
import { ATTRIBUTE_COLUMNS, CELL_ZOOM, VERSIONED_COLUMNS, columnList, tileXSql, tileYSql } from './columns.ts'

/**
 * Rows to write as a SELECT with bound parameters. It yields:
 * id text · status text · column_values jsonb (attribute columns by column name, as exact as the columns keep them and
 * none null) · extra jsonb · missing text[] ·
 * position_quality text · datum_parameters jsonb · is_repaired boolean · survey_original bytea (WKB as read, when repaired) ·
 * survey_geom geometry (own CRS; null keeps the geometry there is) · geom geometry (MultiPolygon, 4490) · inner_point
 * (innerPointSql of geom) · geom_hash (geomHashSql of both) · projected_area_m2 · ellipsoidal_area_m2 · import_id text ·
 * import_layer text · import_row int. Areas in m².
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

/**
 * Content hash of a geometry. Survey geometry and derived geometry both count: the same survey under other datum
 * parameters is another shape.
 */
export const geomHashSql = (survey: string, derived: string): string =>
  `encode(sha256(ST_AsEWKB(${survey}) || coalesce(ST_AsEWKB(${derived}), ''::bytea)), 'hex')`

/** A point inside the shape, also where it is a ring or a sickle. */
export const innerPointSql = (geom: string): string => `ST_PointOnSurface(${geom})`

export const cellXSql = (point: string): string => tileXSql(`ST_X(${point})`, CELL_ZOOM)
export const cellYSql = (point: string): string => tileYSql(`ST_Y(${point})`, CELL_ZOOM)

const GEOMETRY_COLUMNS = 'survey_srid, survey_geom, survey_original, geom, inner_point'

/** The geometries of `parcels AS old` that a statement replaces, as its WITH clause: it sees them as they were. */
const keepingGeometries = (fromSql: string): string => `
  kept AS (
    INSERT INTO parcel_geometries (division_code, hash, ${GEOMETRY_COLUMNS})
    SELECT DISTINCT ON (old.geom_hash) old.division_code, old.geom_hash,
      ${columnList(GEOMETRY_COLUMNS.split(', '), 'old')}
    FROM ${fromSql} AND old.geom_hash IS NOT NULL
    ON CONFLICT DO NOTHING)`

/** Merges rows into existing parcels: keys present in column_values replace, absent ones stay; extra is merged. */
export async function mergeParcels(
  trx: Knex.Transaction,
  target: WriteTarget,
  source: ParcelSource,
): Promise<number> {
  const assignments = ATTRIBUTE_COLUMNS.map((column) => `${column} = v.${column}`).join(', ')
  // What belongs to a survey goes with its geometry or stays with the one there is.
  const moved = (column: string): string =>
    `${column} = CASE WHEN s.survey_geom IS NULL THEN p.${column} ELSE s.${column} END`
  const sql = `
    WITH s AS MATERIALIZED (${source.sql}),
    ${keepingGeometries(`parcels old JOIN s ON s.id = old.id AND s.survey_geom IS NOT NULL AND s.geom_hash IS DISTINCT FROM old.geom_hash
      WHERE old.division_code = ?`)}
    UPDATE parcels p SET version = p.version + 1, change_set_id = ?, updated_at = ?, status = s.status,
      ${assignments},
      extra = p.extra || s.extra, missing = s.missing,
      ${['position_quality', 'datum_parameters', 'is_repaired', 'survey_original', 'survey_geom'].map(moved).join(', ')},
      survey_srid = coalesce(ST_SRID(s.survey_geom), p.survey_srid),
      geom = coalesce(s.geom, p.geom),
      inner_point = coalesce(s.inner_point, p.inner_point),
      cell_x = coalesce(${cellXSql('s.inner_point')}, p.cell_x),
      cell_y = coalesce(${cellYSql('s.inner_point')}, p.cell_y),
      geom_hash = coalesce(s.geom_hash, p.geom_hash),
      projected_area_m2 = coalesce(s.projected_area_m2, p.projected_area_m2),
      ellipsoidal_area_m2 = coalesce(s.ellipsoidal_area_m2, p.ellipsoidal_area_m2),
      import_id = s.import_id, import_layer = s.import_layer, import_row = s.import_row
    FROM s
    JOIN parcels before ON before.division_code = ? AND before.id = s.id
    CROSS JOIN LATERAL jsonb_populate_record(before, s.column_values) v
    WHERE p.division_code = ? AND p.id = s.id`
  const result = await trx.raw<{ rowCount: number }>(sql, [
    ...source.bindings,
    target.divisionCode,
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
  const isSame = 'prior.geom_hash IS NOT DISTINCT FROM p.geom_hash'
  const shaped = ['survey_geom', 'survey_original', 'geom', 'inner_point']
    .map((column) => `${column} = CASE WHEN ${isSame} THEN p.${column} ELSE g.${column} END`)
    .join(', ')
  const result = await trx.raw<{ rowCount: number }>(
    `WITH ${keepingGeometries(`parcels old
       JOIN parcel_versions before ON before.division_code = old.division_code AND before.parcel_id = old.id
         AND before.version = old.version - 1
       WHERE old.division_code = ? AND old.change_set_id = ? AND before.geom_hash IS DISTINCT FROM old.geom_hash`)}
     UPDATE parcels p SET ${restored}, ${shaped},
       geom_hash = prior.geom_hash, cell_x = prior.cell_x, cell_y = prior.cell_y,
       version = p.version + 1, change_set_id = ?, updated_at = ?
     FROM parcel_versions prior
     LEFT JOIN parcel_geometries g ON g.division_code = prior.division_code AND g.hash = prior.geom_hash
     CROSS JOIN LATERAL jsonb_populate_record(NULL::parcels, prior.attributes) v
     WHERE p.division_code = ? AND p.change_set_id = ? AND p.version > 1
       AND prior.division_code = p.division_code AND prior.parcel_id = p.id AND prior.version = p.version - 1`,
    [target.divisionCode, changedBy, target.changeSetId, target.recordedAt, target.divisionCode, changedBy],
  )
  return result.rowCount
}
