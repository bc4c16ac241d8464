/** Staged rows into parcels, within the one transaction of a commit, through the one write path. */
import type { Knex } from 'knex'
import type { DatumParameters } from '../../contract/import.ts'
import { LEDGERS, type Ledger } from '../../contract/codes/ledger.ts'
import { newPublicId } from '../../kernel/public-id.ts'
import type { ChangeSetInput } from '../../parcels/change-sets.ts'
import { insertParcels } from '../../parcels/insert.ts'
import { mergeParcels, type ParcelSource } from '../../parcels/write.ts'
import { TAKEN_VALUES } from '../matching/columns.ts'
import type { ImportKey } from '../pipeline/stage-rows.ts'
import { reserveNumbers } from './numbers.ts'

export interface ApplyInput {
  key: ImportKey
  changeSet: ChangeSetInput
  layer: string | null
  datumParameters: DatumParameters | null
  /** Attribute columns that may stand in the rows' values. */
  columns: readonly string[]
  /** How many parcels the checks found to be new. */
  newCount: number
  /** Year of system numbers, civil date of the county. */
  year: string
  onRows: (done: number) => void
}

/** Rows a statement: bounds memory and keeps the embedded watchdog content. */
const CHUNK_ROWS = 5_000

const quality = `CASE WHEN s.is_calibrated THEN 'surveyed' ELSE 'uncalibrated' END`

function newRowsSource(input: ApplyInput, rows: readonly NewRow[]): ParcelSource {
  const { key, layer, datumParameters } = input
  // Told the range, the planner reads that part of the staging tables and not all of them for every portion.
  const range = [rows[0]!.row, rows.at(-1)!.row]
  return {
    sql: `
      SELECT n.id, o.status,
        CASE WHEN n.parcel_no IS NULL THEN r.column_values
          ELSE r.column_values || jsonb_build_object('parcel_no', n.parcel_no) END AS column_values,
        r.extra, o.missing, ${quality} AS position_quality, ?::jsonb AS datum_parameters,
        s.survey_original IS NOT NULL AS is_repaired, s.survey_original, s.survey_geom, s.geom,
        s.inner_point, s.geom_hash, s.projected_area_m2, s.ellipsoidal_area_m2, r.import_id, ?::text AS import_layer, r.row AS import_row,
        concat_ws(' ', n.parcel_no, nullif(r.search_text, '')) AS search_text
      FROM unnest(?::int[], ?::text[], ?::text[]) AS n(row, id, parcel_no)
      JOIN import_rows r ON r.division_code = ? AND r.import_id = ? AND r.row = n.row AND r.row BETWEEN ? AND ?
      JOIN import_outcomes o ON o.division_code = r.division_code AND o.import_id = r.import_id AND o.row = r.row
        AND o.row BETWEEN ? AND ?
      JOIN import_shapes s ON s.division_code = r.division_code AND s.import_id = r.import_id AND s.row = r.row
        AND s.row BETWEEN ? AND ?`,
    bindings: [
      datumParameters === null ? null : JSON.stringify(datumParameters),
      layer,
      rows.map((row) => row.row),
      rows.map((row) => row.id),
      rows.map((row) => row.parcelNo) as unknown as string[],
      key.divisionCode,
      key.importId,
      ...range,
      ...range,
      ...range,
    ],
  }
}

