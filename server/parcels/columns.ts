import { FIELDS } from '../contract/fields.ts'

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

/** What a version keeps as `attributes`: every column but geometry (kept by content hash) and bookkeeping. */
export const VERSIONED_COLUMNS: readonly string[] = [
  'current_division_code',
  'ledger',
  'status',
  ...ATTRIBUTE_COLUMNS,
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
]

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
