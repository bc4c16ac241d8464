import type { ImportIssue } from '#contract/import.ts'
import type { ImportPreview } from '#contract/import-rows.ts'
import type { SurveyState } from '../../map/survey-palette.ts'

/** Codes whose rows the map tells apart; between the two ledgers an overlap is only a hint. */
export const OVERLAP_CODES = [
  'overlap',
  'overlap_same_ground',
  'overlap_parcel',
  'overlap_same_ground_parcel',
]
export const REPAIRED_CODES = ['geometry_repaired', 'ring_unclosed']

/** How each row is drawn: blocked before overlapping before repaired. */
export function rowStates(
  preview: ImportPreview,
  issues: readonly Pick<ImportIssue, 'row' | 'code' | 'otherRow'>[],
): Map<number, SurveyState> {
  const rowsWith = (codes: readonly string[]): Set<number | null> =>
    new Set(
      issues
        .filter((issue) => codes.includes(issue.code))
        .flatMap((issue) => [issue.row, issue.otherRow ?? null]),
    )
  const overlapping = rowsWith(OVERLAP_CODES)
  const repaired = rowsWith(REPAIRED_CODES)
  return new Map(
    preview.features.map(({ properties: { row, state } }): [number, SurveyState] => {
      if (state === 'blocked') return [row, 'blocked']
      if (state === 'open') return [row, 'open']
      if (overlapping.has(row)) return [row, 'overlap']
      return [row, repaired.has(row) ? 'repaired' : 'ready']
    }),
  )
}

export function countStates(states: ReadonlyMap<number, SurveyState>): Partial<Record<SurveyState, number>> {
  const counts: Partial<Record<SurveyState, number>> = {}
  for (const state of states.values()) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