function changedRowsSource(input: ApplyInput, from: number, to: number): ParcelSource {
  const { key, layer, datumParameters } = input
  // A shape that did not change keeps the survey there is, with its own datum parameters.
  const moved = (expression: string): string => `CASE WHEN o.is_geometry_changed THEN ${expression} END`
  return {
    sql: `
      SELECT o.parcel_id AS id, o.status, ${TAKEN_VALUES} AS column_values, r.extra, o.missing, ${quality} AS position_quality,
        ?::jsonb AS datum_parameters, s.survey_original IS NOT NULL AS is_repaired,
        ${moved('s.survey_original')} AS survey_original, ${moved('s.survey_geom')} AS survey_geom, ${moved('s.geom')} AS geom,
        ${moved('s.inner_point')} AS inner_point, ${moved('s.geom_hash')} AS geom_hash,
        ${moved('s.projected_area_m2')} AS projected_area_m2, ${moved('s.ellipsoidal_area_m2')} AS ellipsoidal_area_m2,
        r.import_id, ?::text AS import_layer, r.row AS import_row
      FROM import_outcomes o
      JOIN import_rows r ON r.division_code = o.division_code AND r.import_id = o.import_id AND r.row = o.row
      JOIN import_shapes s ON s.division_code = o.division_code AND s.import_id = o.import_id AND s.row = o.row
      JOIN parcels p ON p.division_code = o.division_code AND p.id = o.parcel_id
      WHERE o.division_code = ? AND o.import_id = ? AND o.outcome = 'changed' AND o.row BETWEEN ? AND ?`,
    bindings: [
      datumParameters === null ? null : JSON.stringify(datumParameters),
      layer,
      key.divisionCode,
      key.importId,
      from,
      to,
    ],
  }
}

interface NewRow {
  row: number
  id: string
  parcelNo: string | null
}

interface PendingRow {
  row: number
  has_number: boolean
}

async function pendingRows(
  trx: Knex.Transaction,
  key: ImportKey,
  ledger: Ledger,
  after: number,
): Promise<PendingRow[]> {
  const { rows } = await trx.raw<{ rows: PendingRow[] }>(
    `SELECT r.row, r.parcel_no IS NOT NULL AS has_number
     FROM import_outcomes o
     JOIN import_rows r ON r.division_code = o.division_code AND r.import_id = o.import_id AND r.row = o.row
     WHERE o.division_code = ? AND o.import_id = ? AND o.outcome = 'new' AND r.ledger = ? AND o.row > ?
     ORDER BY o.row LIMIT ?`,
    [key.divisionCode, key.importId, ledger, after, CHUNK_ROWS],
  )
  return rows
}

async function insertLedger(
  trx: Knex.Transaction,
  input: ApplyInput,
  ledger: Ledger,
  done: number,
): Promise<number> {
  const { key, changeSet } = input
  let inserted = 0
  for (let after = 0; ;) {
    const pending = await pendingRows(trx, key, ledger, after)
    if (pending.length === 0) return inserted
    const unnumbered = pending.filter((row) => !row.has_number).length
    const series =
      unnumbered > 0 ? await reserveNumbers(trx, key, ledger, { year: input.year, count: unnumbered }) : null
    const rows = pending.map((row): NewRow => ({
      row: row.row,
      id: newPublicId(key.divisionCode, changeSet.recordedAt.getTime()),
      parcelNo: row.has_number ? null : series!.next(),
    }))
    inserted += await insertParcels(trx, changeSet, ledger, {
      ...newRowsSource(input, rows),
      columns: input.columns,
      total: input.newCount,
    })
    after = pending.at(-1)!.row
    input.onRows(done + inserted)
  }
}

async function mergeChanged(trx: Knex.Transaction, input: ApplyInput, done: number): Promise<number> {
  const { key, changeSet } = input
  const { divisionCode, id: changeSetId, recordedAt } = changeSet
  let merged = 0
  for (let after = 0; ;) {
    const { rows } = await trx.raw<{ rows: { row: number }[] }>(
      `SELECT row FROM import_outcomes WHERE division_code = ? AND import_id = ? AND outcome = 'changed' AND row > ?
       ORDER BY row LIMIT ?`,
      [key.divisionCode, key.importId, after, CHUNK_ROWS],
    )
    if (rows.length === 0) return merged
    const last = rows.at(-1)!.row
    merged += await mergeParcels(
      trx,
      { divisionCode, changeSetId, recordedAt },
      changedRowsSource(input, after + 1, last),
    )
    after = last
    input.onRows(done + merged)
  }
}

/** Writes every row that can go in; returns how many parcels it touched. */
export async function applyRows(trx: Knex.Transaction, input: ApplyInput): Promise<number> {
  let written = 0
  for (const ledger of LEDGERS) written += await insertLedger(trx, input, ledger, written)
  return written + (await mergeChanged(trx, input, written))
}
