import type { IssueSeverity } from '../../contract/import.ts'
import type { Check } from './check.ts'
import {
  insidesMeetSql,
  isSameGround,
  judgeOverlap,
  OVERLAP_NOISE_M2,
  overlayGrid,
  percentOf,
} from './overlap.ts'

interface Pair {
  row: number
  parcel_id: string
  label: string | null
  same_ledger: boolean
  is_closed: boolean
  is_removed: boolean
  area: number
  smaller_area: number
  larger_area: number
  lon: number
  lat: number
}

// Neighbours come by LATERAL … OFFSET 0: planned as a join, PostGIS 3.6 may estimate a selectivity above 1 for && on small
// analyzed tables ("invalid join selectivity"), and the statement fails.
// Parcels this import itself replaces (the row's own, or one another row moves) are no neighbours to collide with.
const PAIRS = `
  SELECT s.row, p.id AS parcel_id, coalesce(p.parcel_no, p.name) AS label, p.ledger = r.ledger AS same_ledger,
    p.status = 'recognized' AS is_closed, p.status = 'removed' AS is_removed, o.area,
    least(s.ellipsoidal_area_m2, p.ellipsoidal_area_m2::float8) AS smaller_area,
    greatest(s.ellipsoidal_area_m2, p.ellipsoidal_area_m2::float8) AS larger_area,
    ST_X(c.place) AS lon, ST_Y(c.place) AS lat
  FROM import_shapes s
  JOIN import_rows r ON r.division_code = s.division_code AND r.import_id = s.import_id AND r.row = s.row
  CROSS JOIN LATERAL (
    SELECT n.id, n.parcel_no, n.name, n.ledger, n.status, n.geom, n.ellipsoidal_area_m2 FROM parcels n
    WHERE n.geom && s.geom AND ${insidesMeetSql('s.geom', 'n.geom')}
      AND n.division_code = s.division_code AND NOT n.is_withdrawn
      AND n.position_quality = 'surveyed' OFFSET 0) p
  CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Intersection(s.geom, p.geom, ${overlayGrid(false)}), 3) AS shared OFFSET 0) i
  CROSS JOIN LATERAL (SELECT ST_Area(i.shared::geography) AS area OFFSET 0) o
  CROSS JOIN LATERAL (SELECT CASE WHEN o.area > ? THEN ST_PointOnSurface(i.shared) END AS place OFFSET 0) c
  WHERE s.division_code = ? AND s.import_id = ? AND s.row BETWEEN ? AND ? AND s.is_calibrated AND o.area > ?
    AND NOT EXISTS (
      SELECT 1 FROM import_outcomes m
      WHERE m.import_id = s.import_id AND m.division_code = s.division_code AND m.parcel_id = p.id
        AND (m.row = s.row OR m.is_geometry_changed))
    AND NOT EXISTS (
      SELECT 1 FROM import_outcomes u
      WHERE u.import_id = s.import_id AND u.division_code = s.division_code AND u.row = s.row
        AND u.parcel_id IS NOT NULL AND NOT u.is_geometry_changed)
  ORDER BY s.row, p.id`

function judge(pair: Pair): { code: string; severity: IssueSeverity } | null {
  const overlap = { areaM2: pair.area, smallerAreaM2: pair.smaller_area, largerAreaM2: pair.larger_area }
  // Somebody took this ground out of the ledger as entered by mistake: worth a word when it comes back whole.
  if (pair.is_removed)
    return isSameGround(overlap) ? { code: 'overlap_removed_parcel', severity: 'hint' } : null
  // Ground of a closed case (已销号) may come up again under a new one.
  const verdict = judgeOverlap({ ...overlap, isSameLedger: pair.same_ledger && !pair.is_closed })
  if (!verdict) return null
  if (pair.same_ledger && pair.is_closed) return { code: 'overlap_closed_parcel', severity: verdict.severity }
  const code = verdict.code === 'overlap_other_ledger' ? verdict.code : `${verdict.code}_parcel`
  return { code, severity: verdict.severity }
}

/** Ground that already belongs to another parcel of the map, pair by pair with its area. */
export const overlapWithParcels: Check = {
  name: 'overlap_with_parcels',
  async run({ query, key, sink, slices, georeference }) {
    if (!georeference.isCalibrated) return
    await slices(async (from, to) => {
      const rows = await query<Pair>(PAIRS, [
        OVERLAP_NOISE_M2,
        key.divisionCode,
        key.importId,
        from,
        to,
        OVERLAP_NOISE_M2,
      ])
      for (const pair of rows) {
        const verdict = judge(pair)
        if (!verdict) continue
        sink.add({
          row: pair.row,
          ...verdict,
          otherParcelId: pair.parcel_id,
          otherLabel: pair.label,
          areaM2: pair.area,
          params: { percent: percentOf(pair.area, pair.smaller_area) },
          lon: pair.lon,
          lat: pair.lat,
        })
      }
      await sink.flush()
    })
  },
}
