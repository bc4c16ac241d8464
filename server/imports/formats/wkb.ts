import { assembleRings, type RingRange } from './ring-assembly.ts'

/** Little-endian WKB (OGC 06-103r4), 2D: Polygon 3, MultiPolygon 6. */
const POLYGON = 3
const MULTI_POLYGON = 6

/** `xy` holds closed rings; polygons are lists of ring numbers, the outer one first. */
export function polygonsToWkb(
  xy: Float64Array,
  rings: readonly RingRange[],
  polygons: readonly (readonly number[])[],
): Buffer {
  const isMulti = polygons.length !== 1
  let bytes = isMulti ? 9 : 0
  for (const polygon of polygons) {
    bytes += 9
    for (const ring of polygon) bytes += 4 + 16 * (rings[ring]![1] - rings[ring]![0])
  }
  const wkb = Buffer.allocUnsafe(bytes)
  let at = isMulti ? writeHead(wkb, 0, MULTI_POLYGON, polygons.length) : 0
  for (const polygon of polygons) {
    at = writeHead(wkb, at, POLYGON, polygon.length)
    for (const ring of polygon) {
      const [start, end] = rings[ring]!
      at = wkb.writeUInt32LE(end - start, at)
      // The doubles go over byte for byte: original coordinates are kept exactly.
      Buffer.from(xy.buffer, xy.byteOffset + start * 16, (end - start) * 16).copy(wkb, at)
      at += (end - start) * 16
    }
  }
  return wkb
}

function writeHead(wkb: Buffer, at: number, type: number, count: number): number {
  wkb[at] = 1
  wkb.writeUInt32LE(type, at + 1)
  return wkb.writeUInt32LE(count, at + 5)
}

export interface RingsResult {
  wkb: Buffer | null
  /** First vertex of each ring that had to be closed. */
  unclosed: [number, number][]
  /** First vertex of each ring left out for want of points. */
  tooFew: [number, number][]
  isGuessed: boolean
}

/** Rings of plain numbers (TXT, pasted text, GeoJSON) → closed, assembled WKB. */
export function ringsToWkb(rings: readonly (readonly (readonly [number, number])[])[]): RingsResult {
  const total = rings.reduce((sum, ring) => sum + ring.length + 1, 0)
  const xy = new Float64Array(total * 2)
  const ranges: [number, number][] = []
  const result: RingsResult = { wkb: null, unclosed: [], tooFew: [], isGuessed: false }
  let vertex = 0
  for (const ring of rings) {
    const start = vertex
    for (const [x, y] of ring) {
      xy[vertex * 2] = x
      xy[vertex * 2 + 1] = y
      vertex++
    }
    vertex = closeRing(xy, start, vertex, ranges, result)
  }
  return finishRings(xy, ranges, result)
}

/**
 * Closes the ring that ends at `end` and records it, or leaves it out when fewer than four points
 * result. `xy` must have room for one more vertex. Returns where the next ring starts.
 */
export function closeRing(
  xy: Float64Array,
  start: number,
  end: number,
  ranges: [number, number][],
  result: Pick<RingsResult, 'unclosed' | 'tooFew'>,
): number {
  if (end === start) return start
  const x = xy[start * 2]!
  const y = xy[start * 2 + 1]!
  let closedEnd = end
  if (xy[end * 2 - 2] !== x || xy[end * 2 - 1] !== y) {
    xy[end * 2] = x
    xy[end * 2 + 1] = y
    closedEnd = end + 1
  }
  if (closedEnd - start < 4) {
    result.tooFew.push([x, y])
    return start
  }
  if (closedEnd !== end) result.unclosed.push([x, y])
  ranges.push([start, closedEnd])
  return closedEnd
}

export function finishRings(
  xy: Float64Array,
  ranges: readonly RingRange[],
  result: RingsResult,
): RingsResult {
  if (ranges.length === 0) return result
  const assembly = assembleRings(xy, ranges)
  result.isGuessed = assembly.isGuessed
  result.wkb = polygonsToWkb(xy, ranges, assembly.polygons)
  return result
}

/** Calls back for the first vertex of every ring: enough to tell where a survey lies. */
export function forEachRingStart(wkb: Buffer, visit: (x: number, y: number) => void): void {
  walkRings(wkb, (at, count) => {
    if (count > 0) visit(wkb.readDoubleLE(at), wkb.readDoubleLE(at + 8))
  })
}

/** A copy with x and y of every vertex exchanged, for surveys that write northing first. */
export function flipWkb(wkb: Buffer): Buffer {
  const flipped = Buffer.from(wkb)
  walkRings(wkb, (at, count) => {
    for (let i = 0; i < count; i++) {
      wkb.copy(flipped, at + i * 16, at + i * 16 + 8, at + i * 16 + 16)
      wkb.copy(flipped, at + i * 16 + 8, at + i * 16, at + i * 16 + 8)
    }
  })
  return flipped
}

/** Rings as arrays, polygon by polygon; for tests, previews and small writers. */
export function wkbToPolygons(wkb: Buffer): [number, number][][][] {
  const polygons: [number, number][][][] = []
  walkRings(
    wkb,
    (at, count) => {
      const ring: [number, number][] = []
      for (let i = 0; i < count; i++) {
        ring.push([wkb.readDoubleLE(at + i * 16), wkb.readDoubleLE(at + i * 16 + 8)])
      }
      polygons[polygons.length - 1]!.push(ring)
    },
    () => polygons.push([]),
  )
  return polygons
}

function walkRings(
  wkb: Buffer,
  ring: (firstByte: number, count: number) => void,
  polygon: () => void = () => undefined,
): void {
  const isMulti = wkb.readUInt32LE(1) === MULTI_POLYGON
  const polygons = isMulti ? wkb.readUInt32LE(5) : 1
  let at = isMulti ? 9 : 0
  for (let p = 0; p < polygons; p++) {
    const rings = wkb.readUInt32LE(at + 5)
    at += 9
    polygon()
    for (let r = 0; r < rings; r++) {
      const count = wkb.readUInt32LE(at)
      at += 4
      ring(at, count)
      at += count * 16
    }
  }
}
