import type { Position } from 'geojson'

export interface Box {
  west: number
  south: number
  east: number
  north: number
}

/** Part of a segment inside the box as shares 0..1 of its length (Liang–Barsky), or null. */
function insideShare(a: Position, b: Position, box: Box): [number, number] | null {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const edges: [number, number][] = [
    [-dx, a[0] - box.west],
    [dx, box.east - a[0]],
    [-dy, a[1] - box.south],
    [dy, box.north - a[1]],
  ]
  let [from, to] = [0, 1]
  for (const [slope, room] of edges) {
    if (slope === 0 && room < 0) return null
    if (slope < 0) from = Math.max(from, room / slope)
    if (slope > 0) to = Math.min(to, room / slope)
  }
  return from < to ? [from, to] : null
}

/** Pieces of a line inside a box, cut at its edges. */
export function clipLine(line: readonly Position[], box: Box): Position[][] {
  const pieces: Position[][] = []
  let open: Position[] | null = null
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1], line[i]]
    const share = insideShare(a, b, box)
    if (!share) {
      open = null
      continue
    }
    const at = (t: number): Position => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
    if (!open || share[0] > 0) pieces.push((open = [at(share[0])]))
    open.push(at(share[1]))
    if (share[1] < 1) open = null
  }
  return pieces.filter((piece) => piece.some(([x, y]) => x !== piece[0][0] || y !== piece[0][1]))
}
