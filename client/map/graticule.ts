import type { Feature, FeatureCollection, LineString } from 'geojson'

interface Box {
  minLon: number
  minLat: number
  maxLon: number
  maxLat: number
}

const MINUTES_COARSE = 10
const MARGIN_DEGREES = 4

/** 106.5 → 106°30′E. Minutes only when there are any. */
export function degreeLabel(minutes: number, axis: 'lon' | 'lat'): string {
  const hemisphere = axis === 'lon' ? (minutes < 0 ? 'W' : 'E') : minutes < 0 ? 'S' : 'N'
  const whole = Math.floor(Math.abs(minutes) / 60)
  const rest = Math.abs(minutes) % 60
  return rest === 0 ? `${whole}°${hemisphere}` : `${whole}°${String(rest).padStart(2, '0')}′${hemisphere}`
}

function rankOf(minutes: number): number {
  if (minutes % 60 === 0) return 1
  if (minutes % 30 === 0) return 2
  return minutes % MINUTES_COARSE === 0 ? 3 : 4
}

/** Every 10′, and every minute within the county itself. */
function minutesBetween(from: number, to: number, inner: readonly [number, number]): number[] {
  const all = Array.from({ length: (to - from) * 60 + 1 }, (_, index) => from * 60 + index)
  return all.filter(
    (minutes) => minutes % MINUTES_COARSE === 0 || (minutes >= inner[0] * 60 && minutes <= inner[1] * 60),
  )
}

function line(coordinates: number[][], minutes: number, axis: 'lon' | 'lat'): Feature<LineString> {
  return {
    type: 'Feature',
    geometry: { type: 'LineString', coordinates },
    properties: {
      axis,
      rank: rankOf(minutes),
      label: degreeLabel(minutes, axis),
    },
  }
}

/** Meridians and parallels around the county. Counted in whole minutes, so that no line drifts. */
export function graticule(box: Box): FeatureCollection<LineString> {
  const west = Math.floor(box.minLon - MARGIN_DEGREES)
  const east = Math.ceil(box.maxLon + MARGIN_DEGREES)
  const south = Math.max(-85, Math.floor(box.minLat - MARGIN_DEGREES))
  const north = Math.min(85, Math.ceil(box.maxLat + MARGIN_DEGREES))
  const meridians = minutesBetween(west, east, [box.minLon, box.maxLon]).map((minutes) =>
    line(
      [
        [minutes / 60, south],
        [minutes / 60, north],
      ],
      minutes,
      'lon',
    ),
  )
  const parallels = minutesBetween(south, north, [box.minLat, box.maxLat]).map((minutes) =>
    line(
      [
        [west, minutes / 60],
        [east, minutes / 60],
      ],
      minutes,
      'lat',
    ),
  )
  return { type: 'FeatureCollection', features: [...meridians, ...parallels] }
}
