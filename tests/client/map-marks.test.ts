import { describe, expect, it } from 'vitest'
import { markRadiusPx } from '../../client/map/layers/cells.ts'
import { joinMarks, lonLatBoxOf, markOfCell } from '../../client/map/marks.ts'

const Z = 8
const pxAt = (zoom: number): number => 1 / (512 * 2 ** zoom)
const mark = (x: number, y: number, n: number) => markOfCell(x, y, Z, { n, au: n, c_policy_change: n })
const countOf = (marks: ReturnType<typeof joinMarks>): number =>
  marks.reduce((sum, { figures }) => sum + figures.n, 0)

describe('marks of cells', () => {
  const town = [mark(0.8, 0.38, 24), mark(0.8 + 5 * pxAt(8.5), 0.38, 24), mark(0.81, 0.38, 51)]

  it('become one where they would hide each other, with all they count', () => {
    const [, joined] = joinMarks(town, 8.5).toSorted((a, b) => b.figures.n - a.figures.n)
    expect(joinMarks(town, 8.5)).toHaveLength(2)
    expect(joined.figures).toMatchObject({ n: 48, au: 48, c_policy_change: 48, idle: 0 })
    expect(joined.x).toBeCloseTo(0.8 + 2.5 * pxAt(8.5), 9)
  })

  it('part again nearer by', () => {
    expect(joinMarks(town, 11.9)).toHaveLength(3)
  })

  it('never touch and lose no parcel, at any zoom', () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      mark(0.8 + ((i * 37) % 101) / 40_000, 0.38 + ((i * 53) % 97) / 40_000, 1 + ((i * 7) % 90)),
    )
    for (const zoom of [4, 6.5, 8, 9.3, 10.9]) {
      const marks = joinMarks(many, zoom)
      expect(countOf(marks)).toBe(countOf(many))
      for (const [i, a] of marks.entries())
        for (const b of marks.slice(i + 1))
          expect(Math.hypot(a.x - b.x, a.y - b.y) / pxAt(zoom)).toBeGreaterThan(
            markRadiusPx(a.figures.n) + markRadiusPx(b.figures.n),
          )
    }
  })

  it('do not hang on the order tiles came in', () => {
    expect(joinMarks(town.toReversed(), 8.5)).toEqual(joinMarks(town, 8.5))
  })

  it('know the ground they stand for', () => {
    const [west, south, east, north] = lonLatBoxOf(markOfCell(0.8, 0.38, Z, { n: 1 }).box)
    expect(east - west).toBeCloseTo(360 / 2 ** (Z + 3), 9)
    expect(west).toBeLessThanOrEqual(108)
    expect(east).toBeGreaterThan(108)
    expect(north).toBeGreaterThan(south)
  })
})
