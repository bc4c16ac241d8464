import type { BoundaryPoint } from './boundary-txt-grammar.ts'

type Vertex = [number, number]

/**
 * Parts the points of one plot to rings. A ring ends where its first point comes again, where the ring
 * number changes, or where the point numbers start anew; writers use any of the three.
 */
export function splitRings(
  points: readonly BoundaryPoint[],
  vertexOf: (point: BoundaryPoint) => Vertex,
): Vertex[][] {
  const rings: Vertex[][] = []
  let ring: Vertex[] = []
  let firstPoint: BoundaryPoint | null = null
  let previousLabel = ''
  const finish = () => {
    if (ring.length > 0) rings.push(ring)
    ring = []
    firstPoint = null
  }
  for (const point of points) {
    const first: BoundaryPoint | null = firstPoint
    if (first && startsAnew(first, point, previousLabel)) finish()
    ring.push(vertexOf(point))
    previousLabel = point.label
    if (!firstPoint) firstPoint = point
    else if (ring.length >= 4 && isSamePlace(firstPoint, point)) finish()
  }
  finish()
  return rings
}

const isSamePlace = (a: BoundaryPoint, b: BoundaryPoint): boolean =>
  a.first === b.first && a.second === b.second

function startsAnew(first: BoundaryPoint, point: BoundaryPoint, previousLabel: string): boolean {
  if (isSamePlace(first, point)) return false
  if (first.ring !== point.ring) return true
  // Not where every line carries the same label, which is then no point number.
  return first.label !== '' && first.label === point.label && previousLabel !== first.label
}
