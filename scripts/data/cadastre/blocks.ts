/** Streets cut a quarter into blocks: main streets right across, then side streets block by block. */
import {
  centroid,
  leftPart,
  signedArea,
  spanAlong,
  split,
  type Line,
  type Point,
  type Ring,
} from './polygon.ts'
import type { Random } from './random.ts'

export interface StreetPlan {
  /** East-west and north-south size of the quarter before it is turned. */
  sizeM: readonly [number, number]
  /** Distance between main streets, and their width. */
  mainSpacingM: readonly [number, number]
  mainWidthM: number
  /** Blocks are cut by side streets until neither side is longer. */
  blockM: number
  sideWidthM: readonly [number, number]
  /** How far streets stray from square, degrees. */
  tiltDeg: number
  /** Railway, highway or river that runs through at an angle. */
  corridor?: { offsetM: number; angleDeg: number; widthM: number }
}

const radians = (degrees: number) => (degrees * Math.PI) / 180

export function layBlocks(plan: StreetPlan, random: Random): Ring[] {
  let pieces: Ring[] = [outline(plan, random)]
  if (plan.corridor) {
    const { offsetM, angleDeg, widthM } = plan.corridor
    pieces = pieces.flatMap((ring) =>
      split(ring, { through: [0, offsetM], angleRad: radians(angleDeg) }, widthM),
    )
  }
  for (const axis of [0, 1] as const) {
    for (const line of mainStreets(plan, axis, random)) {
      pieces = pieces.flatMap((ring) => split(ring, line, plan.mainWidthM))
    }
  }
  return pieces
    .flatMap((ring) => withSideStreets(ring, plan, random))
    .filter((ring) => signedArea(ring) > 2500)
    .map((ring) => cornersCut(ring, random))
}

/** A rectangle with one or two corners off: towns end at fields, not at right angles. */
function outline({ sizeM }: StreetPlan, random: Random): Ring {
  const [w, h] = [sizeM[0] / 2, sizeM[1] / 2]
  let ring: Ring = [
    [-w, -h],
    [w, -h],
    [w, h],
    [-w, h],
  ]
  const corners = random.shuffled([45, 135, 225, 315]).slice(0, random.integer(1, 2))
  for (const degrees of corners) {
    const angle = radians(degrees + random.between(-18, 18))
    const reach = (Math.abs(Math.cos(angle)) * w + Math.abs(Math.sin(angle)) * h) * random.between(0.72, 0.9)
    const through: Point = [Math.cos(angle) * reach, Math.sin(angle) * reach]
    ring = leftPart(ring, { through, angleRad: angle + Math.PI / 2 }) ?? ring
  }
  return ring
}

function mainStreets(plan: StreetPlan, axis: 0 | 1, random: Random): Line[] {
  const half = plan.sizeM[axis] / 2
  const lines: Line[] = []
  let at = -half + random.between(...plan.mainSpacingM)
  while (at < half - plan.mainSpacingM[0] * 0.5) {
    const tilt = radians(random.between(-plan.tiltDeg, plan.tiltDeg))
    lines.push({
      through: axis === 0 ? [at, 0] : [0, at],
      angleRad: (axis === 0 ? Math.PI / 2 : 0) + tilt,
    })
    at += random.between(...plan.mainSpacingM)
  }
  return lines
}

function withSideStreets(ring: Ring, plan: StreetPlan, random: Random): Ring[] {
  const [x, y] = [spanAlong(ring, 0), spanAlong(ring, Math.PI / 2)]
  const isWide = x.length >= y.length
  if (Math.max(x.length, y.length) <= plan.blockM * random.between(0.9, 1.25)) return [ring]
  const span = isWide ? x : y
  const at = span.from + span.length * random.between(0.42, 0.58)
  const middle = centroid(ring)
  const line: Line = {
    through: isWide ? [at, middle[1]] : [middle[0], at],
    angleRad: (isWide ? Math.PI / 2 : 0) + radians(random.between(-plan.tiltDeg, plan.tiltDeg)),
  }
  return split(ring, line, random.between(...plan.sideWidthM)).flatMap((part) =>
    withSideStreets(part, plan, random),
  )
}

/** Street corners are cut for sight (路口切角): a single chamfer, or a small arc at wide streets. */
function cornersCut(ring: Ring, random: Random): Ring {
  const cutM = random.between(5, 11)
  const isArc = random.chance(0.25)
  const points: Point[] = []
  ring.forEach((corner, i) => {
    const [before, after] = [ring[(i + ring.length - 1) % ring.length], ring[(i + 1) % ring.length]]
    const [a, b] = [towards(corner, before, cutM), towards(corner, after, cutM)]
    if (!a || !b) points.push(corner)
    else points.push(a, ...(isArc ? [arcMiddle(a, corner, b)] : []), b)
  })
  return points
}

function towards(from: Point, to: Point, distance: number): Point | null {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  if (length < distance * 3) return null
  return [
    from[0] + ((to[0] - from[0]) * distance) / length,
    from[1] + ((to[1] - from[1]) * distance) / length,
  ]
}

/** Middle of the quadratic curve from a to b with the street corner as control point. */
function arcMiddle(a: Point, corner: Point, b: Point): Point {
  return [(a[0] + 2 * corner[0] + b[0]) / 4, (a[1] + 2 * corner[1] + b[1]) / 4]
}
