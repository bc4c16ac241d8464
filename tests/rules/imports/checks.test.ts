import { describe, expect, it } from 'vitest'
import { judgeAreaDifference } from '../../../server/imports/checks/document-area.ts'
import { judgeOverlap } from '../../../server/imports/checks/overlap.ts'
import { nextSliceSize } from '../../../server/imports/pipeline/slices.ts'

describe('shared ground', () => {
  it.each([
    [0.5, 10_000, true, 'overlap_sliver', 'note'],
    [9, 10_000, true, 'overlap_sliver', 'note'],
    [11, 10_000, true, 'overlap', 'warning'],
    [8_999, 10_000, true, 'overlap', 'warning'],
    [9_000, 10_000, true, 'overlap_same_ground', 'error'],
    [5_000, 10_000, false, 'overlap_other_ledger', 'hint'],
    [10_000, 10_000, false, 'overlap_other_ledger', 'hint'],
  ] as const)(
    '%d m² of %d m², same ledger %s, is %s',
    (areaM2, smallerAreaM2, isSameLedger, code, severity) => {
      const overlap = { areaM2, smallerAreaM2, largerAreaM2: smallerAreaM2, isSameLedger }
      expect(judgeOverlap(overlap)).toEqual({ code, severity })
    },
  )

  it('is an overlap, not the same ground twice, where a small parcel lies within a large one', () => {
    const overlap = { areaM2: 285, smallerAreaM2: 285, largerAreaM2: 5_181, isSameLedger: true }
    expect(judgeOverlap(overlap)).toEqual({ code: 'overlap', severity: 'warning' })
  })

  it('between the ledgers says nothing below the tolerance', () => {
    expect(
      judgeOverlap({ areaM2: 0.9, smallerAreaM2: 10_000, largerAreaM2: 10_000, isSameLedger: false }),
    ).toBeNull()
  })
})

describe('document area against the shape', () => {
  it.each([
    [100_000, 100_100, null],
    [100_000, 100_101, 'area_differs_slightly'],
    [100_000, 101_000, 'area_differs_slightly'],
    [100_000, 101_001, 'area_differs'],
    [100_000, 98_000, 'area_differs'],
    [150_000, 10_050, 'area_unit_suspected'],
    [10_000, 150_500, 'area_unit_suspected'],
    [15, 10_000, 'area_unit_suspected'],
    // Two decimals of a mu are 6.7 m²: half of it is no difference at all.
    [500, 503.3, null],
    [500, 504, 'area_differs_slightly'],
  ] as const)('%d against %d is %s', (documentM2, planeM2, code) => {
    expect(judgeAreaDifference(documentM2, planeM2)?.code ?? null).toBe(code)
  })
})

describe('slices', () => {
  it('shrink when rows are heavy and grow when they are light', () => {
    expect(nextSliceSize({ size: 500, elapsedMs: 440 }, null)).toBe(250)
    expect(nextSliceSize({ size: 500, elapsedMs: 10 }, null)).toBe(2000)
  })
  it('grow again when shrinking saved nothing: the statement is what costs', () => {
    expect(nextSliceSize({ size: 250, elapsedMs: 420 }, { size: 500, elapsedMs: 440 })).toBe(500)
  })
})
