import { FIELDS, type FieldType } from '../contract/fields.ts'

/** Columns computed by the write path itself; never taken from a person's values. */
const SYSTEM_COLUMNS = new Set([
  'current_division_code',
  'ledger',
  'status',
  'projected_area_m2',
  'ellipsoidal_area_m2',
])

/** Attribute columns a person or an import sets, in table order. */
export const ATTRIBUTE_COLUMNS: readonly string[] = FIELDS.map((field) => field.column).filter(
  (column) => !SYSTEM_COLUMNS.has(column),
)

/** SQL type of a column of `parcels`, by the type of its field. */
export const SQL_TYPES: Record<FieldType, string> = {
  text: 'text',
  code: 'text',
  date: 'date',
  area: 'numeric(18,4)',
  money: 'bigint',
  number: 'numeric',
  integer: 'integer',
  boolean: 'boolean',
}

const SQL_TYPE_OF_COLUMN: ReadonlyMap<string, string> = new Map(
  FIELDS.map((field) => [field.column, SQL_TYPES[field.type]]),
)

/** Columns with their types, as `jsonb_to_record` wants them; the names come from the field table alone. */
export const typedColumnList = (columns: readonly string[]): string =>
  columns
    .map((column) => {
      const type = SQL_TYPE_OF_COLUMN.get(column)
      if (type === undefined) throw new Error(`${column} is no column of the field table`)
      return `${column} ${type}`
    })
    .join(', ')

/** What a version keeps beside the attribute columns: every other column but geometry (kept by content hash) and bookkeeping. */
export const SYSTEM_VERSIONED = [
  'current_division_code',
  'ledger',
  'status',
  'projected_area_m2',
  'ellipsoidal_area_m2',
  'extra',
  'missing',
  'position_quality',
  'datum_parameters',
  'is_repaired',
  'survey_srid',
  'import_id',
  'import_layer',
  'import_row',
  'is_withdrawn',
] as const

export const VERSIONED_COLUMNS: readonly string[] = [...ATTRIBUTE_COLUMNS, ...SYSTEM_VERSIONED]

/** A numeric as JSON writes numbers: 12.5, not 12.5000. Equal rows have equal texts, and so equal hashes. */
const plainNumber = (column: string, alias: string): string =>
  SQL_TYPE_OF_COLUMN.get(column)?.startsWith('numeric')
    ? `trim_scale(${alias}.${column}) AS ${column}`
    : `${alias}.${column}`

/** What a version of `parcels AS alias` keeps as `attributes`. */
export const attributesSql = (alias: string): string => `
    SELECT jsonb_strip_nulls(to_jsonb(r)) AS attributes
    FROM (SELECT ${VERSIONED_COLUMNS.map((column) => plainNumber(column, alias)).join(', ')}) r OFFSET 0`

/** Hash of a row by its attributes; the text of a jsonb is the same on every PostgreSQL. */
export const rowHashSql = (attributes: string): string =>
  `encode(sha256(convert_to(${attributes}::text, 'UTF8')), 'hex')`

export const columnList = (columns: readonly string[], alias?: string): string =>
  columns.map((column) => (alias ? `${alias}.${column}` : column)).join(', ')

/** Web-Mercator tile column of a longitude (degrees) at a zoom. */
export const tileXSql = (lon: string, zoom: number): string =>
  `least(greatest(floor((${lon} + 180.0) / 360.0 * ${2 ** zoom})::int, 0), ${2 ** zoom - 1})`

/** Web-Mercator tile row of a latitude (degrees) at a zoom; latitudes beyond the square are clamped. */
export const tileYSql = (lat: string, zoom: number): string =>
  `least(greatest(floor((1.0 - ln(tan(radians(least(greatest(${lat}, -85.0511), 85.0511))) + ` +
  `1.0 / cos(radians(least(greatest(${lat}, -85.0511), 85.0511)))) / pi()) / 2.0 * ${2 ** zoom})::int, 0), ${2 ** zoom - 1})`

/** Zoom whose tiles carry the version counters. */
export const VERSION_ZOOM = 10
/** Zoom of the finest aggregation cell; 8 × 8 cells fill a z10 tile. */
export const CELL_ZOOM = 13

/** Corners of a shape (EPSG:4490) as tiles of the version counters. */
export const tileBoundsSql = (geom: string): string => `
    ${tileXSql(`ST_XMin(${geom})`, VERSION_ZOOM)}, ${tileYSql(`ST_YMax(${geom})`, VERSION_ZOOM)},
    ${tileXSql(`ST_XMax(${geom})`, VERSION_ZOOM)}, ${tileYSql(`ST_YMin(${geom})`, VERSION_ZOOM)}`

export const VERSION_COLUMNS = `division_code, parcel_id, version, change_set_id, recorded_from, current_division_code,
    town_code, ledger, cause, status, document_area_m2, is_withdrawn, cell_x, cell_y,
    tile_min_x, tile_min_y, tile_max_x, tile_max_y, attributes, row_hash, geom_hash`

export const EVENT_COLUMNS = `division_code, id, parcel_id, change_set_id, kind, from_status, to_status, effective_on,
    recorded_at, actor_id, role, note`
