import type { Check } from './check.ts'

const NUMBERS = [
  { column: 'parcel_no', wire: 'parcelNo', code: 'parcel_no_taken' },
  { column: 'supervision_no', wire: 'supervisionNo', code: 'supervision_no_taken' },
] as const

interface TakenRow {
  row: number
  value: string
  parcel_id: string
  label: string | null
}

interface TwiceRow {
  row: number
  first_row: number
  parcel_id: string
  label: string | null
}

/** Numbers that belong to another parcel of the ledger than the one the row is, and parcels that two rows claim to be. */
export const takenNumbers: Check = {
  name: 'taken_numbers',
  async run({ query, key, sink, slices }) {
    for (const { column, wire, code } of NUMBERS) {
      const sql = `
        SELECT r.row, r.${column} AS value, p.id AS parcel_id, coalesce(p.parcel_no, p.name) AS label
        FROM import_rows r
        JOIN import_outcomes o ON o.division_code = r.division_code AND o.import_id = r.import_id AND o.row = r.row
        JOIN parcels p ON p.division_code = r.division_code AND p.ledger = r.ledger AND p.${column} = r.${column}
          AND NOT p.is_withdrawn AND p.status <> 'removed'
        WHERE r.division_code = ? AND r.import_id = ? AND r.row BETWEEN ? AND ?
          AND r.${column} IS NOT NULL AND p.id IS DISTINCT FROM o.parcel_id
        ORDER BY r.row`
      await slices(async (from, to) => {
        const rows = await query<TakenRow>(sql, [key.divisionCode, key.importId, from, to])
        for (const row of rows) {
          sink.add({
            row: row.row,
            field: wire,
            code,
            severity: 'error',
            value: row.value,
            otherParcelId: row.parcel_id,
            otherLabel: row.label,
          })
        }
        await sink.flush()
      })
    }
    const rows = await query<TwiceRow>(
      `WITH twice AS (
         SELECT parcel_id, min(row) AS first_row FROM import_outcomes
         WHERE division_code = ? AND import_id = ? AND parcel_id IS NOT NULL GROUP BY parcel_id HAVING count(*) > 1)
       SELECT o.row, t.first_row, t.parcel_id, coalesce(p.parcel_no, p.name) AS label
       FROM twice t
       JOIN import_outcomes o ON o.division_code = ? AND o.import_id = ? AND o.parcel_id = t.parcel_id AND o.row > t.first_row
       JOIN parcels p ON p.division_code = o.division_code AND p.id = t.parcel_id
       ORDER BY o.row`,
      [key.divisionCode, key.importId, key.divisionCode, key.importId],
    )
    for (const row of rows) {
      sink.add({
        row: row.row,
        code: 'matched_twice',
        severity: 'error',
        otherRow: row.first_row,
        otherParcelId: row.parcel_id,
        otherLabel: row.label,
      })
    }
    await sink.flush()
  },
}
