import { LAST_CELL_TILE_ZOOM, latOfWorldY, worldY, type TileAddress } from '../mercator.ts'
import { clipToBox, signedArea2, type ClipBox, type Ring } from './clip.ts'
import { EXTENT } from './layer-writer.ts'

/** Units drawn beyond each side, so that outlines and joins do not stop at the border of a tile. */
export const BUFFER = 64

const CLIP: ClipBox = { min: -BUFFER - 0.5, max: EXTENT + BUFFER + 0.5 }
/** A tile is shown at 512 px: 8 units a pixel. */
const UNITS_PER_PX = EXTENT / 512
/** Up to this zoom a parcel smaller than a pixel is drawn as a whole one. */
const LAST_SPECK_ZOOM = 13

/**
 * Units of the grid vertices snap to: half a pixel at z11 and z12, the whole unit from z14 on. A grid, not a line
 * simplification: neighbours snap their shared vertices to the same points and leave no gaps.
 */
export const gridUnits = (z: number): number => (z <= 12 ? 4 : z === 13 ? 2 : 1)

/** Rings up to this length are searched by comparing, longer ones by a map. */
const FEW_COORDINATES = 40

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
class TileProjection {
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
class WkbReader {
  readonly #bytes: DataView
  readonly #projection: TileProjection
  readonly #grid: number
  #offset = 0

  constructor(bytes: Buffer, tile: TileAddress) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#projection = new TileProjection(tile)
    this.#grid = gridUnits(tile.z)
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

/** Takes out repeated vertices, vertices on a straight line and spikes (A-B-A); what is left may be nothing. */
export function cleanRing(ring: Ring): Ring {
  if (isClean(ring)) return ring
  const kept: Ring = []
  for (let i = 0; i < ring.length; i += 2) {
    kept.push(ring[i]!, ring[i + 1]!)
    while (kept.length >= 6 && isStraight(kept, kept.length - 6, kept.length - 4, kept.length - 2)) {
      kept.splice(kept.length - 4, 2)
    }
  }
  for (let changed = true; changed && kept.length >= 6;) {
    const last = kept.length - 2
    changed = false
    if (isStraight(kept, last, 0, 2)) {
      kept.splice(0, 2)
      changed = true
    } else if (isStraight(kept, last - 2, last, 0)) {
      kept.length -= 2
      changed = true
    }
  }
  return kept.length >= 6 ? kept : []
}

function isClean(ring: Ring): boolean {
  const count = ring.length
  if (count < 6) return false
  if (isStraight(ring, count - 4, count - 2, 0) || isStraight(ring, count - 2, 0, 2)) return false
  for (let b = 2; b < count - 2; b += 2) if (isStraight(ring, b - 2, b, b + 2)) return false
  return true
}

/** b lies on the line through a and c, or is one of them: it adds nothing to the ring. */
function isStraight(ring: Ring, a: number, b: number, c: number): boolean {
  return (
    (ring[b]! - ring[a]!) * (ring[c + 1]! - ring[b + 1]!) ===
    (ring[b + 1]! - ring[a + 1]!) * (ring[c]! - ring[b]!)
  )
}

/** Offset of the first vertex that stands in the ring before, and of that earlier one; null when all differ. */
function findPinch(ring: Ring): { first: number; second: number } | null {
  if (ring.length <= FEW_COORDINATES) {
    for (let j = 2; j < ring.length; j += 2) {
      for (let i = 0; i < j; i += 2) {
        if (ring[i] === ring[j] && ring[i + 1] === ring[j + 1]) return { first: i, second: j }
      }
    }
    return null
  }
  const seen = new Map<number, number>()
  for (let j = 0; j < ring.length; j += 2) {
    const key = ring[j]! * 2 ** 26 + ring[j + 1]!
    const first = seen.get(key)
    if (first !== undefined) return { first, second: j }
    seen.set(key, j)
  }
  return null
}

/** Rings that pass through the same vertex twice, as snapping makes them, are parted there. */
export function splitAtPinches(ring: Ring): Ring[] {
  const whole: Ring[] = []
  const left = [ring]
  for (let next = left.pop(); next; next = left.pop()) {
    const pinch = findPinch(next)
    if (!pinch) {
      whole.push(next)
      continue
    }
    const inner = cleanRing(next.slice(pinch.first, pinch.second))
    const outer = cleanRing([...next.slice(0, pinch.first), ...next.slice(pinch.second)])
    if (outer.length > 0) left.push(outer)
    if (inner.length > 0) left.push(inner)
  }
  return whole
}

function reversed(ring: Ring): Ring {
  const turned: Ring = []
  for (let i = ring.length - 2; i >= 0; i -= 2) turned.push(ring[i]!, ring[i + 1]!)
  return turned
}

interface Bounds {
  minX: number
  minY: number
  maxX: number
  maxY: number
}

function boundsOf(ring: readonly number[]): Bounds {
  const bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i]!
    const y = ring[i + 1]!
    if (x < bounds.minX) bounds.minX = x
    if (x > bounds.maxX) bounds.maxX = x
    if (y < bounds.minY) bounds.minY = y
    if (y > bounds.maxY) bounds.maxY = y
  }
  return bounds
}

