import { describe, expect, it } from 'vitest'
import {
  isJoinInDoubt,
  isOpenToChoices,
  stepsOf,
  unfilledRequired,
  type StepKey,
} from '../../../client/features/imports/steps.ts'
import { detected, importView, issue } from './import-view.ts'

const stateOf = (view: ReturnType<typeof importView>, key: StepKey) =>
  stepsOf(view).find((step) => step.key === key)?.state
const JOIN = {
  table: '台账.xlsx',
  sheet: null,
  headerRow: 4,
  surveyKey: '编号',
  tableKey: '编号',
  matchedCount: 32,
  onlySurveyCount: 0,
  onlyTableCount: 0,
  ambiguousCount: 0,
  onlySurvey: [],
  onlyTable: [],
  candidates: [],
  confirmed: false,
}

describe('the steps of an import', () => {
  it('are all folded for a clean survey', () => {
    expect(stepsOf(importView()).map((step) => step.state)).toEqual(['fine', 'fine', 'fine', 'fine', 'fine'])
  })

  it('stay folded over mere warnings, and open over blocked rows', () => {
    const warned = importView({ issues: [issue({ code: 'area_differs' })], issueCounts: { area_differs: 1 } })
    expect(stateOf(warned, 'issues')).toBe('look')
    const blocked = importView({ counts: { ...warned.counts, ready: 307, blocked: 5 } })
    expect(stateOf(blocked, 'issues')).toBe('doubt')
  })

  it('ask for what the server cannot tell', () => {
    const view = importView({
      status: 'needs_choice',
      detected: detected({ needsChoice: ['datum'], datum: null }),
    })
    expect(stateOf(view, 'reading')).toBe('needs')
    expect(stateOf(view, 'issues')).toBeUndefined()
    expect(stateOf(view, 'changes')).toBeUndefined()
  })

  it('doubt a survey that mostly lies outside the county', () => {
    expect(stateOf(importView({ detected: detected({ insideCountyShare: 0.3 }) }), 'reading')).toBe('doubt')
    expect(stateOf(importView({ detected: detected({ insideCountyShare: 0.98 }) }), 'reading')).toBe('fine')
  })

  it('doubt a survey whose own word on its coordinates was overruled, until somebody chose', () => {
    const evidence = [
      { kind: 'crs', source: 'prj', code: 'declares_crs', message: '', agrees: false },
    ] as ReturnType<typeof detected>['evidence']
    const view = importView({ detected: detected({ evidence }) })
    expect(stateOf(view, 'reading')).toBe('doubt')
    const chosen = { ...view, choices: { ...view.choices, crs: 'EPSG:4524' } }
    expect(stateOf(chosen, 'reading')).toBe('fine')
  })

  it('show the table join until its leftovers are confirmed', () => {
    expect(isJoinInDoubt(importView({ join: JOIN }))).toBe(false)
    expect(isJoinInDoubt(importView({ join: { ...JOIN, onlyTableCount: 1 } }))).toBe(true)
    expect(isJoinInDoubt(importView({ join: { ...JOIN, onlyTableCount: 1, confirmed: true } }))).toBe(false)
  })

  it('name the required fields no column fills', () => {
    expect(unfilledRequired(importView()).map((field) => field.wire)).not.toContain('documentAreaM2')
    expect(unfilledRequired(importView()).map((field) => field.wire)).toContain('location')
  })

  it('do not miss the document area where another column of the ledger stands in for it', () => {
    const missing = (ledger: 'idle' | 'approved_unsupplied' | null, ...fields: string[]) =>
      unfilledRequired({ ledger, mapping: fields.map((field) => ({ source: field, field })) }).map(
        (field) => field.wire,
      )
    expect(missing('approved_unsupplied', 'approvedAreaM2')).not.toContain('documentAreaM2')
    expect(missing('idle', 'supplyAreaM2')).not.toContain('documentAreaM2')
    expect(missing('idle', 'approvedAreaM2')).toContain('documentAreaM2')
    expect(missing(null, 'approvedAreaM2')).toContain('documentAreaM2')
    expect(missing(null, 'approvedAreaM2', 'supplyAreaM2')).not.toContain('documentAreaM2')
  })

  it('are closed to choices once the import is written or at work', () => {
    expect(isOpenToChoices(importView())).toBe(true)
    for (const status of ['checking', 'committing', 'committed', 'undone'] as const)
      expect(isOpenToChoices(importView({ status }))).toBe(false)
  })
})
