/**
 * Puts loose rings together to polygons by what lies inside what (even-odd), whatever their direction
 * or order: bureaus' programs write holes clockwise and parts as “holes” all the time.
 */

/** Vertices as x0, y0, x1, y1, …; rings as ranges of vertex numbers [start, end). */
export type RingRange = readonly [start: number, end: number]

export interface Assembly {
  /** Ring numbers, each polygon its outer ring first. */
  polygons: number[][]
  /** The rings were too many to compare: roles were taken from their direction. */
  isGuessed: boolean
}

/** Edge tests spent on one record before its rings' direction is believed instead. */
const TEST_BUDGET = 50_000_000

interface RingShape {
  ring: number
  range: RingRange
  minX: number
  minY: number
  maxX: number
  maxY: number
  /** Signed, counter-clockwise positive. */
  area: number
}

export function assembleRings(xy: Float64Array, rings: readonly RingRange[]): Assembly {
  if (rings.length === 1) return { polygons: [[0]], isGuessed: false }
  const shapes = rings.map((range, ring) => shapeOf(xy, range, ring))
  const parents = findContainers(xy, shapes)
  if (!parents) return { polygons: byDirection(shapes), isGuessed: true }
  return { polygons: byDepth(shapes, parents), isGuessed: false }
}

function shapeOf(xy: Float64Array, range: RingRange, ring: number): RingShape {
  const shape: RingShape = {
    ring,
    range,
    minX: Infinity,
    minY: Infinity,
    maxX: -Infinity,
    maxY: -Infinity,
    area: 0,
  }
  const [start, end] = range
  // Relative to the first vertex: coordinates with a zone prefix would swallow the small differences.
  const originX = xy[start * 2]!
  const originY = xy[start * 2 + 1]!
  let doubled = 0
  for (let i = start; i < end; i++) {
    const x = xy[i * 2]!
    const y = xy[i * 2 + 1]!
    if (x < shape.minX) shape.minX = x
    if (x > shape.maxX) shape.maxX = x
    if (y < shape.minY) shape.minY = y
    if (y > shape.maxY) shape.maxY = y
    if (i + 1 < end) {
      doubled += (x - originX) * (xy[i * 2 + 3]! - originY) - (xy[i * 2 + 2]! - originX) * (y - originY)
    }
  }
  shape.area = doubled / 2
  return shape
}

/** For every ring the rings it lies in, nearest first; null when that takes too long. */
function findContainers(xy: Float64Array, shapes: readonly RingShape[]): Map<number, number[]> | null {
  const bySize = [...shapes].sort((a, b) => Math.abs(a.area) - Math.abs(b.area))
  const containers = new Map<number, number[]>()
  let spent = 0
  for (let i = 0; i < bySize.length; i++) {
    const inner = bySize[i]!
    const around: number[] = []
    for (let j = i + 1; j < bySize.length; j++) {
      const outer = bySize[j]!
      if (++spent > TEST_BUDGET) return null
      if (!isBoxWithin(inner, outer) || Math.abs(inner.area) >= Math.abs(outer.area)) continue
      const verdict = isWithin(xy, inner, outer)
      spent += verdict.spent
      if (spent > TEST_BUDGET) return null
      if (verdict.isWithin) around.push(outer.ring)
    }
    containers.set(inner.ring, around)
  }
  return containers
}

const isBoxWithin = (inner: RingShape, outer: RingShape): boolean =>
  inner.minX >= outer.minX && inner.maxX <= outer.maxX && inner.minY >= outer.minY && inner.maxY <= outer.maxY

/** Vertices looked at before a ring counts as inside: enough to refuse rings that cross. */
const VERTICES_TESTED = 64

function isWithin(
  xy: Float64Array,
  inner: RingShape,
  outer: RingShape,
): { isWithin: boolean; spent: number } {
  const [start, end] = inner.range
  const edges = outer.range[1] - outer.range[0]
  const step = Math.max(1, Math.floor((end - start) / VERTICES_TESTED))
  let spent = 0
  let insideCount = 0
  for (let i = start; i < end; i += step) {
    spent += edges
    const place = placeInRing(xy, outer.range, xy[i * 2]!, xy[i * 2 + 1]!)
    if (place < 0) return { isWithin: false, spent }
    if (place > 0) insideCount++
  }
  if (insideCount > 0) return { isWithin: true, spent }
  // Every vertex lies on the outer ring: the middles of the edges decide.
  for (let i = start; i + 1 < end; i += step) {
    spent += edges
    const x = (xy[i * 2]! + xy[i * 2 + 2]!) / 2
    const y = (xy[i * 2 + 1]! + xy[i * 2 + 3]!) / 2
    const place = placeInRing(xy, outer.range, x, y)
    if (place !== 0) return { isWithin: place > 0, spent }
  }
  return { isWithin: false, spent }
}

/** 1 inside, 0 on the ring, -1 outside. */
function placeInRing(xy: Float64Array, [start, end]: RingRange, x: number, y: number): -1 | 0 | 1 {
  let isInside = false
  for (let i = start; i + 1 < end; i++) {
    const ax = xy[i * 2]!
    const ay = xy[i * 2 + 1]!
    const bx = xy[i * 2 + 2]!
    const by = xy[i * 2 + 3]!
    if (ay > y === by > y) {
      // Level with the point on neither side or both: only a flat edge can still hold it.
      if (ay === y && by === y && (ax <= x || bx <= x) && (ax >= x || bx >= x)) return 0
      if ((ax === x && ay === y) || (bx === x && by === y)) return 0
      continue
    }
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
    if (side === 0) return 0
    if (side > 0 === by > ay) isInside = !isInside
  }
  return isInside ? 1 : -1
}

/** Even depth: an outer ring; odd: a hole of the nearest ring around it. */
function byDepth(shapes: readonly RingShape[], containers: Map<number, number[]>): number[][] {
  const polygons = new Map<number, number[]>()
  for (const { ring } of shapes) {
    if (containers.get(ring)!.length % 2 === 0) polygons.set(ring, [ring])
  }
  for (const { ring } of shapes) {
    const around = containers.get(ring)!
    if (around.length % 2 === 0) continue
    // `around` is sorted by area: the nearest outer ring is the smallest with even depth.
    const shell = around.find((candidate) => polygons.has(candidate))
    if (shell === undefined) polygons.set(ring, [ring])
    else polygons.get(shell)!.push(ring)
  }
  return [...polygons.values()]
}

/** A shapefile's outer rings run clockwise and are followed by their holes. */
function byDirection(shapes: readonly RingShape[]): number[][] {
  const polygons: number[][] = []
  for (const shape of shapes) {
    const last = polygons[polygons.length - 1]
    if (shape.area <= 0 || !last) polygons.push([shape.ring])
    else last.push(shape.ring)
  }
  return polygons
}
