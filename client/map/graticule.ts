import type { Feature, FeatureCollection, LineString } from 'geojson'

interface Box {
  minLon: number
  minLat: number
  maxLon: number
  maxLat: number
}

const MINUTES_FINE = 10
const MARGIN_DEGREES = 4

/** 106.5 → 106°30′E. Minutes only when there are any. */
export function degreeLabel(minutes: number, axis: 'lon' | 'lat'): string {
  const hemisphere = axis === 'lon' ? (minutes < 0 ? 'W' : 'E') : minutes < 0 ? 'S' : 'N'
  const whole = Math.floor(Math.abs(minutes) / 60)
  const rest = Math.abs(minutes) % 60
  return rest === 0 ? `${whole}°${hemisphere}` : `${whole}°${String(rest).padStart(2, '0')}′${hemisphere}`
}

function line(coordinates: number[][], minutes: number, axis: 'lon' | 'lat'): Feature<LineString> {
  return {
    type: 'Feature',
    geometry: { type: 'LineString', coordinates },
    properties: {
      axis,
      rank: minutes % 60 === 0 ? 1 : minutes % 30 === 0 ? 2 : 3,
      label: degreeLabel(minutes, axis),
    },
  }
}

/** Meridians and parallels every 10′ around the county. Counted in whole minutes, so that no line drifts. */
export function graticule(box: Box): FeatureCollection<LineString> {
  const west = Math.floor(box.minLon - MARGIN_DEGREES)
  const east = Math.ceil(box.maxLon + MARGIN_DEGREES)
  const south = Math.max(-85, Math.floor(box.minLat - MARGIN_DEGREES))
  const north = Math.min(85, Math.ceil(box.maxLat + MARGIN_DEGREES))
  const features: Feature<LineString>[] = []
  for (let minutes = west * 60; minutes <= east * 60; minutes += MINUTES_FINE) {
    features.push(
      line(
        [
          [minutes / 60, south],
          [minutes / 60, north],
        ],
        minutes,
        'lon',
      ),
    )
  }
  for (let minutes = south * 60; minutes <= north * 60; minutes += MINUTES_FINE) {
    features.push(
      line(
        [
          [west, minutes / 60],
          [east, minutes / 60],
        ],
        minutes,
        'lat',
      ),
    )
  }
  return { type: 'FeatureCollection', features }
}
