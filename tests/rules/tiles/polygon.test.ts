import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clipToBox, signedArea2, type Ring } from '../../../server/tiles/encode/clip.ts'
import { EXTENT } from '../../../server/tiles/encode/layer-writer.ts'
import { BUFFER, PolygonPlacer } from '../../../server/tiles/encode/polygon.ts'
import { cleanRing } from '../../../server/tiles/encode/rings.ts'
import type { TileAddress } from '../../../server/tiles/mercator.ts'
import { inTile, star, type Point } from '../../factories/tile-shapes.ts'

const TILE: TileAddress = { z: 15, x: 26_250, y: 12_600 }

const placePolygon = (wkb: Buffer, tile: TileAddress): readonly Ring[] =>
  new PolygonPlacer(wkb, tile).place(0)

const areaOf = (rings: readonly Ring[]): number => rings.reduce((sum, ring) => sum + signedArea2(ring) / 2, 0)

/** Area of the star inside the box by Sutherland-Hodgman, another way than the one tested. */
function boxedArea(ring: number[], min: number, max: number): number {
  let points: Point[] = []
  for (let i = 0; i < ring.length; i += 2) points.push([ring[i]!, ring[i + 1]!])
  const sides: [0 | 1, number, 1 | -1][] = [
    [0, min, 1],
    [0, max, -1],
    [1, min, 1],
    [1, max, -1],
  ]
  for (const [axis, bound, sign] of sides) {
    points = points.flatMap((point, i) => {
      const before = points[(i + points.length - 1) % points.length]!
      const isIn = (point[axis] - bound) * sign >= 0
      const wasIn = (before[axis] - bound) * sign >= 0
      const share = (bound - before[axis]) / (point[axis] - before[axis])
      const cut: Point = [
        before[0] + share * (point[0] - before[0]),
        before[1] + share * (point[1] - before[1]),
      ]
      return [...(isIn === wasIn ? [] : [cut]), ...(isIn ? [point] : [])]
    })
  }
  return points.length < 3 ? 0 : Math.abs(signedArea2(points.flat())) / 2
}

const perimeter = (ring: number[]): number => {
  let sum = 0
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length
    sum += Math.hypot(ring[j]! - ring[i]!, ring[j + 1]! - ring[i + 1]!)
  }
  return sum
}

function expectSound(rings: readonly Ring[]): void {
  for (const ring of rings) {
    expect(ring.length).toBeGreaterThanOrEqual(6)
    expect(cleanRing(ring)).toEqual(ring)
    expect(signedArea2(ring)).not.toBe(0)
    for (const coordinate of ring) {
      expect(Number.isInteger(coordinate)).toBe(true)
      expect(coordinate).toBeGreaterThanOrEqual(-BUFFER - 1)
      expect(coordinate).toBeLessThanOrEqual(EXTENT + BUFFER + 1)
    }
    const corners = new Set<string>()
    for (let i = 0; i < ring.length; i += 2) corners.add(`${ring[i]},${ring[i + 1]}`)
    expect(corners.size).toBe(ring.length / 2)
  }
  if (rings.length > 0) expect(signedArea2(rings[0]!)).toBeGreaterThan(0)
}

