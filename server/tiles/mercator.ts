/**
 * EPSG:4490 longitude and latitude (degrees) and the square of Web Mercator, x east and y south, both 0 to 1.
 * Web Mercator takes geodetic degrees for spherical ones, so the formula is exact and no datum shift is involved.
 */
export const MAX_ZOOM = 22

/** Zoom whose tiles carry the version counters. */
export const VERSION_ZOOM = 10
/** Zoom of the finest stored cells: 8 × 8 of them fill a z10 tile. */
export const CELL_ZOOM = 13
/** Up to this zoom a tile holds cells, above it polygons. */
export const LAST_CELL_TILE_ZOOM = 10
/** Stored cell levels, finest first; a tile at zoom z shows level z + 3, grouped from the next finer stored one. */
export const CELL_LEVELS = [13, 12, 11, 10, 9, 7] as const
/** Positions in cells are whole parts of 1 / 2^25 of the square (1.2 m at the equator). */
export const POSITION_BITS = 25

export const worldX = (lonDeg: number): number => (lonDeg + 180) / 360

export function worldY(latDeg: number): number {
  const sin = Math.sin((latDeg * Math.PI) / 180)
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)
}

export const lonOfWorldX = (x: number): number => x * 360 - 180

export const latOfWorldY = (y: number): number =>
  (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI

export interface TileAddress {
  z: number
  x: number
  y: number
}

/** Longitude and latitude extent of a tile and a margin around it, the margin as a share of the tile's side. */
export function tileExtent({ z, x, y }: TileAddress, marginShare = 0) {
  const side = 2 ** z
  const clampWorld = (value: number): number => Math.min(Math.max(value, 0), 1)
  return {
    minLon: lonOfWorldX(clampWorld((x - marginShare) / side)),
    maxLon: lonOfWorldX(clampWorld((x + 1 + marginShare) / side)),
    maxLat: latOfWorldY(clampWorld((y - marginShare) / side)),
    minLat: latOfWorldY(clampWorld((y + 1 + marginShare) / side)),
  }
}

const wholeParts = (share: string): string =>
  `least(greatest(floor((${share}) * ${2 ** POSITION_BITS})::int, 0), ${2 ** POSITION_BITS - 1})`

/** SQL: position of a 4490 point on the square, in whole parts of 1 / 2^25, eastward. */
export const positionXSql = (point: string): string => wholeParts(`(ST_X(${point}) + 180.0) / 360.0`)

/** SQL: the same southward; latitudes beyond the square are clamped. */
export function positionYSql(point: string): string {
  const latitude = `radians(least(greatest(ST_Y(${point}), -85.0511), 85.0511))`
  return wholeParts(`(1.0 - ln(tan(${latitude}) + 1.0 / cos(${latitude})) / pi()) / 2.0`)
}
