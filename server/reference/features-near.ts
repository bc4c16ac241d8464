import type { GeoJsonGeometry } from '../contract/primitives.ts'

interface Extent {
  minLon: number
  minLat: number
  maxLon: number
  maxLat: number
}

/** Far enough for the towns next door that people know their way by, degrees. */
const MARGIN_DEG = 0.35

function growBy(extent: Extent, coordinates: unknown): Extent {
  if (!Array.isArray(coordinates)) return extent
  const [lon, lat] = coordinates as unknown[]
  if (typeof lon !== 'number' || typeof lat !== 'number') return coordinates.reduce(growBy, extent)
  return {
    minLon: Math.min(extent.minLon, lon),
    minLat: Math.min(extent.minLat, lat),
    maxLon: Math.max(extent.maxLon, lon),
    maxLat: Math.max(extent.maxLat, lat),
  }
}

const NOWHERE: Extent = { minLon: Infinity, minLat: Infinity, maxLon: -Infinity, maxLat: -Infinity }

/**
 * The features of a GeoJSON collection that touch a county or its surroundings, as text: the bundled layers are of one
 * region, and an installation elsewhere must not show its places as if they were its own.
 */
export function featuresNear(geojson: string, county: Extent | null): string {
  const collection = JSON.parse(geojson) as { features: { geometry: GeoJsonGeometry }[] }
  const isNear = ({ geometry }: { geometry: GeoJsonGeometry }): boolean => {
    const own = growBy(NOWHERE, (geometry as { coordinates?: unknown }).coordinates)
    return (
      county !== null &&
      own.maxLon >= county.minLon - MARGIN_DEG &&
      own.minLon <= county.maxLon + MARGIN_DEG &&
      own.maxLat >= county.minLat - MARGIN_DEG &&
      own.minLat <= county.maxLat + MARGIN_DEG
    )
  }
  return JSON.stringify({ ...collection, features: collection.features.filter(isNear) })
}
