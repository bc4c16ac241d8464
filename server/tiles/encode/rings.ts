import { signedArea2, type Ring } from './clip.ts'

/** Rings up to this length are searched by comparing, longer ones by a map. */
const FEW_COORDINATES = 40

/** Takes out repeated vertices, vertices on a straight line and spikes (A-B-A); what is left may be nothing. */
export function cleanRing(ring: Ring): Ring {
  if (isClean(ring)) return ring
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

function isClean(ring: Ring): boolean {
  const count = ring.length
  if (count < 6) return false
  if (isStraight(ring, count - 4, count - 2, 0) || isStraight(ring, count - 2, 0, 2)) return false
  for (let b = 2; b < count - 2; b += 2) if (isStraight(ring, b - 2, b, b + 2)) return false
  return true
}

/** b lies on the line through a and c, or is one of them: it adds nothing to the ring. */
function isStraight(ring: Ring, a: number, b: number, c: number): boolean {
  return (
    (ring[b]! - ring[a]!) * (ring[c + 1]! - ring[b + 1]!) ===
    (ring[b + 1]! - ring[a + 1]!) * (ring[c]! - ring[b]!)
  )
}

/** Offset of the first vertex that stands in the ring before, and of that earlier one; null when all differ. */
export function findPinch(ring: Ring): { first: number; second: number } | null {
  if (ring.length <= FEW_COORDINATES) {
    for (let j = 2; j < ring.length; j += 2) {
      for (let i = 0; i < j; i += 2) {
        if (ring[i] === ring[j] && ring[i + 1] === ring[j + 1]) return { first: i, second: j }
      }
    }
    return null
  }
  const seen = new Map<number, number>()
  for (let j = 0; j < ring.length; j += 2) {
    const key = ring[j]! * 2 ** 26 + ring[j + 1]!
    const first = seen.get(key)
    if (first !== undefined) return { first, second: j }
    seen.set(key, j)
  }
  return null
}

/** Rings that pass through the same vertex twice, as snapping makes them, are parted there. */
export function splitAtPinches(ring: Ring): Ring[] {
  const whole: Ring[] = []
  const left = [ring]
  for (let next = left.pop(); next; next = left.pop()) {
    const pinch = findPinch(next)
    if (!pinch) {
      whole.push(next)
      continue
    }
    const inner = cleanRing(next.slice(pinch.first, pinch.second))
    const outer = cleanRing([...next.slice(0, pinch.first), ...next.slice(pinch.second)])
    if (outer.length > 0) left.push(outer)
    if (inner.length > 0) left.push(inner)
  }
  return whole
}

function reversed(ring: Ring): Ring {
  const turned: Ring = []
  for (let i = ring.length - 2; i >= 0; i -= 2) turned.push(ring[i]!, ring[i + 1]!)
  return turned
}

/** Shell first, positive; holes negative. Empty when the shell has collapsed at this zoom. */
export function windPart(rings: readonly Ring[]): Ring[] {
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
export function groupByShell(rings: readonly Ring[]): Ring[] {
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
