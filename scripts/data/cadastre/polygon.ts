/** Plane geometry of convex pieces in metres. Rings are open (first point not repeated) and counter-clockwise. */
export type Point = readonly [number, number]
export type Ring = readonly Point[]

/** A directed straight line: left of it is one side, right of it the other. */
export interface Line {
  through: Point
  angleRad: number
}

export function signedArea(ring: Ring): number {
  const [x0, y0] = ring[0]
  let doubled = 0
  for (let i = 1; i + 1 < ring.length; i++) {
    const [ax, ay] = ring[i]
    const [bx, by] = ring[i + 1]
    doubled += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
  }
  return doubled / 2
}

export function areaOf(rings: readonly Ring[]): number {
  return rings.reduce((sum, ring, index) => sum + (index === 0 ? 1 : -1) * Math.abs(signedArea(ring)), 0)
}

export function centroid(ring: Ring): Point {
  const sum = ring.reduce<[number, number]>(([x, y], point) => [x + point[0], y + point[1]], [0, 0])
  return [sum[0] / ring.length, sum[1] / ring.length]
}

/** Distance to the left of a line, negative to the right. */
export function sideOf(line: Line, [x, y]: Point): number {
  return Math.cos(line.angleRad) * (y - line.through[1]) - Math.sin(line.angleRad) * (x - line.through[0])
}

export function shifted(line: Line, left: number): Line {
  const { through, angleRad } = line
  return {
    angleRad,
    through: [through[0] - Math.sin(angleRad) * left, through[1] + Math.cos(angleRad) * left],
  }
}

const TOUCH_M = 1e-6

/** The part of a convex ring left of a line, or null when there is none. */
export function leftPart(ring: Ring, line: Line): Ring | null {
  const kept: Point[] = []
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i], ring[(i + 1) % ring.length]]
    const [sideA, sideB] = [sideOf(line, a), sideOf(line, b)]
    if (sideA >= -TOUCH_M) kept.push(a)
    if ((sideA > TOUCH_M && sideB < -TOUCH_M) || (sideA < -TOUCH_M && sideB > TOUCH_M))
      kept.push(cut(a, b, line))
  }
  return kept.length >= 3 && Math.abs(signedArea(kept)) > 1 ? kept : null
}

/** Where an edge meets a line. Taken from the lower end always, so that both neighbours get the same number. */
function cut(a: Point, b: Point, line: Line): Point {
  const [low, high] = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? [a, b] : [b, a]
  const [sideLow, sideHigh] = [sideOf(line, low), sideOf(line, high)]
  const share = sideLow / (sideLow - sideHigh)
  return [low[0] + (high[0] - low[0]) * share, low[1] + (high[1] - low[1]) * share]
}

export const reversed = (line: Line): Line => ({
  through: line.through,
  angleRad: line.angleRad + Math.PI,
})

/** Both parts of a convex ring, with a strip of the given width taken out along the line. */
export function split(ring: Ring, line: Line, widthM = 0): Ring[] {
  const sides =
    widthM === 0 ? [line, reversed(line)] : [shifted(line, widthM / 2), shifted(reversed(line), widthM / 2)]
  return sides.map((side) => leftPart(ring, side)).filter((part) => part !== null)
}

/** Length of a ring along a direction, with its ends. */
export function spanAlong(ring: Ring, angleRad: number): { from: number; to: number; length: number } {
  const values = ring.map(([x, y]) => x * Math.cos(angleRad) + y * Math.sin(angleRad))
  const [from, to] = [Math.min(...values), Math.max(...values)]
  return { from, to, length: to - from }
}

export function longestEdgeAngle(ring: Ring): number {
  let best = { length: 0, angle: 0 }
  ring.forEach((a, i) => {
    const b = ring[(i + 1) % ring.length]
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (length > best.length) best = { length, angle: Math.atan2(b[1] - a[1], b[0] - a[0]) }
  })
  return best.angle
}

const keyOf = ([x, y]: Point) => `${x.toFixed(5)},${y.toFixed(5)}`

/** Puts every corner that lies on a neighbour's edge into that edge: shared borders then run through the same points. */
export function noded(rings: readonly Ring[]): Ring[] {
  const corners = new Map(rings.flat().map((point) => [keyOf(point), point]))
  return rings.map((ring) =>
    ring.flatMap((a, i) => [a, ...cornersOn(a, ring[(i + 1) % ring.length], [...corners.values()])]),
  )
}

function cornersOn(a: Point, b: Point, corners: readonly Point[]): Point[] {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1])
  const on = corners.flatMap((point) => {
    const along = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / length
    const off = ((point[0] - a[0]) * (b[1] - a[1]) - (point[1] - a[1]) * (b[0] - a[0])) / length
    return Math.abs(off) < 1e-5 && along > 1e-3 && along < length - 1e-3 ? [{ point, along }] : []
  })
  return on.sort((p, q) => p.along - q.along).map(({ point }) => point)
}

/** Joins noded rings that share edges by dropping the edges they share; outer ring first. Null when they don't form one piece. */
export function joined(rings: readonly Ring[]): Ring[] | null {
  const edges = new Map<string, [Point, Point]>()
  for (const ring of rings) {
    ring.forEach((a, i) => {
      const b = ring[(i + 1) % ring.length]
      if (!edges.delete(`${keyOf(b)}>${keyOf(a)}`)) edges.set(`${keyOf(a)}>${keyOf(b)}`, [a, b])
    })
  }
  const startingAt = new Map<string, [Point, Point]>()
  for (const edge of edges.values()) {
    if (startingAt.has(keyOf(edge[0]))) return null
    startingAt.set(keyOf(edge[0]), edge)
  }
  const chains: Ring[] = []
  for (const first of startingAt.values()) {
    const chain: Point[] = []
    let edge: [Point, Point] | undefined = first
    while (edge && startingAt.delete(keyOf(edge[0]))) {
      chain.push(edge[0])
      edge = startingAt.get(keyOf(edge[1]))
    }
    if (chain.length >= 3) chains.push(chain)
  }
  const outer = chains.filter((chain) => signedArea(chain) > 0)
  return outer.length === 1 ? [...outer, ...chains.filter((chain) => signedArea(chain) < 0)] : null
}
