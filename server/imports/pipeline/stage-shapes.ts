/**
 * Shapes of a file's rows into their staging table: checked, repaired where they can be, placed in EPSG:4490, measured.
 * One statement a batch; it answers only the rows about which there is something to say.
 */
import type { Knex } from 'knex'
import { displaySql, isPlane, planeAreaSql, type Georeference } from './georeference.ts'
import { queryWithoutJit } from '../../platform/database/without-jit.ts'
import { geomHashSql, innerPointSql } from '../../parcels/write.ts'
import type { ImportKey } from './stage-rows.ts'

export interface ShapeInput {
  row: number
  wkb: Buffer
}

/** A row whose shape was mended, fell to nothing, or could not be placed. */
export interface ShapeFinding {
  row: number
  kind: 'repaired' | 'collapsed' | 'unplaceable'
  reason: string | null
  /** Where the shape is at fault, in the survey's coordinates. */
  x: number | null
  y: number | null
  lon: number | null
  lat: number | null
  areaBeforeM2: number | null
  areaAfterM2: number | null
}

interface FindingRow {
  row: number
  is_collapsed: boolean
  is_unplaceable: boolean
  reason: string | null
  x: number | null
  y: number | null
  lon: number | null
  lat: number | null
  area_before: number | null
  area_after: number | null
}

// A transform beyond its domain answers with infinity or NaN; NaN is greater than any number to PostgreSQL.
const onEarth = `ST_XMin(rough) BETWEEN -180 AND 180 AND ST_XMax(rough) BETWEEN -180 AND 180
  AND ST_YMin(rough) BETWEEN -90 AND 90 AND ST_YMax(rough) BETWEEN -90 AND 90`

/**
 * Parameters that move the ground far away shrink every parcel to a point that is still valid. No parameter sheet
 * halves or doubles an area; one square metre (1e-10 square degrees) is left to rounding.
 */
function keepsItsSizeSql(reference: Georeference): string {
  if (reference.datumParameters === null) return 'true'
  const [size, slack] = isPlane(reference.crs) ? ['ST_Area(rough::geography)', 1] : ['ST_Area(rough)', 1e-10]
  return `${size} BETWEEN ST_Area(p.survey_geom) / 2 - ${slack} AND ST_Area(p.survey_geom) * 2 + ${slack}`
}

