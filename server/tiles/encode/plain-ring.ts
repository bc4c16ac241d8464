import type { TileProjection } from './wkb-reader.ts'

/** Longest ring read here; others go the general way. Comparing every pair of vertices pays up to about this length. */
const MOST_VERTICES = 24
const MOST_COORDINATES = MOST_VERTICES * 2

const BYTE_ORDER_LITTLE = 1
const POLYGON = 3
const MULTI_POLYGON = 6
/** Both headers with their counts, then the number of vertices. */
const FIRST_VERTEX = 9 + 9 + 4

/**
 * The common case on memory of its own: one part, no hole, few vertices, nowhere pinched by snapping. Most parcels are
 * such, and arrays made and thrown away for each were half of what a tile cost.
 */
export class PlainRing {
  /** Flat x, y, … in tile units, wound as a shell. */
  readonly points = new Float64Array(MOST_COORDINATES)
  length = 0
  minX = 0
  minY = 0
  maxX = 0
  maxY = 0

  /** Reads the geometry at an offset; false when it is not so plain, and then it says nothing about it. */
  read(bytes: DataView, start: number, projection: TileProjection, grid: number): boolean {
    if (bytes.getUint8(start) !== BYTE_ORDER_LITTLE || bytes.getUint32(start + 1, true) !== MULTI_POLYGON)
      return false
    if (bytes.getUint32(start + 5, true) !== 1 || bytes.getUint32(start + 10, true) !== POLYGON) return false
    if (bytes.getUint32(start + 14, true) !== 1) return false
    const count = bytes.getUint32(start + 18, true)
    if (count < 4 || count > MOST_VERTICES) return false
    this.#project(bytes, start + FIRST_VERTEX, count - 1, projection, grid)
    this.#straighten()
    return this.length >= 6 && this.#passesNowhereTwice() && this.#wind()
  }

  /** A copy that outlives the next read. */
  toRing(): number[] {
    const ring: number[] = []
    for (let i = 0; i < this.length; i += 1) ring.push(this.points[i]!)
    return ring
  }

  /** Without the closing vertex and without repeated ones. */
  #project(bytes: DataView, start: number, count: number, projection: TileProjection, grid: number): void {
    const points = this.points
    let length = 0
    let minX = Infinity
    let minY = Infinity
    let maxX = -Infinity
    let maxY = -Infinity
    for (let i = 0, offset = start; i < count; i += 1, offset += 16) {
      const x = Math.round(projection.x(bytes.getFloat64(offset, true)) / grid) * grid
      const y = Math.round(projection.y(bytes.getFloat64(offset + 8, true)) / grid) * grid
      if (length > 0 && x === points[length - 2] && y === points[length - 1]) continue
      points[length] = x
      points[length + 1] = y
      length += 2
      if (x < minX) minX = x
      if (x > maxX) maxX = x
      if (y < minY) minY = y
      if (y > maxY) maxY = y
    }
    this.length = length
    this.minX = minX
    this.minY = minY
    this.maxX = maxX
    this.maxY = maxY
  }

  /** b adds nothing between a and c: it lies on their line, or the ring turns back on itself there. */
  #isStraight(a: number, b: number, c: number): boolean {
    const points = this.points
    const bx = points[b]!
    const by = points[b + 1]!
    return (bx - points[a]!) * (points[c + 1]! - by) === (by - points[a + 1]!) * (points[c]! - bx)
  }

  /** Takes out vertices on straight lines and spikes, in place, also where the ring closes. */
  #straighten(): void {
    const points = this.points
    let kept = 0
    for (let i = 0; i < this.length; i += 2) {
      points[kept] = points[i]!
      points[kept + 1] = points[i + 1]!
      kept += 2
      while (kept >= 6 && this.#isStraight(kept - 6, kept - 4, kept - 2)) {
        points[kept - 4] = points[kept - 2]!
        points[kept - 3] = points[kept - 1]!
        kept -= 2
      }
    }
    while (kept >= 6 && this.#isStraight(kept - 4, kept - 2, 0)) kept -= 2
    if (kept >= 6 && this.#isStraight(kept - 2, 0, 2)) {
      points.copyWithin(0, 2, kept)
      kept -= 2
      if (kept >= 6 && (this.#isStraight(kept - 4, kept - 2, 0) || this.#isStraight(kept - 2, 0, 2))) kept = 0
    }
    this.length = kept
  }

  #passesNowhereTwice(): boolean {
    const points = this.points
    for (let j = 2; j < this.length; j += 2) {
      const x = points[j]!
      const y = points[j + 1]!
      for (let i = 0; i < j; i += 2) if (points[i] === x && points[i + 1] === y) return false
    }
    return true
  }

  /** Turns a ring wound as a hole; false when it has no area. */
  #wind(): boolean {
    const points = this.points
    const length = this.length
    let area2 = 0
    for (let i = 0, last = length - 2; i < length; last = i, i += 2) {
      area2 += points[last]! * points[i + 1]! - points[i]! * points[last + 1]!
    }
    if (area2 >= 0) return area2 > 0
    for (let i = 0, j = length - 2; i < j; i += 2, j -= 2) {
      const x = points[i]!
      const y = points[i + 1]!
      points[i] = points[j]!
      points[i + 1] = points[j + 1]!
      points[j] = x
      points[j + 1] = y
    }
    return true
  }
}
