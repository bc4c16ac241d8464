/** System numbers for parcels that bring no 台账编号: PEWG-150623-2026-0001, XZ-150623-2026-0001. */
import type { Knex } from 'knex'
import type { Ledger } from '../../contract/codes/ledger.ts'
import type { ImportKey } from '../pipeline/stage-rows.ts'

const SERIES: Record<Ledger, string> = { approved_unsupplied: 'PEWG', idle: 'XZ' }
const DIGITS = 4

/** Highest number of the series in use, among parcels and among the rows that come in with this import. */
const HIGHEST = `
  SELECT max(substr(no, ?)::bigint)::int AS highest FROM (
    SELECT parcel_no AS no FROM parcels WHERE division_code = ? AND ledger = ? AND parcel_no LIKE ?
    UNION ALL
    SELECT parcel_no FROM import_rows WHERE division_code = ? AND import_id = ? AND ledger = ? AND parcel_no LIKE ?) used
  WHERE substr(no, ?) ~ '^[0-9]{1,9}$'`

export interface NumberSeries {
  next(): string
}

/** Reserves `count` numbers within the transaction; the series row stays locked until it commits. */
export async function reserveNumbers(
  trx: Knex.Transaction,
  key: ImportKey,
  ledger: Ledger,
  request: { year: string; count: number },
): Promise<NumberSeries> {
  const series = `${SERIES[ledger]}-${key.divisionCode}-${request.year}`
  const prefix = `${series}-`
  const used = await trx.raw<{ rows: { highest: number | null }[] }>(HIGHEST, [
    prefix.length + 1,
    key.divisionCode,
    ledger,
    `${prefix}%`,
    key.divisionCode,
    key.importId,
    ledger,
    `${prefix}%`,
    prefix.length + 1,
  ])
  const highest = used.rows[0]?.highest ?? 0
  const reserved = await trx.raw<{ rows: { last_number: number }[] }>(
    `INSERT INTO number_series (division_code, series, last_number) VALUES (?, ?, ?)
     ON CONFLICT (division_code, series) DO UPDATE
       SET last_number = greatest(number_series.last_number, ?) + ? RETURNING last_number`,
    [key.divisionCode, series, highest + request.count, highest, request.count],
  )
  let last = reserved.rows[0]!.last_number - request.count
  return { next: () => `${prefix}${String(++last).padStart(DIGITS, '0')}` }
}