const isOutside = (b: Bounds): boolean =>
  b.maxX < CLIP.min || b.minX > CLIP.max || b.maxY < CLIP.min || b.minY > CLIP.max
const isWithin = (b: Bounds): boolean =>
  b.minX > CLIP.min && b.maxX < CLIP.max && b.minY > CLIP.min && b.maxY < CLIP.max

/** Shell first, positive; holes negative. Empty when the shell has collapsed at this zoom. */
function windPart(rings: readonly Ring[]): Ring[] {
  const shell = cleanRing(rings[0] ?? [])
  if (shell.length === 0) return []
  const area = signedArea2(shell)
  if (area === 0) return []
  const wound = [area > 0 ? shell : reversed(shell)]
  for (let i = 1; i < rings.length; i += 1) {
    const hole = cleanRing(rings[i]!)
    const holeArea = hole.length === 0 ? 0 : signedArea2(hole)
    if (holeArea !== 0) wound.push(holeArea < 0 ? hole : reversed(hole))
  }
  return wound
}

/** Winding number test; points on the ring count as inside. */
function contains(ring: Ring, x: number, y: number): boolean {
  let isIn = false
  let fromX = ring[ring.length - 2]!
  let fromY = ring[ring.length - 1]!
  for (let i = 0; i < ring.length; i += 2) {
    const toX = ring[i]!
    const toY = ring[i + 1]!
    if (fromY > y !== toY > y && x < ((toX - fromX) * (y - fromY)) / (toY - fromY) + fromX) isIn = !isIn
    fromX = toX
    fromY = toY
  }
  return isIn
}

/** A point strictly inside the ring's own winding, a quarter unit off its first edge. */
function probe(ring: Ring): [number, number] {
  const dx = ring[2]! - ring[0]!
  const dy = ring[3]! - ring[1]!
  const length = Math.hypot(dx, dy)
  const side = signedArea2(ring) > 0 ? 0.01 : -0.01
  return [(ring[0]! + ring[2]!) / 2 - (dy / length) * side, (ring[1]! + ring[3]!) / 2 + (dx / length) * side]
}

/** Every shell followed by its holes, as the tile format wants them. */
function groupByShell(rings: readonly Ring[]): Ring[] {
  const shells = rings
    .filter((ring) => signedArea2(ring) > 0)
    .map((shell) => ({ shell, holes: [] as Ring[] }))
  if (shells.length === rings.length) return [...rings]
  shells.sort((a, b) => signedArea2(a.shell) - signedArea2(b.shell))
  for (const hole of rings.filter((ring) => signedArea2(ring) < 0)) {
    const [x, y] = probe(hole)
    const owner = shells.find(({ shell }) => contains(shell, x, y))
    // A lobe that snapping turned over stands beside every shell: it is land, not a hole.
    if (owner) owner.holes.push(hole)
    else shells.push({ shell: reversed(hole), holes: [] })
  }
  return shells.flatMap(({ shell, holes }) => [shell, ...holes])
}

