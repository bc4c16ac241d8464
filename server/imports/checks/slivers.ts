import type { Check } from './check.ts'

/** Smaller or thinner than this is no parcel but a scrap of digitising (m², m). */
export const SLIVER_AREA_M2 = 1
export const SLIVER_WIDTH_M = 0.5

interface Row {
  row: number
  area: number
  width: number
  is_part: boolean
  lon: number
  lat: number
}

// Mean width of a strip: an area A with perimeter P is about 2A/P wide. Parts of a multipart shape are looked at one
// by one, since a scrap often hides behind a proper parcel.
const SLIVERS = `
  SELECT s.row, d.area, d.width, ST_NumGeometries(s.geom) > 1 AS is_part, ST_X(c.at) AS lon, ST_Y(c.at) AS lat
  FROM import_shapes s
  CROSS JOIN LATERAL (
    SELECT part, ST_Area(part::geography) AS area,
      2 * ST_Area(part::geography) / nullif(ST_Perimeter(part::geography), 0) AS width
    FROM (SELECT (ST_Dump(s.geom)).geom AS part) parts OFFSET 0) d
  CROSS JOIN LATERAL (SELECT ST_PointOnSurface(d.part) AS at) c
  WHERE s.division_code = ? AND s.import_id = ? AND s.row BETWEEN ? AND ?
    AND (ST_NumGeometries(s.geom) > 1 OR s.ellipsoidal_area_m2 < 2000)
    AND (d.area < ? OR d.width < ?)
  ORDER BY s.row`

/** Scraps and hair-thin strips: told, never blocked. */
export const slivers: Check = {
  name: 'slivers',
  async run({ db, key, sink, slices }) {
    await slices(async (from, to) => {
      const { rows } = await db.raw<{ rows: Row[] }>(SLIVERS, [
        key.divisionCode,
        key.importId,
        from,
        to,
        SLIVER_AREA_M2,
        SLIVER_WIDTH_M,
      ])
      for (const row of rows) {
        sink.add({
          row: row.row,
          code: row.is_part ? 'sliver_part' : 'sliver',
          severity: row.is_part ? 'note' : 'warning',
          areaM2: row.area,
          params: { widthM: Math.round(row.width * 100) / 100 },
          lon: row.lon,
          lat: row.lat,
        })
      }
      await sink.flush()
    })
  },
}
