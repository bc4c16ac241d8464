import type { ImportView } from '#contract/import.ts'
import { LEDGERS } from '#contract/codes/ledger.ts'
import { DOCUMENT_AREA_STAND_INS, FIELDS } from '#contract/fields.ts'
import { isWorking } from '../../state/import-detail.ts'

export const STEPS = ['layers', 'ledger', 'reading', 'join', 'mapping', 'issues', 'changes'] as const
export type StepKey = (typeof STEPS)[number]

/** `needs` waits for a person, `doubt` opens by itself, `look` only says that there is something, `fine` is fine. */
export type StepState = 'needs' | 'doubt' | 'look' | 'fine'

export interface Step {
  key: StepKey
  state: StepState
}

/** Below this share the survey more likely lies elsewhere than at the border. */
export const PLAUSIBLE_SHARE = 0.8

const asks = (view: ImportView, ...what: ImportView['detected']['needsChoice'][number][]): boolean =>
  view.status === 'needs_choice' && what.some((kind) => view.detected.needsChoice.includes(kind))

function readingState(view: ImportView): StepState {
  if (asks(view, 'crs', 'datum', 'axis')) return 'needs'
  const { insideCountyShare, encodingCandidates, encoding } = view.detected
  const inUse = encodingCandidates.find((candidate) => candidate.encoding === encoding)
  const isElsewhere = insideCountyShare !== null && insideCountyShare < PLAUSIBLE_SHARE
  // What a file says of itself and its coordinates refute was overruled: right nearly always, but a person should see it.
  const isOverruled =
    !view.choices.crs &&
    view.detected.evidence.some((piece) => piece.code === 'declares_crs' && !piece.agrees)
  return isElsewhere || isOverruled || (inUse?.malformedCount ?? 0) > 0 || view.choices.uncalibrated
    ? 'doubt'
    : 'fine'
}

export function isJoinInDoubt(view: ImportView): boolean {
  const { join } = view
  if (!join || join.confirmed) return false
  return join.matchedCount === 0 || join.onlySurveyCount + join.onlyTableCount + join.ambiguousCount > 0
}

/** Blocked rows open the list; what merely wants a look, a rounded area say, is told and stays folded. */
function issuesState(view: ImportView): StepState {
  if (view.counts.blocked > 0 || view.issues.some((issue) => issue.severity === 'error')) return 'doubt'
  return view.issues.some((issue) => issue.severity === 'warning') ? 'look' : 'fine'
}

const isLedgerGuessed = (view: ImportView): boolean =>
  view.detected.evidence.some((piece) => piece.code === 'ledger_default')

/** The steps an import has, each with whether it needs a person. */
export function stepsOf(view: ImportView): Step[] {
  const { counts } = view
  const hasRows = counts.features > 0
  const outcomes = counts.new + counts.changed + counts.unchanged + counts.blocked
  // “No problems” may be said only when somebody has looked.
  const isChecked = !['needs_choice', 'uploaded', 'checking'].includes(view.status)
  const hasIssues = view.issues.length > 0
  const steps: (Step | null)[] = [
    view.layers.length > 1 ? { key: 'layers', state: asks(view, 'layer') ? 'needs' : 'fine' } : null,
    hasRows ? { key: 'ledger', state: isLedgerGuessed(view) ? 'doubt' : 'fine' } : null,
    view.layer !== null ? { key: 'reading', state: readingState(view) } : null,
    view.join ? { key: 'join', state: isJoinInDoubt(view) ? 'doubt' : 'fine' } : null,
    hasRows ? { key: 'mapping', state: isMappingInDoubt(view) ? 'doubt' : 'fine' } : null,
    (isChecked ? hasRows || hasIssues : hasIssues && view.status === 'needs_choice')
      ? { key: 'issues', state: issuesState(view) }
      : null,
    outcomes > 0 && isChecked && !view.isCleared
      ? { key: 'changes', state: view.counts.changed > 0 ? 'doubt' : 'fine' }
      : null,
  ]
  return steps.filter((step) => step !== null)
}

/** Nothing to import by: columns there, but none of them known. */
const isMappingInDoubt = (view: ImportView): boolean =>
  view.mapping.length > 0 && !view.mapping.some((entry) => entry.field !== null)

const REQUIRED = FIELDS.filter((field) => field.required)

/** Required fields no column fills: their absence makes every parcel 待补录. */
export function unfilledRequired(view: Pick<ImportView, 'mapping' | 'ledger'>) {
  const filled = new Set(view.mapping.map((entry) => entry.field))
  const hasStandIn = (view.ledger === null ? LEDGERS : [view.ledger]).every((ledger) =>
    DOCUMENT_AREA_STAND_INS[ledger].some((wire) => filled.has(wire)),
  )
  if (hasStandIn) filled.add('documentAreaM2')
  return REQUIRED.filter((field) => !filled.has(field.wire))
}

/** Choices may be changed while nothing is written and nobody else is at work. */
export const isOpenToChoices = (view: ImportView): boolean =>
  !isWorking(view.status) && ['needs_choice', 'ready', 'refused', 'failed'].includes(view.status)
