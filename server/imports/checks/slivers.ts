import type { Check } from './check.ts'

/** Smaller or thinner than this is no parcel but a scrap of digitising (m², m). */
export const SLIVER_AREA_M2 = 1
export const SLIVER_WIDTH_M = 0.5
/** A whole shape above this is no sliver: half a metre wide it would be kilometres long. */
const LOOKED_AT_M2 = 2_000

interface Row {
  row: number
  area: number
  width: number
  is_part: boolean
  lon: number
  lat: number
}

// Mean width of a strip: an area A with perimeter P is about 2A/P wide. Parts of a multipart shape are looked at one
// by one, since a scrap often hides behind a proper parcel. Measured on a plane: a spheroid adds nothing here but time.
const sliversSql = (plane: string): string => `
  SELECT s.row, d.area, d.width, d.is_part, ST_X(c.at) AS lon, ST_Y(c.at) AS lat
  FROM (
    SELECT row, survey_geom, geom FROM import_shapes
    WHERE division_code = ? AND import_id = ? AND row BETWEEN ? AND ?
      AND (ST_NumGeometries(geom) > 1 OR projected_area_m2 < ${LOOKED_AT_M2}) OFFSET 0) s
  CROSS JOIN LATERAL (
    SELECT n, ST_GeometryN(m.shape, n) AS part, ST_Area(ST_GeometryN(m.shape, n)) AS area,
      2 * ST_Area(ST_GeometryN(m.shape, n)) / nullif(ST_Perimeter(ST_GeometryN(m.shape, n)), 0) AS width,
      ST_NumGeometries(m.shape) > 1 AS is_part
    FROM (SELECT ${plane} AS shape OFFSET 0) m, generate_series(1, ST_NumGeometries(m.shape)) AS n OFFSET 0) d
  CROSS JOIN LATERAL (SELECT ST_PointOnSurface(ST_GeometryN(s.geom, least(d.n, ST_NumGeometries(s.geom)))) AS at) c
  WHERE d.area < ? OR d.width < ?
  ORDER BY s.row`

/** Scraps and hair-thin strips: told, never blocked. */
export const slivers: Check = {
  name: 'slivers',
  async run({ query, key, sink, slices, georeference }) {
    const { crs, planeSrid } = georeference
    const isPlane = crs.kind === 'gauss_kruger' || crs.kind === 'utm'
    const sql = sliversSql(
      isPlane ? 'ST_Multi(s.survey_geom)' : `ST_Multi(ST_Transform(s.geom, ${Math.trunc(planeSrid)}))`,
    )
    await slices(async (from, to) => {
      const rows = await query<Row>(sql, [
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
