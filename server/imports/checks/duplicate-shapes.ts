import type { Check } from './check.ts'

interface Row {
  row: number
  first_row: number
  area: number
  lon: number
  lat: number
}

/**
 * Shapes that stand in the file twice, vertex for vertex. The first stays, every later one is blocked: leaving it out
 * loses nothing.
 */
export const duplicateShapes: Check = {
  name: 'duplicate_shapes',
  async run({ query, key, sink, slices }) {
    const sql = `
      SELECT s.row, f.row AS first_row, s.projected_area_m2 AS area, ST_X(c.at) AS lon, ST_Y(c.at) AS lat
      FROM import_shapes s
      CROSS JOIN LATERAL (
        SELECT o.row FROM import_shapes o
        JOIN import_rows other ON other.division_code = o.division_code AND other.import_id = o.import_id AND other.row = o.row
        WHERE o.division_code = s.division_code AND o.import_id = s.import_id AND o.geom_hash = s.geom_hash AND o.row < s.row
          AND other.ledger = (SELECT r.ledger FROM import_rows r
            WHERE r.division_code = s.division_code AND r.import_id = s.import_id AND r.row = s.row)
        ORDER BY o.row LIMIT 1) f
      CROSS JOIN LATERAL (SELECT ST_PointOnSurface(s.geom) AS at) c
      WHERE s.division_code = ? AND s.import_id = ? AND s.row BETWEEN ? AND ?
      ORDER BY s.row`
    await slices(async (from, to) => {
      const rows = await query<Row>(sql, [key.divisionCode, key.importId, from, to])
      for (const row of rows) {
        sink.add({
          row: row.row,
          code: 'duplicate_geometry',
          severity: 'error',
          otherRow: row.first_row,
          areaM2: row.area,
          lon: row.lon,
          lat: row.lat,
        })
      }
      await sink.flush()
    })
  },
}
