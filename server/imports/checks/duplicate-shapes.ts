import type { Check } from './check.ts'

interface Row {
  row: number
  first_row: number
  area: number
  lon: number
  lat: number
}

// Few hashes stand there twice: they are found by one pass over hashes alone, without an index every row would pay for.
const SAME_SHAPES = `
  WITH shared AS (
    SELECT geom_hash FROM import_shapes WHERE division_code = ? AND import_id = ?
    GROUP BY geom_hash HAVING count(*) > 1
  ), same AS (
    SELECT s.row, min(s.row) OVER (PARTITION BY r.ledger, s.geom_hash) AS first_row, s.projected_area_m2 AS area,
      ST_X(s.inner_point) AS lon, ST_Y(s.inner_point) AS lat
    FROM shared h
    JOIN import_shapes s ON s.geom_hash = h.geom_hash AND s.division_code = ? AND s.import_id = ?
    JOIN import_rows r ON r.division_code = s.division_code AND r.import_id = s.import_id AND r.row = s.row
  )
  SELECT row, first_row, area, lon, lat FROM same WHERE row > first_row ORDER BY row`

/**
 * Shapes that stand in the file twice, vertex for vertex. The first stays, every later one is blocked: leaving it out
 * loses nothing.
 */
export const duplicateShapes: Check = {
  name: 'duplicate_shapes',
  async run({ query, key, sink }) {
    const keys = [key.divisionCode, key.importId]
    for (const row of await query<Row>(SAME_SHAPES, [...keys, ...keys])) {
      sink.add({
        row: row.row,
        code: 'duplicate_geometry',
        severity: 'error',
        otherRow: row.first_row,
        areaM2: row.area,
        lon: row.lon,
        lat: row.lat,
      })
      if (sink.isFull) await sink.flush()
    }
    await sink.flush()
  },
}
