import { worldX, worldY, type TileAddress } from '../mercator.ts'
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

const POLYGON = 3
const MULTI_POLYGON = 6
const BYTE_ORDER_LITTLE = 1

/** Reads WKB polygons (little-endian, 2D, no SRID, as ST_AsBinary writes them) part by part, straight into tile units. */
class WkbReader {
  readonly #view: DataView
  #offset = 0
  readonly #scale: number
  readonly #originX: number
  readonly #originY: number

  constructor(wkb: Buffer, tile: TileAddress) {
    this.#view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength)
    this.#scale = 2 ** tile.z * EXTENT
    this.#originX = tile.x * EXTENT
    this.#originY = tile.y * EXTENT
  }

  parts(grid: number): Ring[][] {
    const type = this.#header()
    if (type === POLYGON) return [this.#rings(grid)]
    if (type !== MULTI_POLYGON) throw new Error(`WKB type ${type} is not polygonal`)
    const count = this.#uint32()
    const parts: Ring[][] = []
    for (let i = 0; i < count; i += 1) {
      this.#header()
      parts.push(this.#rings(grid))
    }
    return parts
  }

  #header(): number {
    if (this.#view.getUint8(this.#offset) !== BYTE_ORDER_LITTLE) throw new Error('WKB is not little-endian')
    this.#offset += 1
    return this.#uint32()
  }

  #uint32(): number {
    const value = this.#view.getUint32(this.#offset, true)
    this.#offset += 4
    return value
  }

  #rings(grid: number): Ring[] {
    const count = this.#uint32()
    const rings: Ring[] = []
    for (let i = 0; i < count; i += 1) rings.push(this.#ring(grid))
    return rings
  }

  /** Snapped, without repeated vertices and without the closing one. */
  #ring(grid: number): Ring {
    const count = this.#uint32()
    const ring: Ring = []
    let lastX = NaN
    let lastY = NaN
    let offset = this.#offset
    for (let i = 0; i < count; i += 1, offset += 16) {
      const lon = this.#view.getFloat64(offset, true)
      const lat = this.#view.getFloat64(offset + 8, true)
      const x = Math.round((worldX(lon) * this.#scale - this.#originX) / grid) * grid
      const y = Math.round((worldY(lat) * this.#scale - this.#originY) / grid) * grid
      if (x === lastX && y === lastY) continue
      ring.push(x, y)
      lastX = x
      lastY = y
    }
    this.#offset = offset
    while (ring.length > 2 && ring[0] === ring[ring.length - 2] && ring[1] === ring[ring.length - 1]) {
      ring.length -= 2
    }
    return ring
  }
}

/** Takes out repeated vertices, vertices on a straight line and spikes (A-B-A); what is left may be nothing. */
export function cleanRing(ring: readonly number[]): Ring {
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

/** b lies on the line through a and c, or is one of them: it adds nothing to the ring. */
function isStraight(ring: Ring, a: number, b: number, c: number): boolean {
  return (
    (ring[b]! - ring[a]!) * (ring[c + 1]! - ring[b + 1]!) ===
    (ring[b + 1]! - ring[a + 1]!) * (ring[c]! - ring[b]!)
  )
}

/** Rings that pass through the same vertex twice, as snapping makes them, are parted there. */
export function splitAtPinches(ring: Ring): Ring[] {
  const seen = new Map<number, number>()
  for (let i = 0; i < ring.length; i += 2) {
    const key = ring[i]! * 2 ** 26 + ring[i + 1]!
    const first = seen.get(key)
    if (first !== undefined) {
      const inner = ring.slice(first, i)
      const outer = [...ring.slice(0, first), ...ring.slice(i)]
      return [inner, outer].flatMap((part) => {
        const clean = cleanRing(part)
        return clean.length > 0 ? splitAtPinches(clean) : []
      })
    }
    seen.set(key, i)
  }
  return [ring]
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

function placePart(rings: readonly Ring[], bounds: Bounds): Ring[] {
  const isWhole = isWithin(bounds)
  const inside = isWhole ? rings : clipToBox(rings, CLIP).map(roundRing)
  const split = inside.flatMap((ring) => (ring.length > 0 ? splitAtPinches(ring) : []))
  const solid = split.filter((ring) => signedArea2(ring) !== 0)
  // Nothing was cut or parted: the shell and its holes stand as they were wound.
  return isWhole && solid.length === rings.length ? solid : groupByShell(solid)
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

/**
 * The rings of a parcel (WKB, EPSG:4490) in a tile: projected, snapped, clipped to the tile and its buffer, without
 * degenerate rings, wound as MVT 2.1 asks. Empty when no part of it lies there. A parcel that collapses as a whole is
 * drawn as one pixel.
 */
export function placePolygon(wkb: Buffer, tile: TileAddress): Ring[] {
  const parts = new WkbReader(wkb, tile)
    .parts(gridUnits(tile.z))
    .filter(([shell]) => shell && shell.length > 0)
  const placed: Ring[] = []
  let hasArea = false
  let all: Bounds | null = null
  for (const part of parts) {
    const bounds = boundsOf(part[0]!)
    all = all ? union(all, bounds) : bounds
    const wound = windPart(part)
    if (wound.length === 0) continue
    hasArea = true
    if (!isOutside(bounds)) for (const ring of placePart(wound, bounds)) placed.push(ring)
  }
  if (!all) return []
  const isSpeck =
    tile.z <= LAST_SPECK_ZOOM && all.maxX - all.minX < UNITS_PER_PX && all.maxY - all.minY < UNITS_PER_PX
  return isSpeck || !hasArea ? mark(all, parts[0]![0]!) : placed
}

const union = (a: Bounds, b: Bounds): Bounds => ({
  minX: Math.min(a.minX, b.minX),
  minY: Math.min(a.minY, b.minY),
  maxX: Math.max(a.maxX, b.maxX),
  maxY: Math.max(a.maxY, b.maxY),
})
