/** Pairs of parcels that share ground, in the plane of the survey: for tests without a database. */
import * as turf from '@turf/turf'
import type { Ring } from '../../scripts/data/cadastre/polygon.ts'

export interface PlaneParcel {
  label: string
  /** Polygons, outer ring first, open rings. */
  parts: readonly (readonly Ring[])[]
}

export interface Overlap {
  a: string
  b: string
  areaM2: number
}

function extentOf(parcel: PlaneParcel): [number, number, number, number] {
  const points = parcel.parts.flat(2)
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** Local coordinates keep the millimetres of eastings with eight digits. */
function localShape(parcel: PlaneParcel, [x0, y0]: readonly number[]) {
  const ring = (points: Ring) => [...points, points[0]].map(([x, y]) => [(x - x0) / 1e5, (y - y0) / 1e5])
  return turf.multiPolygon(parcel.parts.map((rings) => rings.map(ring)))
}

function planeArea(coordinates: number[][][]): number {
  const signed = (ring: number[][]) =>
    ring.reduce((sum, [ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % ring.length]
      return sum + (ax * by - bx * ay) / 2
    }, 0)
  return coordinates.reduce((sum, ring, i) => sum + (i === 0 ? 1 : -1) * Math.abs(signed(ring)), 0) * 1e10
}

function sharedAreaM2(a: PlaneParcel, b: PlaneParcel, origin: readonly number[]): number {
  const shared = turf.intersect(turf.featureCollection([localShape(a, origin), localShape(b, origin)]))
  if (!shared) return 0
  const polygons =
    shared.geometry.type === 'Polygon' ? [shared.geometry.coordinates] : shared.geometry.coordinates
  return polygons.reduce((sum, polygon) => sum + planeArea(polygon), 0)
}

/** Overlaps larger than a square decimetre. */
export function overlaps(parcels: readonly PlaneParcel[]): Overlap[] {
  const extents = parcels.map(extentOf)
  const found: Overlap[] = []
  parcels.forEach((a, i) => {
    const [west, south, east, north] = extents[i]
    for (let j = i + 1; j < parcels.length; j++) {
      const other = extents[j]
      if (other[0] >= east || other[2] <= west || other[1] >= north || other[3] <= south) continue
      const areaM2 = sharedAreaM2(a, parcels[j], extents[i])
      if (areaM2 > 0.01) found.push({ a: a.label, b: parcels[j].label, areaM2 })
    }
  })
  return found
}
