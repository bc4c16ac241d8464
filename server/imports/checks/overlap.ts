/** How much two shapes share and what that means; the words for overlap with rows and with parcels. */
import type { IssueSeverity } from '../../contract/import.ts'

/** Up to this the shared ground is drawing inaccuracy (m²; share of the smaller shape). */
export const OVERLAP_TOLERANCE_M2 = 1
export const OVERLAP_TOLERANCE_SHARE = 0.001
/** From this share of both shapes on, the two are the same ground entered twice; a small one within a large one is not. */
export const SAME_GROUND_SHARE = 0.9

export interface OverlapVerdict {
  code: 'overlap_same_ground' | 'overlap' | 'overlap_sliver' | 'overlap_other_ledger'
  severity: IssueSeverity
}

export const isSameGround = ({ areaM2, largerAreaM2 }: { areaM2: number; largerAreaM2: number }): boolean =>
  largerAreaM2 > 0 && areaM2 / largerAreaM2 >= SAME_GROUND_SHARE

/** Between the two ledgers an overlap is often right (supplied, later idle): only a hint, and nothing at all below the tolerance. */
export function judgeOverlap(overlap: {
  areaM2: number
  smallerAreaM2: number
  largerAreaM2: number
  isSameLedger: boolean
}): OverlapVerdict | null {
  const share = overlap.smallerAreaM2 > 0 ? overlap.areaM2 / overlap.smallerAreaM2 : 0
  const isSliver = overlap.areaM2 <= OVERLAP_TOLERANCE_M2 || share <= OVERLAP_TOLERANCE_SHARE
  if (!overlap.isSameLedger) return isSliver ? null : { code: 'overlap_other_ledger', severity: 'hint' }
  if (isSameGround(overlap)) return { code: 'overlap_same_ground', severity: 'error' }
  return isSliver ? { code: 'overlap_sliver', severity: 'note' } : { code: 'overlap', severity: 'warning' }
}

/**
 * Grid of the overlay (metres on a plane, degrees otherwise; both about 0.1 mm). On a grid GEOS rounds as it goes and
 * never has to throw and try again; those C++ exceptions do not survive WebAssembly, where the statement then stops short.
 */
export const overlayGrid = (isPlane: boolean): string => (isPlane ? '0.0001' : '1e-9')

/** Whether the insides of two areas meet. ST_Overlaps would miss contained and equal shapes, and is no quicker. */
export const insidesMeetSql = (a: string, b: string): string => `ST_Relate(${a}, ${b}, 'T********')`

/** Below this many m² nothing is said: rounding of coordinates alone makes that much. */
export const OVERLAP_NOISE_M2 = 0.01

export const percentOf = (part: number, whole: number): number =>
  whole > 0 ? Math.round((part / whole) * 1000) / 10 : 0
