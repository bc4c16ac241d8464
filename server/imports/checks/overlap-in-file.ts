import type { Check } from './check.ts'
import { insidesMeetSql, judgeOverlap, OVERLAP_NOISE_M2, overlayGrid, percentOf } from './overlap.ts'

interface Pair {
  row: number
  other_row: number
  other_label: string | null
  same_ledger: boolean
  area: number
  smaller_area: number
  larger_area: number
  lon: number | null
  lat: number | null
  x: number | null
  y: number | null
}

// What two shapes share lies in the ground that both their boxes cover: many that lie side by side are told apart by that.
const sharedSpan = (axis: 'X' | 'Y'): string =>
  `(least(ST_${axis}Max(a.survey_geom), ST_${axis}Max(n.survey_geom)) -
    greatest(ST_${axis}Min(a.survey_geom), ST_${axis}Min(n.survey_geom)))`
const boxesMeet = (isPlane: boolean): string =>
  isPlane ? `${sharedSpan('X')} * ${sharedSpan('Y')} > ${OVERLAP_NOISE_M2}` : 'true'

// Neighbours come by LATERAL … OFFSET 0 for the reason overlap-with-parcels.ts gives.
// Relation and area are computed on the survey's own coordinates, where neighbours share their vertices exactly. Shapes
// equal vertex for vertex have been named by the duplicate check; rows of an unknown datum stay out.
const PAIRS = (isPlane: boolean): string => `
  SELECT b.row, a.row AS other_row, ra.label AS other_label, ra.ledger = rb.ledger AS same_ledger,
    o.area, least(a.projected_area_m2, b.projected_area_m2) AS smaller_area,
    greatest(a.projected_area_m2, b.projected_area_m2) AS larger_area,
    ST_X(d.place) AS lon, ST_Y(d.place) AS lat, ST_X(c.place) AS x, ST_Y(c.place) AS y
  FROM import_shapes a
  CROSS JOIN LATERAL (
    SELECT n.* FROM import_shapes n
    WHERE n.import_id = a.import_id AND n.division_code = a.division_code AND n.row > a.row
      AND n.geom && a.geom AND n.geom_hash <> a.geom_hash
      AND ${boxesMeet(isPlane)} AND ${insidesMeetSql('a.survey_geom', 'n.survey_geom')} OFFSET 0) b
  JOIN import_rows ra ON ra.division_code = a.division_code AND ra.import_id = a.import_id AND ra.row = a.row
  JOIN import_rows rb ON rb.division_code = b.division_code AND rb.import_id = b.import_id AND rb.row = b.row
  CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Intersection(a.survey_geom, b.survey_geom, ${overlayGrid(isPlane)}), 3) AS shared OFFSET 0) i
  CROSS JOIN LATERAL (
    SELECT ${isPlane ? 'ST_Area(i.shared)' : 'ST_Area(ST_Transform(i.shared, 4490)::geography)'} AS area OFFSET 0) o
  CROSS JOIN LATERAL (
    SELECT CASE WHEN o.area > ? THEN ST_PointOnSurface(i.shared) END AS place OFFSET 0) c
  CROSS JOIN LATERAL (SELECT ST_Transform(c.place, 4490) AS place OFFSET 0) d
  WHERE a.division_code = ? AND a.import_id = ? AND a.row BETWEEN ? AND ? AND a.is_calibrated AND o.area > ?
  ORDER BY b.row, a.row`

/** Ground that two rows of the file both claim, pair by pair with its area. */
export const overlapInFile: Check = {
  name: 'overlap_in_file',
  async run({ query, key, sink, slices, georeference }) {
    if (!georeference.isCalibrated) return
    const isPlane = georeference.crs.kind === 'gauss_kruger' || georeference.crs.kind === 'utm'
    const sql = PAIRS(isPlane)
    await slices(async (from, to) => {
      const rows = await query<Pair>(sql, [
        OVERLAP_NOISE_M2,
        key.divisionCode,
        key.importId,
        from,
        to,
        OVERLAP_NOISE_M2,
      ])
      for (const pair of rows) addPair(sink, pair)
      await sink.flush()
    })
  },
}

function addPair(sink: Parameters<Check['run']>[0]['sink'], pair: Pair): void {
  const verdict = judgeOverlap({
    areaM2: pair.area,
    smallerAreaM2: pair.smaller_area,
    largerAreaM2: pair.larger_area,
    isSameLedger: pair.same_ledger,
  })
  if (!verdict) return
  sink.add({
    row: pair.row,
    ...verdict,
    otherRow: pair.other_row,
    otherLabel: pair.other_label,
    areaM2: pair.area,
    params: { percent: percentOf(pair.area, pair.smaller_area) },
    lon: pair.lon,
    lat: pair.lat,
    x: pair.x,
    y: pair.y,
  })
}