describe('a polygon in a tile', () => {
  it('keeps the area it has inside the tile, holes taken off, whatever its shape and winding', () => {
    fc.assert(
      fc.property(star, ({ rings, flat }) => {
        const placed = placePolygon(inTile(TILE, rings), TILE)
        expectSound(placed)
        const [min, max] = [-BUFFER - 0.5, EXTENT + BUFFER + 0.5]
        const wanted = boxedArea(flat[0]!, min, max) - boxedArea(flat[1]!, min, max)
        const tolerance = perimeter(flat[0]!) + perimeter(flat[1]!) + 16
        expect(Math.abs(areaOf(placed) - wanted)).toBeLessThan(tolerance)
      }),
      { numRuns: 500 },
    )
  })

  it('falls into parts where the border cuts a concave one, with nothing drawn between them', () => {
    // A comb whose back lies outside the tile: only its three teeth reach in.
    const comb: Point[] = [
      [-500, 0],
      [1000, 0],
      [1000, 200],
      [-400, 200],
      [-400, 400],
      [1000, 400],
      [1000, 600],
      [-400, 600],
      [-400, 800],
      [1000, 800],
      [1000, 1000],
      [-500, 1000],
    ]
    const placed = placePolygon(inTile(TILE, [comb]), TILE)
    expect(placed).toHaveLength(3)
    expectSound(placed)
    expect(placed.every((ring) => signedArea2(ring) > 0)).toBe(true)
  })

  it('loses a hole that reaches the border and keeps one that does not', () => {
    const shell: Point[] = [
      [-1000, -1000],
      [3000, -1000],
      [3000, 3000],
      [-1000, 3000],
    ]
    const cut: Point[] = [
      [-500, 500],
      [500, 500],
      [500, 1000],
      [-500, 1000],
    ]
    const whole: Point[] = [
      [1000, 1000],
      [1500, 1000],
      [1500, 1500],
      [1000, 1500],
    ]
    const placed = placePolygon(inTile(TILE, [shell, cut, whole]), TILE)
    expect(placed.map((ring) => Math.sign(signedArea2(ring)))).toEqual([1, -1])
    expect(areaOf(placed)).toBeCloseTo(3064.5 ** 2 - 564.5 * 500 - 500 * 500, -4)
  })

  it('covers the whole tile when the parcel does', () => {
    const around: Point[] = [
      [-9000, -9000],
      [9000, -9000],
      [9000, 9000],
      [-9000, 9000],
    ]
    const placed = placePolygon(inTile(TILE, [around]), TILE)
    expect(placed).toHaveLength(1)
    expect(areaOf(placed)).toBeGreaterThanOrEqual((EXTENT + 2 * BUFFER) ** 2)
  })

  it('is absent where only its envelope reaches', () => {
    const corner: Point[] = [
      [-3000, -3000],
      [9000, -3000],
      [9000, -2000],
      [-2000, -2000],
      [-2000, 9000],
      [-3000, 9000],
    ]
    expect(placePolygon(inTile(TILE, [corner]), TILE)).toEqual([])
  })

  it.each([11, 12, 13])('is at least one pixel at z%i, however small it is', (z) => {
    const tile = { z, x: 1640, y: 787 }
    const tiny: Point[] = [
      [2000, 2000],
      [2000.5, 2000],
      [2000.5, 2000.5],
      [2000, 2000.5],
    ]
    const placed = placePolygon(inTile(tile, [tiny]), tile)
    expect(placed).toHaveLength(1)
    expect(areaOf(placed)).toBe(64)
  })

  it('is marked by one pixel on itself when it is too thin to have an area', () => {
    const tile = { z: 12, x: 3280, y: 1574 }
    const sliver: Point[] = [
      [1000, 1000],
      [1800, 1000],
      [1800, 1000.2],
      [1000, 1000.2],
    ]
    const placed = placePolygon(inTile(tile, [sliver]), tile)
    expect(areaOf(placed)).toBe(64)
  })

  it.each([11, 12, 13, 14])('shares its border with its neighbour at z%i without gap or overlap', (z) => {
    const tile = { z, x: 1640 * 2 ** (z - 11), y: 787 * 2 ** (z - 11) }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -90, max: 90 }), { minLength: 3, maxLength: 20 }), (offsets) => {
        const shared = offsets.map((offset, i): Point => [
          1500 + offset,
          600 + ((i + 1) * 2000) / (offsets.length + 1),
        ])
        const left: Point[] = [[600, 600], [1500, 600], ...shared, [1500, 2600], [600, 2600]]
        const right: Point[] = [[2400, 600], [1500, 600], ...shared, [1500, 2600], [2400, 2600]]
        const area =
          areaOf(placePolygon(inTile(tile, [left]), tile)) + areaOf(placePolygon(inTile(tile, [right]), tile))
        const both: Point[] = [
          [600, 600],
          [2400, 600],
          [2400, 2600],
          [600, 2600],
        ]
        expect(area).toBeCloseTo(areaOf(placePolygon(inTile(tile, [both]), tile)), 6)
      }),
    )
  })
})