function roundRing(ring: Ring): Ring {
  return cleanRing(ring.map((coordinate) => Math.round(coordinate)))
}

function cutPart(rings: readonly Ring[]): Ring[] {
  const placed = clipToBox(rings, CLIP)
    .map(roundRing)
    .flatMap((ring) => (ring.length > 0 ? splitAtPinches(ring) : []))
    .filter((ring) => signedArea2(ring) !== 0)
  return groupByShell(placed)
}

function placePart(rings: Ring[], isWhole: boolean): Ring[] {
  if (!isWhole) return cutPart(rings)
  // Mostly nothing is pinched: then the shell and its holes stand as they were wound.
  if (rings.every((ring) => findPinch(ring) === null)) return rings
  return groupByShell(rings.flatMap(splitAtPinches).filter((ring) => signedArea2(ring) !== 0))
}

/** A square of one pixel in place of a parcel too small to have an area at this zoom: it must not vanish. */
function mark(bounds: Bounds, at: readonly number[]): Ring[] {
  const half = UNITS_PER_PX / 2
  const wantedX = (bounds.minX + bounds.maxX) / 2
  const wantedY = (bounds.minY + bounds.maxY) / 2
  let x = at[0]!
  let y = at[1]!
  for (let i = 0; i < at.length; i += 2) {
    const isNearer = Math.hypot(at[i]! - wantedX, at[i + 1]! - wantedY) < Math.hypot(x - wantedX, y - wantedY)
    if (isNearer) [x, y] = [at[i]!, at[i + 1]!]
  }
  const isHere =
    x - half >= -BUFFER && x + half <= EXTENT + BUFFER && y - half >= -BUFFER && y + half <= EXTENT + BUFFER
  if (!isHere) return []
  return [[x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half]]
}

/** Places parcels in one tile. */
export class PolygonPlacer {
  readonly #reader: WkbReader
  readonly #marksSpecks: boolean

  /** Every geometry to place lies in `bytes`: WKB, EPSG:4490. */
  constructor(bytes: Buffer, tile: TileAddress) {
    this.#reader = new WkbReader(bytes, tile)
    this.#marksSpecks = tile.z <= LAST_SPECK_ZOOM
  }

  /**
   * The rings of the parcel whose WKB begins at `start`: projected, snapped, clipped to the tile and its buffer, without
   * degenerate rings, wound as MVT 2.1 asks. Empty when no part of it lies there. A parcel that collapses as a whole is
   * drawn as one pixel.
   */
  place(start: number): readonly Ring[] {
    const parts = this.#reader.parts(start)
    if (parts.length === 0) return []
    const all = boundsOf(parts[0]![0]!)
    let placed: Ring[] = []
    let hasArea = false
    for (const [i, part] of parts.entries()) {
      const bounds = i === 0 ? { ...all } : boundsOf(part[0]!)
      if (i > 0) extend(all, bounds)
      const wound = windPart(part)
      if (wound.length === 0) continue
      hasArea = true
      if (isOutside(bounds)) continue
      const rings = placePart(wound, isWithin(bounds))
      placed = placed.length === 0 ? rings : placed.concat(rings)
    }
    const isSpeck =
      this.#marksSpecks && all.maxX - all.minX < UNITS_PER_PX && all.maxY - all.minY < UNITS_PER_PX
    return isSpeck || !hasArea ? mark(all, parts[0]![0]!) : placed
  }
}

function extend(all: Bounds, { minX, minY, maxX, maxY }: Bounds): void {
  all.minX = Math.min(all.minX, minX)
  all.minY = Math.min(all.minY, minY)
  all.maxX = Math.max(all.maxX, maxX)
  all.maxY = Math.max(all.maxY, maxY)
}
