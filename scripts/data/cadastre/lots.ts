/** Blocks cut into lots as cadastres show them: back to back, at right angles to the street, now and then joined. */
import {
  areaOf,
  centroid,
  joined,
  longestEdgeAngle,
  noded,
  sideOf,
  signedArea,
  spanAlong,
  split,
  type Line,
  type Point,
  type Ring,
} from './polygon.ts'
import type { Random } from './random.ts'

export interface LotPlan {
  lotM2: readonly [number, number]
  /** Share of blocks with a narrow strip along the street (绿化带, 代征地). */
  stripShare: number
  joinShare: number
  holeShare: number
}

export interface Lot {
  /** Outer ring counter-clockwise, then holes clockwise. */
  rings: readonly Ring[]
  kind: 'lot' | 'strip' | 'island'
  block: number
}

export function layLots(block: Ring, index: number, plan: LotPlan, random: Random): Lot[] {
  const { strip, rest } = withStrip(block, plan, random)
  const target = logBetween(plan.lotM2, random)
  const pieces = halve(rest, target, random)
  const rings = noded([...pieces, ...(strip ? [strip] : [])])
  const lots: Lot[] = rings.map((ring, i) => ({
    rings: [ring],
    kind: i < pieces.length ? 'lot' : 'strip',
    block: index,
  }))
  return withHoles(withJoins(lots, plan, random), plan, random)
}

function logBetween([low, high]: readonly [number, number], random: Random): number {
  return low * Math.exp(random.next() * Math.log(high / low))
}

function withStrip(block: Ring, plan: LotPlan, random: Random): { strip: Ring | null; rest: Ring } {
  const angleRad = longestEdgeAngle(block)
  const depth = spanAlong(block, angleRad + Math.PI / 2)
  const widthM = random.between(13, 24)
  if (!random.chance(plan.stripShare) || depth.length < 90) return { strip: null, rest: block }
  const offset = depth.from + widthM
  const normal = angleRad + Math.PI / 2
  const line: Line = { through: [Math.cos(normal) * offset, Math.sin(normal) * offset], angleRad }
  const parts = split(block, line)
  if (parts.length !== 2) return { strip: null, rest: block }
  const [rest, strip] =
    Math.abs(signedArea(parts[0])) > Math.abs(signedArea(parts[1])) ? parts : [parts[1], parts[0]]
  return signedArea(strip) > 1000 ? { strip, rest } : { strip: null, rest: block }
}

/** Halves across the longer side, measured along the longest edge, until pieces are near the target. */
function halve(ring: Ring, targetM2: number, random: Random): Ring[] {
  const area = signedArea(ring)
  if (area < targetM2 * random.between(1.05, 1.7) || area < 2400) return [ring]
  const along = longestEdgeAngle(ring)
  const [long, deep] = [spanAlong(ring, along), spanAlong(ring, along + Math.PI / 2)]
  const isAlong = long.length * 1.05 >= deep.length
  const span = isAlong ? long : deep
  const direction = isAlong ? along : along + Math.PI / 2
  const share = random.chance(0.55) ? 0.5 : random.between(0.36, 0.64)
  const middle = centroid(ring)
  const at = span.from + span.length * share
  const current = middle[0] * Math.cos(direction) + middle[1] * Math.sin(direction)
  const through: Point = [
    middle[0] + Math.cos(direction) * (at - current),
    middle[1] + Math.sin(direction) * (at - current),
  ]
  const tilt = random.chance(0.8) ? 0 : (random.between(-5, 5) * Math.PI) / 180
  const parts = split(ring, { through, angleRad: direction + Math.PI / 2 + tilt })
  if (parts.length < 2 || parts.some((part) => signedArea(part) < 1050)) return [ring]
  return parts.flatMap((part) => halve(part, targetM2, random))
}

function withJoins(lots: readonly Lot[], plan: LotPlan, random: Random): Lot[] {
  const result = [...lots]
  const attempts = Math.round(lots.length * plan.joinShare)
  for (let n = 0; n < attempts; n++) {
    const [first, second] = random.shuffled(result.filter(({ kind }) => kind === 'lot'))
    if (!first || !second) break
    const rings = joined([first.rings[0], second.rings[0]])
    if (!rings || rings.length > 1 || areaOf(rings) > plan.lotM2[1] * 1.6) continue
    result.splice(result.indexOf(first), 1, { ...first, rings })
    result.splice(result.indexOf(second), 1)
  }
  return result
}

/** A substation, a well or an old grave in the middle keeps its own title: a hole, and a small parcel inside it. */
function withHoles(lots: readonly Lot[], plan: LotPlan, random: Random): Lot[] {
  return lots.flatMap((lot) => {
    if (lot.kind !== 'lot' || areaOf(lot.rings) < 9000 || !random.chance(plan.holeShare)) return [lot]
    const hole = holeIn(lot.rings[0], random)
    if (!hole) return [lot]
    const outer: Lot = { ...lot, rings: [lot.rings[0], [...hole].reverse()] }
    return signedArea(hole) >= 1000 ? [outer, { rings: [hole], kind: 'island', block: lot.block }] : [outer]
  })
}

function holeIn(ring: Ring, random: Random): Ring | null {
  const [x, y] = centroid(ring)
  const angle = longestEdgeAngle(ring)
  const [w, h] = [random.between(12, 24), random.between(10, 22)]
  const corner = (i: number, j: number): Point => [
    x + Math.cos(angle) * w * i - Math.sin(angle) * h * j,
    y + Math.sin(angle) * w * i + Math.cos(angle) * h * j,
  ]
  const hole: Ring = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
  return hole.every((point) => isWellInside(ring, point)) ? hole : null
}

/** Left of every edge by 6 m: enough, because only convex lots pass. */
function isWellInside(ring: Ring, point: Point): boolean {
  return ring.every((a, i) => {
    const b = ring[(i + 1) % ring.length]
    return sideOf({ through: a, angleRad: Math.atan2(b[1] - a[1], b[0] - a[0]) }, point) > 6
  })
}
