import type { Check } from './check.ts'

interface Row {
  row: number
  missing: string[]
}

/** Rows that lack 位置, 面积, 权属 or 规划用途 go in as 待补录 and say what is missing; matched parcels may have it already. */
export const missingRequired: Check = {
  name: 'missing_required',
  async run({ query, key, sink, slices }) {
    const sql = `
      SELECT o.row, o.missing FROM import_outcomes o
      WHERE o.division_code = ? AND o.import_id = ? AND o.row BETWEEN ? AND ? AND cardinality(o.missing) > 0
      ORDER BY o.row`
    await slices(async (from, to) => {
      const rows = await query<Row>(sql, [key.divisionCode, key.importId, from, to])
      for (const row of rows) {
        sink.add({
          row: row.row,
          field: row.missing[0]!,
          code: 'missing_required',
          severity: 'hint',
          params: { fields: row.missing.join(',') },
        })
      }
      await sink.flush()
    })
  },
}
