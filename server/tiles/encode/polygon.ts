import type { TileAddress } from '../mercator.ts'
import { clipToBox, signedArea2, type Bounds, type ClipBox, type Ring } from './clip.ts'
import { EXTENT } from './layer-writer.ts'
import { PlainRing } from './plain-ring.ts'
import { cleanRing, findPinch, groupByShell, splitAtPinches, windPart } from './rings.ts'
import { WkbReader } from './wkb-reader.ts'

/** Units drawn beyond each side, so that outlines and joins do not stop at the border of a tile. */
export const BUFFER = 64

const CLIP: ClipBox = { min: -BUFFER - 0.5, max: EXTENT + BUFFER + 0.5 }
/** A tile is shown at 512 px: 8 units a pixel. */
const UNITS_PER_PX = EXTENT / 512
/** Up to this zoom a parcel smaller than a pixel is drawn as a whole one. */
const LAST_SPECK_ZOOM = 13

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

const isSpeck = (b: Bounds): boolean => b.maxX - b.minX < UNITS_PER_PX && b.maxY - b.minY < UNITS_PER_PX

function roundRing(ring: Ring): Ring {
  return cleanRing(ring.map((coordinate) => Math.round(coordinate)))
}

function cutPart(rings: readonly Ring[], bounds: Bounds): Ring[] {
  const placed = clipToBox(rings, CLIP, bounds)
    .map(roundRing)
    .flatMap((ring) => (ring.length > 0 ? splitAtPinches(ring) : []))
    .filter((ring) => signedArea2(ring) !== 0)
  return groupByShell(placed)
}

function placePart(rings: Ring[], bounds: Bounds): Ring[] {
  if (!isWithin(bounds)) return cutPart(rings, bounds)
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
  readonly #plain: PlainRing
  /** Where the geometry begins that `#plain` holds. */
  #plainStart: number | null = null

  /** Every geometry to place lies in `bytes`: WKB, EPSG:4490. `plain` is memory that may be used again afterwards. */
  constructor(bytes: Buffer, tile: TileAddress, plain = new PlainRing()) {
    this.#plain = plain
    this.#reader = new WkbReader(bytes, tile)
    this.#marksSpecks = tile.z <= LAST_SPECK_ZOOM
  }

  /**
   * The parcel as one ring when it is so plain and lies wholly in the tile and its buffer, else null: then `place` says
   * what it is. The ring is valid until the next call.
   */
  placePlain(start: number): PlainRing | null {
    const ring = this.#plain
    this.#plainStart = this.#reader.readPlain(start, ring) ? start : null
    if (this.#plainStart === null || !isWithin(ring)) return null
    return this.#marksSpecks && isSpeck(ring) ? null : ring
  }

  /**
   * The rings of the parcel whose WKB begins at `start`: projected, snapped, clipped to the tile and its buffer, without
   * degenerate rings, wound as MVT 2.1 asks. Empty when no part of it lies there. A parcel that collapses as a whole is
   * drawn as one pixel.
   */
  place(start: number): readonly Ring[] {
    const plain = this.#plain
    // Read and found plain a moment ago: only the border of the tile is left to cut at.
    if (start === this.#plainStart && !(this.#marksSpecks && isSpeck(plain))) {
      return isOutside(plain) ? [] : cutPart([plain.toRing()], plain)
    }
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
      const rings = placePart(wound, bounds)
      placed = placed.length === 0 ? rings : placed.concat(rings)
    }
    return (this.#marksSpecks && isSpeck(all)) || !hasArea ? mark(all, parts[0]![0]!) : placed
  }
}

function extend(all: Bounds, { minX, minY, maxX, maxY }: Bounds): void {
  all.minX = Math.min(all.minX, minX)
  all.minY = Math.min(all.minY, minY)
  all.maxX = Math.max(all.maxX, maxX)
  all.maxY = Math.max(all.maxY, maxY)
}