// MATERIALIZED keeps PostgreSQL from computing validity, repair and transform again for every use.
function insertSql(reference: Georeference): string {
  const { crs, isAxisSwapped } = reference
  const read = isAxisSwapped ? 'ST_FlipCoordinates(t.hex::geometry)' : 't.hex::geometry'
  const placed = displaySql(reference, 'm.survey_geom')
  const fault = displaySql(reference, 'f.fault')
  return `
    WITH given AS MATERIALIZED (
      SELECT t.row, ST_SetSRID(${read}, ${crs.srid}) AS raw FROM unnest(?::int[], ?::text[]) AS t(row, hex)
    ), judged AS MATERIALIZED (
      SELECT row, raw, ST_IsValid(raw) AS is_valid FROM given
    ), mended AS MATERIALIZED (
      SELECT row, raw, is_valid, CASE WHEN is_valid THEN raw
        ELSE ST_CollectionExtract(ST_MakeValid(raw, 'method=structure'), 3) END AS survey_geom FROM judged
    ), placed AS MATERIALIZED (
      SELECT m.*, CASE WHEN ST_IsEmpty(m.survey_geom) THEN NULL ELSE ST_Multi(${placed.sql}) END AS rough FROM mended m
    ), shaped AS MATERIALIZED (
      SELECT p.*, CASE WHEN rough IS NULL OR NOT (${onEarth} AND ${keepsItsSizeSql(reference)}) THEN NULL WHEN ST_IsValid(rough) THEN rough
        ELSE ST_Multi(ST_CollectionExtract(ST_MakeValid(rough, 'method=structure'), 3)) END AS geom FROM placed p
    ), kept AS (
      INSERT INTO import_shapes (division_code, import_id, row, survey_geom, survey_original, geom, projected_area_m2,
        ellipsoidal_area_m2, original_area_m2, geom_hash, inner_point, is_calibrated)
      SELECT ?, ?, row, survey_geom, CASE WHEN is_valid THEN NULL ELSE ST_AsBinary(raw, 'NDR') END, geom,
        ${planeAreaSql(reference, 'survey_geom', 'geom')}, ST_Area(geom::geography),
        CASE WHEN is_valid THEN NULL ELSE ${planeAreaSql(reference, 'raw', 'raw')} END,
        ${geomHashSql('survey_geom', 'geom')}, ${innerPointSql('geom')}, ?
      FROM shaped WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom)
    )
    SELECT s.row, (s.geom IS NULL OR ST_IsEmpty(s.geom)) AS is_collapsed,
      (NOT ST_IsEmpty(s.survey_geom) AND (s.geom IS NULL OR ST_IsEmpty(s.geom))) AS is_unplaceable, v.reason, ST_X(f.fault) AS x, ST_Y(f.fault) AS y,
      ST_X(w.place) AS lon, ST_Y(w.place) AS lat,
      CASE WHEN s.geom IS NULL THEN NULL ELSE ${planeAreaSql(reference, 's.raw', 's.raw')} END AS area_before,
      CASE WHEN s.geom IS NULL THEN NULL ELSE ${planeAreaSql(reference, 's.survey_geom', 's.geom')} END AS area_after
    FROM shaped s
    CROSS JOIN LATERAL (SELECT d.reason, ST_SetSRID(d.location, ${crs.srid}) AS at FROM ST_IsValidDetail(s.raw) d) v
    CROSS JOIN LATERAL (SELECT v.at AS fault) f
    CROSS JOIN LATERAL (SELECT CASE WHEN f.fault IS NULL OR s.geom IS NULL THEN NULL ELSE ${fault.sql} END AS place) w
    WHERE NOT s.is_valid OR s.geom IS NULL OR ST_IsEmpty(s.geom)`
}

/** EPSG codes are numbers of our own table, never text from outside. */
async function insertBatch(
  db: Knex,
  key: ImportKey,
  reference: Georeference,
  shapes: readonly ShapeInput[],
): Promise<ShapeFinding[]> {
  const placed = displaySql(reference, '').bindings
  const rows = await queryWithoutJit<FindingRow>(db, insertSql(reference), [
    shapes.map((shape) => shape.row),
    shapes.map((shape) => shape.wkb.toString('hex')),
    ...placed,
    key.divisionCode,
    key.importId,
    reference.isCalibrated,
    ...placed,
  ])
  return rows.map((row) => ({
    row: row.row,
    kind: row.is_unplaceable ? 'unplaceable' : row.is_collapsed ? 'collapsed' : 'repaired',
    reason: row.reason,
    x: row.x,
    y: row.y,
    lon: row.lon,
    lat: row.lat,
    areaBeforeM2: row.area_before,
    areaAfterM2: row.area_after,
  }))
}

const unplaceable = (row: number): ShapeFinding => ({
  row,
  kind: 'unplaceable',
  reason: null,
  x: null,
  y: null,
  lon: null,
  lat: null,
  areaBeforeM2: null,
  areaAfterM2: null,
})

/** Errors that speak of the geometry itself (internal error, data exception), not of the connection or the disk. */
function isGeometryError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(XX000|22...|P0001)$/.test(code)
}

/**
 * Stages a batch. Coordinates that no transform can take make the whole statement fail: the batch is then halved
 * until the row at fault stands alone, and that row alone is refused.
 */
export async function stageShapes(
  db: Knex,
  key: ImportKey,
  reference: Georeference,
  shapes: readonly ShapeInput[],
): Promise<ShapeFinding[]> {
  if (shapes.length === 0) return []
  try {
    return await insertBatch(db, key, reference, shapes)
  } catch (error) {
    if (!isGeometryError(error)) throw error
    if (shapes.length === 1) return [unplaceable(shapes[0]!.row)]
    const middle = Math.floor(shapes.length / 2)
    const first = await stageShapes(db, key, reference, shapes.slice(0, middle))
    return [...first, ...(await stageShapes(db, key, reference, shapes.slice(middle)))]
  }
}