describe('the short way for plain parcels', () => {
  it.each([11, 13, 15])('gives at z%i the ring the long way gives, whenever it answers', (z) => {
    const tile = { z, x: 1640 * 2 ** (z - 11), y: 787 * 2 ** (z - 11) }
    let answered = 0
    fc.assert(
      fc.property(star, fc.integer({ min: 1, max: 200 }), ({ rings }, shrink) => {
        const small = rings[0]!.map(([x, y]): Point => [x / shrink, y / shrink])
        const wkb = inTile(tile, [small])
        const plain = new PolygonPlacer(wkb, tile).placePlain(0)
        if (!plain) return
        answered += 1
        const long = placePolygon(wkb, tile)
        const [ring] = long
        const shown = [...plain.points.subarray(0, plain.length)]
        expect(long).toHaveLength(1)
        const corners = (flat: readonly number[]) =>
          flat.map((x, i) => (i % 2 ? '' : `${x},${flat[i + 1]}`)).filter(Boolean)
        const start = corners(shown).indexOf(corners(ring!)[0]!)
        expect([...corners(shown).slice(start), ...corners(shown).slice(0, start)]).toEqual(corners(ring!))
      }),
      { numRuns: 300 },
    )
    expect(answered).toBeGreaterThan(30)
  })

  it('cuts at the border what the long way cuts', () => {
    fc.assert(
      fc.property(star, ({ rings }) => {
        const wkb = inTile(TILE, [rings[0]!])
        const placer = new PolygonPlacer(wkb, TILE)
        if (placer.placePlain(0)) return
        expect(areaOf(placer.place(0))).toBe(areaOf(placePolygon(wkb, TILE)))
      }),
      { numRuns: 300 },
    )
  })

  it('takes out spikes, and leaves parts, holes and pinched rings to the long way', () => {
    const square: Point[] = [
      [100, 100],
      [900, 100],
      [900, 900],
      [100, 900],
    ]
    const hole = square.map(([x, y]): Point => [x / 2 + 200, y / 2 + 200])
    const spike: Point[] = [...square, [100, 1500], [100, 900.1]]
    const pinched: Point[] = [
      [100, 100],
      [900, 100],
      [500, 500],
      [900, 900],
      [100, 900],
      [500.2, 500.2],
    ]
    const answers = [[square], [spike], [square, hole], [pinched]].map((rings) =>
      new PolygonPlacer(inTile(TILE, rings), TILE).placePlain(0),
    )
    expect(answers.map((answer) => answer !== null)).toEqual([true, true, false, false])
  })
})

describe('clipping rings', () => {
  const around = { minX: -50, minY: 0, maxX: 50, maxY: 40 }

  it('leaves a ring inside the box alone and drops one outside', () => {
    const inside = [10, 10, 20, 10, 20, 20, 10, 20]
    expect(clipToBox([inside], { min: -0.5, max: 100.5 }, around)).toEqual([inside])
    expect(clipToBox([inside], { min: 50.5, max: 100.5 }, around)).toEqual([])
  })

  it('keeps the area of a ring that crosses itself', () => {
    const bow = [-50, 0, 50, 40, 50, 0, -50, 40]
    const clipped = clipToBox([bow], { min: -20.5, max: 100.5 }, around)
    for (const ring of clipped)
      for (let i = 0; i < ring.length; i += 2) expect(ring[i]).toBeGreaterThanOrEqual(-20.5)
  })
})
