import type { Check } from './check.ts'

interface Row {
  row: number
  lon: number
  lat: number
}

const OUTSIDE = `
  SELECT s.row, ST_X(s.inner_point) AS lon, ST_Y(s.inner_point) AS lat
  FROM import_shapes s
  WHERE s.division_code = ? AND s.import_id = ? AND s.row BETWEEN ? AND ?
    AND NOT ST_Intersects(?::geometry, s.inner_point)
  ORDER BY s.row`

/** The bundled outline is a sketch: outside it, with a buffer, is a hint and never more. */
export const outsideCounty: Check = {
  name: 'outside_county',
  async run({ query, key, sink, slices, outlineHex }) {
    if (outlineHex === null) return
    await slices(async (from, to) => {
      const rows = await query<Row>(OUTSIDE, [key.divisionCode, key.importId, from, to, outlineHex])
      for (const row of rows)
        sink.add({ row: row.row, code: 'maybe_outside_county', severity: 'hint', lon: row.lon, lat: row.lat })
      await sink.flush()
    })
  },
}
