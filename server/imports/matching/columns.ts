/** Which columns an import brings and how each is compared with what stands in the database. */
import { DOCUMENT_AREA_STAND_INS, FIELDS } from '../../contract/fields.ts'
import type { ColumnMapping } from '../../contract/import.ts'
import { ATTRIBUTE_COLUMNS, SQL_TYPES } from '../../parcels/columns.ts'

export interface ImportedColumn {
  wire: string
  column: string
  cast: string
}

/** Columns that may stand in `column_values` of this mapping; `townCode` may also come from the location. */
export function importedColumns(wires: Iterable<string>): ImportedColumn[] {
  const wanted = wiresOfValues(wires)
  return FIELDS.filter((field) => wanted.has(field.wire) && !field.readOnly).map((field) => ({
    wire: field.wire,
    column: field.column,
    cast: SQL_TYPES[field.type],
  }))
}

/** A value may also come from another field: the town from the location, the words of a cause, an area for another. */
function wiresOfValues(wires: Iterable<string>): ReadonlySet<string> {
  const wanted = new Set(wires)
  if (wanted.has('location')) wanted.add('townCode')
  if (wanted.has('cause')) wanted.add('causeDetail')
  const standIns = Object.values(DOCUMENT_AREA_STAND_INS).flat()
  if (standIns.some((wire) => wanted.has(wire))) wanted.add('documentAreaM2')
  return wanted
}

/** Columns a new parcel of this mapping may have values in; the system gives a number to one that brings none. */
export function insertedColumns(mapping: readonly ColumnMapping[]): string[] {
  const wanted = wiresOfValues(mapping.flatMap(({ field }) => (field === null ? [] : [field])))
  return FIELDS.filter(
    ({ wire, column }) => wire === 'parcelNo' || (wanted.has(wire) && ATTRIBUTE_COLUMNS.includes(column)),
  ).map(({ column }) => column)
}

/**
 * A figure that only stands in for 文件面积 never replaces the one a parcel has: empty cells change nothing. True where
 * there is such a figure in `r` for the parcel `p`.
 */
const IS_AREA_KEPT = '(r.area_from IS NOT NULL AND p.document_area_m2 IS NOT NULL)'

/** The values of a row `r` that its parcel `p` takes over. */
export const TAKEN_VALUES = `CASE WHEN ${IS_AREA_KEPT} THEN r.column_values - 'document_area_m2' ELSE r.column_values END`

/** Names come from the field table, never from a file: they may stand in SQL as they are. */
const changeOf = ({ wire, column, cast }: ImportedColumn): string => `
  CASE WHEN ${column === 'document_area_m2' ? `NOT ${IS_AREA_KEPT} AND ` : ''}(r.column_values->>'${column}') IS NOT NULL AND (r.column_values->>'${column}')::${cast} IS DISTINCT FROM p.${column}
    THEN jsonb_build_array(jsonb_build_object('field', '${wire}', 'from', to_jsonb(p.${column}), 'to', r.column_values->'${column}'))
    ELSE '[]'::jsonb END`

/** JSON array of what the row would change of the parcel; empty cells change nothing. */
export const changesSql = (columns: readonly ImportedColumn[]): string =>
  [
    ...columns.map(changeOf),
    `CASE WHEN p.extra @> r.extra THEN '[]'::jsonb
      ELSE jsonb_build_array(jsonb_build_object('field', 'extra', 'from', NULL, 'to', r.extra)) END`,
  ].join(' || ')

/** Wire names of the required fields that neither the row nor the parcel has. */
export const stillMissingSql = (): string => {
  const required = FIELDS.filter((field) => field.required)
  const tests = required.map(
    ({ wire, column }) =>
      `CASE WHEN (r.column_values->>'${column}') IS NULL AND p.${column} IS NULL THEN '${wire}' END`,
  )
  return `array_remove(ARRAY[${tests.join(', ')}]::text[], NULL)`
}
