/** A ring, flat x, y, x, y … without the closing point. Shells have positive signed area in tile units, holes negative. */
export type Ring = number[]

/**
 * Bounds a tile is clipped to: half a unit off the whole numbers, so that no snapped vertex lies on a bound and every
 * crossing is a clean one.
 */
export interface ClipBox {
  min: number
  max: number
}

export interface Bounds {
  minX: number
  minY: number
  maxX: number
  maxY: number
}

interface HalfPlane {
  /** 0 cuts across x, 1 across y. */
  axis: 0 | 1
  bound: number
  keepsGreater: boolean
}

/** A stretch of a ring inside the half-plane, from where it enters to where it leaves (positions along the bound). */
interface Chain {
  points: Ring
  entersAt: number
  leavesAt: number
  next: Chain | null
}

interface Crossing {
  at: number
  isExit: boolean
  chain: Chain
}

/** Twice the signed area; positive is a shell in tile units (y south). */
export function signedArea2(ring: readonly number[]): number {
  let sum = 0
  let x = ring[ring.length - 2]!
  let y = ring[ring.length - 1]!
  for (let i = 0; i < ring.length; i += 2) {
    const nextX = ring[i]!
    const nextY = ring[i + 1]!
    sum += x * nextY - nextX * y
    x = nextX
    y = nextY
  }
  return sum
}

/**
 * The rings of one polygon inside the box: concave shells fall into as many rings as they have parts there, and a hole
 * that reaches the bound becomes part of the shell. (Clipping ring by ring would leave bridges along the bound.)
 */
export function clipToBox(rings: readonly Ring[], { min, max }: ClipBox, bounds: Bounds): Ring[] {
  let left = [...rings]
  if (bounds.minX < min) left = clipToHalfPlane(left, { axis: 0, bound: min, keepsGreater: true })
  if (bounds.maxX > max) left = clipToHalfPlane(left, { axis: 0, bound: max, keepsGreater: false })
  if (bounds.minY < min) left = clipToHalfPlane(left, { axis: 1, bound: min, keepsGreater: true })
  if (bounds.maxY > max) left = clipToHalfPlane(left, { axis: 1, bound: max, keepsGreater: false })
  return left
}

function clipToHalfPlane(rings: readonly Ring[], side: HalfPlane): Ring[] {
  const kept: Ring[] = []
  const chains: Chain[] = []
  const cut: Ring[] = []
  for (const ring of rings) {
    const inside = countInside(ring, side)
    if (inside === ring.length / 2) kept.push(ring)
    else if (inside > 0) {
      cut.push(ring)
      collectChains(ring, side, chains)
    }
  }
  if (chains.length === 0) return kept
  if (!linkChains(chains, side)) return [...kept, ...cut.map((ring) => clipRingAlone(ring, side))]
  return [...kept, ...joinChains(chains)]
}

const isInside = (coordinate: number, { bound, keepsGreater }: HalfPlane): boolean =>
  keepsGreater ? coordinate >= bound : coordinate <= bound

const isInsideAt = (ring: Ring, offset: number, side: HalfPlane): boolean =>
  isInside(ring[offset + side.axis]!, side)

function countInside(ring: Ring, side: HalfPlane): number {
  let count = 0
  for (let i = side.axis; i < ring.length; i += 2) if (isInside(ring[i]!, side)) count += 1
  return count
}

/** Where the edge from vertex a to vertex b (offsets into the ring) meets the bound, along the bound. */
function crossingAt(ring: Ring, a: number, b: number, { axis, bound }: HalfPlane): number {
  // From the inner to the outer end or the other way round, the same edge must give the same point in both directions.
  const [from, to] = ring[a + axis]! < ring[b + axis]! ? [a, b] : [b, a]
  const share = (bound - ring[from + axis]!) / (ring[to + axis]! - ring[from + axis]!)
  const along = 1 - axis
  return ring[from + along]! + share * (ring[to + along]! - ring[from + along]!)
}

function pushOnBound(points: Ring, at: number, { axis, bound }: HalfPlane): void {
  if (axis === 0) points.push(bound, at)
  else points.push(at, bound)
}

function collectChains(ring: Ring, side: HalfPlane, chains: Chain[]): void {
  const count = ring.length
  // From a vertex where the ring comes in, so that no stretch is cut by the array's end.
  let start = 0
  while (!isInsideAt(ring, start, side) || isInsideAt(ring, (start + count - 2) % count, side)) start += 2
  let chain: Chain | null = null
  for (let step = 0, offset = start; step < count; step += 2, offset = (offset + 2) % count) {
    const previous = (offset + count - 2) % count
    if (isInsideAt(ring, offset, side)) {
      if (!isInsideAt(ring, previous, side)) {
        const entersAt = crossingAt(ring, previous, offset, side)
        chain = { points: [], entersAt, leavesAt: 0, next: null }
        pushOnBound(chain.points, entersAt, side)
        chains.push(chain)
      }
      chain!.points.push(ring[offset]!, ring[offset + 1]!)
    } else if (isInsideAt(ring, previous, side))
      closeChain(chain!, crossingAt(ring, previous, offset, side), side)
  }
}

function closeChain(chain: Chain, leavesAt: number, side: HalfPlane): void {
  chain.leavesAt = leavesAt
  pushOnBound(chain.points, leavesAt, side)
}

/**
 * Pairs every exit with the entry the inside reaches along the bound. Shells wind so that the inside is on one fixed
 * side: walked in that direction the crossings are exit, entry, exit, entry … False when they are not (a ring that
 * crosses itself).
 */
function linkChains(chains: Chain[], { axis, keepsGreater }: HalfPlane): boolean {
  const isDescending = (axis === 0) === keepsGreater
  const crossings: Crossing[] = []
  for (const chain of chains) {
    crossings.push({ at: chain.leavesAt, isExit: true, chain }, { at: chain.entersAt, isExit: false, chain })
  }
  crossings.sort((a, b) => (isDescending ? b.at - a.at : a.at - b.at))
  for (let i = 0; i < crossings.length; i += 1) {
    const wantsExit = i % 2 === 0
    let found = i
    while (found < crossings.length && crossings[found]!.isExit !== wantsExit) found += 1
    if (found >= crossings.length || crossings[found]!.at !== crossings[i]!.at) return false
    if (found !== i) [crossings[i], crossings[found]] = [crossings[found]!, crossings[i]!]
    if (!wantsExit) crossings[i - 1]!.chain.next = crossings[i]!.chain
  }
  return true
}

function joinChains(chains: readonly Chain[]): Ring[] {
  const used = new Set<Chain>()
  const rings: Ring[] = []
  for (const first of chains) {
    if (used.has(first)) continue
    const ring: Ring = []
    for (let chain: Chain | null = first; chain && !used.has(chain); chain = chain.next) {
      used.add(chain)
      for (const coordinate of chain.points) ring.push(coordinate)
    }
    rings.push(ring)
  }
  return rings
}

/** Sutherland-Hodgman for rings that cross themselves: the area is right, parts may be joined along the bound. */
function clipRingAlone(ring: Ring, side: HalfPlane): Ring {
  const clipped: Ring = []
  let previous = ring.length - 2
  for (let offset = 0; offset < ring.length; offset += 2) {
    const isIn = isInside(ring[offset + side.axis]!, side)
    if (isIn !== isInside(ring[previous + side.axis]!, side)) {
      pushOnBound(clipped, crossingAt(ring, previous, offset, side), side)
    }
    if (isIn) clipped.push(ring[offset]!, ring[offset + 1]!)
    previous = offset
  }
  return clipped
}
