/** Converted values of a file's rows into their staging table, a batch a statement. */
import type { Knex } from 'knex'
import { jsonText, plainText } from '../json-text.ts'
import { searchTextOf } from '../../parcels/search-texts.ts'
import { REQUIRED_FIELDS, type ConvertedRow } from '../mapping/convert.ts'

export interface ImportKey {
  divisionCode: string
  importId: string
}

export interface StagedRow {
  row: number
  converted: ConvertedRow
  tableRow: number | null
}

const INSERT = `
  INSERT INTO import_rows (division_code, import_id, row, ledger, label, column_values, extra, missing, status,
    parcel_no, supervision_no, parcel_code, table_row, search_text, area_from)
  SELECT ?, ?, r.row, r.ledger, r.label, r.columns, r.extra,
    ARRAY(SELECT jsonb_array_elements_text(r.missing)), r.status,
    r.columns->>'parcel_no', r.columns->>'supervision_no', r.columns->>'parcel_code', r.table_row, r.search_text,
    r.area_from
  FROM jsonb_to_recordset(?::jsonb) AS r(row int, ledger text, label text, columns jsonb, extra jsonb, missing jsonb,
    status text, table_row int, search_text text, area_from text)`

const missingOf = (columns: ConvertedRow['columns']): string[] =>
  REQUIRED_FIELDS.filter((field) => columns[field.column] === undefined).map((field) => field.wire)

export async function insertRows(db: Knex, key: ImportKey, rows: readonly StagedRow[]): Promise<void> {
  if (rows.length === 0) return
  const records = rows.map(({ row, converted, tableRow }) => ({
    row,
    ledger: converted.ledger,
    label: converted.label === null ? null : plainText(converted.label),
    columns: converted.columns,
    extra: converted.extra,
    missing: missingOf(converted.columns),
    status: converted.status,
    table_row: tableRow,
    search_text: searchTextOf(converted.columns),
    area_from: converted.areaFrom?.wire ?? null,
  }))
  await db.raw(INSERT, [key.divisionCode, key.importId, jsonText(records)])
}

export const STAGING_TABLES = {
  rows: 'import_rows',
  shapes: 'import_shapes',
  outcomes: 'import_outcomes',
  outlines: 'import_outlines',
} as const

export type StagingTable = keyof typeof STAGING_TABLES

/** Everything of an import, for one that is over or gone. */
export const ALL_STAGING: readonly StagingTable[] = ['outcomes', 'rows', 'shapes', 'outlines']

const SLICE = 20_000

/** Whether there is more. */
export async function deleteStagedSlice(db: Knex, key: ImportKey, table: StagingTable): Promise<boolean> {
  const sql = `
    DELETE FROM ${STAGING_TABLES[table]} WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM ${STAGING_TABLES[table]} WHERE division_code = ? AND import_id = ? LIMIT ${SLICE}))`
  const result = await db.raw<{ rowCount: number }>(sql, [key.divisionCode, key.importId])
  return result.rowCount === SLICE
}

/** Empties staging of one import a slice at a time: with one connection nobody waits long. */
export async function clearStaging(db: Knex, key: ImportKey, tables: readonly StagingTable[]): Promise<void> {
  for (const table of tables) while (await deleteStagedSlice(db, key, table));
}

export async function countStaged(db: Knex, key: ImportKey, table: StagingTable): Promise<number> {
  const [row] = await db(STAGING_TABLES[table])
    .where({ division_code: key.divisionCode, import_id: key.importId })
    .count('* as count')
  return Number(row?.['count'] ?? 0)
}
