import type { Check } from './check.ts'

const NUMBERS = [
  { column: 'parcel_no', wire: 'parcelNo', code: 'duplicate_parcel_no' },
  { column: 'supervision_no', wire: 'supervisionNo', code: 'duplicate_supervision_no' },
] as const

interface Row {
  row: number
  value: string
  first_row: number
  is_copy: boolean
}

/**
 * 台账编号 and 电子监管号 that stand in the file more than once within a ledger. Nobody can tell which row is meant,
 * so all of them are blocked; where the shape is the same too, the first row is meant and stays.
 */
export const duplicateNumbers: Check = {
  name: 'duplicate_numbers',
  async run({ query, key, sink }) {
    for (const { column, wire, code } of NUMBERS) {
      const sql = `
        WITH twice AS (
          SELECT ledger, ${column} AS value, min(row) AS first_row FROM import_rows
          WHERE division_code = ? AND import_id = ? AND ${column} IS NOT NULL
          GROUP BY ledger, ${column} HAVING count(*) > 1
        )
        SELECT r.row, t.value, t.first_row, coalesce(s.geom_hash = f.geom_hash, false) AS is_copy
        FROM twice t
        JOIN import_rows r ON r.division_code = ? AND r.import_id = ? AND r.ledger = t.ledger AND r.${column} = t.value
        LEFT JOIN import_shapes s ON s.division_code = r.division_code AND s.import_id = r.import_id AND s.row = r.row
        LEFT JOIN import_shapes f ON f.division_code = r.division_code AND f.import_id = r.import_id AND f.row = t.first_row
        ORDER BY t.value, r.row`
      const keys = [key.divisionCode, key.importId]
      const rows = await query<Row>(sql, [...keys, ...keys])
      const hasOther = new Set(rows.filter((row) => !row.is_copy).map((row) => row.value))
      const secondRow = new Map<string, number>()
      for (const row of rows)
        if (row.row !== row.first_row && !secondRow.has(row.value)) secondRow.set(row.value, row.row)
      for (const row of rows) {
        const isFirst = row.row === row.first_row
        if (isFirst && !hasOther.has(row.value)) continue
        const other = isFirst ? (secondRow.get(row.value) ?? null) : row.first_row
        sink.add({ row: row.row, field: wire, code, severity: 'error', value: row.value, otherRow: other })
        if (sink.isFull) await sink.flush()
      }
      await sink.flush()
    }
  },
}
