import { LAST_CELL_TILE_ZOOM, latOfWorldY, worldY, type TileAddress } from '../mercator.ts'
import type { Ring } from './clip.ts'
import { EXTENT } from './layer-writer.ts'
import type { PlainRing } from './plain-ring.ts'

/**
 * Units of the grid vertices snap to: half a pixel at z11 and z12, the whole unit from z14 on. A grid, not a line
 * simplification: neighbours snap their shared vertices to the same points and leave no gaps.
 */
const gridUnits = (z: number): number => (z <= 12 ? 4 : z === 13 ? 2 : 1)

const POLYGON = 3
const MULTI_POLYGON = 6
const BYTE_ORDER_LITTLE = 1

/** Latitudes within this many tile heights of the tile's middle go by the series below. */
const SERIES_REACH_TILES = 0.6
const RADIANS = Math.PI / 180

/**
 * Degrees to tile units. Near the tile the northing is the Taylor series of the spherical formula around the tile's middle
 * (third order: within 0.00001 unit from z11 on), a quarter of the time of sine and logarithm; farther away the formula.
 */
export class TileProjection {
  readonly #scaleX: number
  readonly #originX: number
  readonly #scaleY: number
  readonly #originY: number
  readonly #middleLat: number
  readonly #reachDeg: number
  readonly #c0: number
  readonly #c1: number
  readonly #c2: number
  readonly #c3: number

  constructor({ z, x, y }: TileAddress) {
    const scale = 2 ** z * EXTENT
    this.#scaleX = scale / 360
    this.#originX = x * EXTENT - scale / 2
    this.#scaleY = scale
    this.#originY = y * EXTENT
    this.#middleLat = latOfWorldY((y + 0.5) / 2 ** z)
    const top = latOfWorldY(y / 2 ** z)
    const bottom = latOfWorldY((y + 1) / 2 ** z)
    this.#reachDeg = z > LAST_CELL_TILE_ZOOM ? (top - bottom) * SERIES_REACH_TILES : -1
    const sec = 1 / Math.cos(this.#middleLat * RADIANS)
    const tan = Math.tan(this.#middleLat * RADIANS)
    const perRadian = -scale / (2 * Math.PI)
    this.#c0 = worldY(this.#middleLat) * scale - this.#originY
    this.#c1 = perRadian * sec * RADIANS
    this.#c2 = ((perRadian * sec * tan) / 2) * RADIANS ** 2
    this.#c3 = ((perRadian * sec * (tan * tan + sec * sec)) / 6) * RADIANS ** 3
  }

  x(lon: number): number {
    return lon * this.#scaleX - this.#originX
  }

  y(lat: number): number {
    const d = lat - this.#middleLat
    if (d > this.#reachDeg || d < -this.#reachDeg) return worldY(lat) * this.#scaleY - this.#originY
    return this.#c0 + d * (this.#c1 + d * (this.#c2 + d * this.#c3))
  }
}

/** Reads WKB polygons (little-endian, 2D, no SRID, as ST_AsBinary writes them) straight into tile units. */
export class WkbReader {
  readonly #bytes: DataView
  readonly #projection: TileProjection
  readonly #grid: number
  #offset = 0

  constructor(bytes: Buffer, tile: TileAddress) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#projection = new TileProjection(tile)
    this.#grid = gridUnits(tile.z)
  }

  readPlain(start: number, ring: PlainRing): boolean {
    return ring.read(this.#bytes, start, this.#projection, this.#grid)
  }

  /** Polygons of the geometry that starts at an offset, as rings that are not empty; shells first. */
  parts(start: number): Ring[][] {
    this.#offset = start
    const type = this.#header()
    const count = type === MULTI_POLYGON ? this.#uint32() : 1
    if (type !== MULTI_POLYGON && type !== POLYGON) throw new Error(`WKB type ${type} is not polygonal`)
    const parts: Ring[][] = []
    for (let i = 0; i < count; i += 1) {
      if (type === MULTI_POLYGON) this.#header()
      const rings: Ring[] = []
      for (let left = this.#uint32(); left > 0; left -= 1) rings.push(this.#ring())
      if (rings.length > 0 && rings[0]!.length > 0) parts.push(rings)
    }
    return parts
  }

  #header(): number {
    if (this.#bytes.getUint8(this.#offset) !== BYTE_ORDER_LITTLE) throw new Error('WKB is not little-endian')
    this.#offset += 1
    return this.#uint32()
  }

  #uint32(): number {
    const value = this.#bytes.getUint32(this.#offset, true)
    this.#offset += 4
    return value
  }

  /** Snapped, without repeated vertices and without the closing one. */
  #ring(): Ring {
    const count = this.#uint32()
    const bytes = this.#bytes
    const projection = this.#projection
    const grid = this.#grid
    const ring: Ring = []
    let lastX = NaN
    let lastY = NaN
    let offset = this.#offset
    for (let i = 0; i < count; i += 1, offset += 16) {
      const x = Math.round(projection.x(bytes.getFloat64(offset, true)) / grid) * grid
      const y = Math.round(projection.y(bytes.getFloat64(offset + 8, true)) / grid) * grid
      if (x === lastX && y === lastY) continue
      ring.push(x, y)
      lastX = x
      lastY = y
    }
    this.#offset = offset
    while (ring.length > 2 && ring[0] === lastX && ring[1] === lastY) {
      ring.length -= 2
      lastX = ring[ring.length - 2]!
      lastY = ring[ring.length - 1]!
    }
    return ring
  }
}
