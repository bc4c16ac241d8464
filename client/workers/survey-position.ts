import proj4 from 'proj4'

/** Name of the system inside a .prj: the first quoted word. */
export const projectionName = (wkt: string): string => /"([^"]+)"/.exec(wkt)?.[1] ?? wkt.slice(0, 60)

function middle(rings: readonly number[][][]): [number, number] | null {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of rings) {
    for (const [x, y] of ring) {
      minX = Math.min(minX, x)
      maxX = Math.max(maxX, x)
      minY = Math.min(minY, y)
      maxY = Math.max(maxY, y)
    }
  }
  const centre: [number, number] = [(minX + maxX) / 2, (minY + maxY) / 2]
  return centre.every(Number.isFinite) ? centre : null
}

/** Longitude and latitude of the middle of a survey, by its .prj; null when that cannot be told. */
export function lonLatCentre(
  rings: readonly number[][][],
  wkt: string | null,
): { lon: number; lat: number } | null {
  const centre = middle(rings)
  if (!centre) return null
  const isDegrees = Math.abs(centre[0]) <= 180 && Math.abs(centre[1]) <= 90
  if (!wkt) return isDegrees ? { lon: centre[0], lat: centre[1] } : null
  try {
    const [lon, lat] = proj4(wkt, 'EPSG:4326', centre)
    return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null
  } catch {
    return null
  }
}
