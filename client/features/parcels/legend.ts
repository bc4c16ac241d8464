import {
  CAUSE_CLASS,
  CAUSE_CLASSES,
  LEDGERS,
  STATUSES,
  type CauseClass,
  type Ledger,
} from '#contract/codes/ledger.ts'
import type { SummaryGroup } from '#contract/summary.ts'
import type { MapFilter } from '../../state/map-query.ts'

export interface Figure {
  count: number
  areaM2: number
}

export interface LegendItem extends Figure {
  cls: CauseClass
  isPressed: boolean
}

export interface LegendSection extends Figure {
  ledger: Ledger
  isShown: boolean
  items: LegendItem[]
}

const NO_CAUSE = 'none'

type FigureGroup = Pick<SummaryGroup, 'ledger' | 'cause' | 'status' | 'townCode' | 'count' | 'areaM2'>
type Facet = 'ledger' | 'cause' | 'status' | 'town'

/** Legend class of a ledger's cause. */
export const classOf = (ledger: Ledger, cause: string | null): CauseClass =>
  (cause && CAUSE_CLASS[ledger][cause as keyof (typeof CAUSE_CLASS)[Ledger]]) || NO_CAUSE

/** Causes that a legend class of a ledger stands for; `none` for 待分析. */
export function causesOfClass(ledger: Ledger, cls: CauseClass): string[] {
  const causes = Object.entries(CAUSE_CLASS[ledger]).filter(([, ofCause]) => ofCause === cls)
  return cls === NO_CAUSE ? [NO_CAUSE] : causes.map(([cause]) => cause)
}

export function classesOfLedger(ledger: Ledger): CauseClass[] {
  const used = new Set<CauseClass>(Object.values(CAUSE_CLASS[ledger]))
  return CAUSE_CLASSES.filter((cls) => cls === NO_CAUSE || used.has(cls))
}

/** Removed parcels (已剔除) count only where somebody chose that very status. */
const allowsStatus = (chosen: readonly string[], status: string): boolean =>
  chosen.length === 0 ? status !== 'removed' : chosen.includes(status)

const allows = (chosen: readonly string[], value: string): boolean =>
  chosen.length === 0 || chosen.includes(value)

/** Whether a group passes the filter, leaving out the facets a list of choices counts for itself. */
function passes(group: FigureGroup, filter: MapFilter, ignored: readonly Facet[]): boolean {
  const isIgnored = (facet: Facet): boolean => ignored.includes(facet)
  return (
    (isIgnored('ledger') || filter.ledgers.includes(group.ledger as Ledger)) &&
    (isIgnored('cause') || allows(filter.causes, group.cause ?? NO_CAUSE)) &&
    (isIgnored('status') || allowsStatus(filter.statuses, group.status)) &&
    (isIgnored('town') || allows(filter.towns, group.townCode ?? NO_CAUSE))
  )
}

function sum(groups: readonly FigureGroup[]): Figure {
  let count = 0
  let areaM2 = 0
  for (const group of groups) {
    count += group.count
    areaM2 += group.areaM2
  }
  return { count, areaM2 }
}

/** What the filter leaves, over everything. */
export const totalOf = (groups: readonly FigureGroup[], filter: MapFilter): Figure =>
  sum(groups.filter((group) => passes(group, filter, [])))

export function isClassPressed(filter: MapFilter, ledger: Ledger, cls: CauseClass): boolean {
  if (filter.causes.length === 0 || !filter.ledgers.includes(ledger)) return false
  return causesOfClass(ledger, cls).every((cause) => filter.causes.includes(cause))
}

/** Counts of a class ignore the chosen causes and ledgers, so that the others can still be compared and added. */
export function legendOf(groups: readonly FigureGroup[], filter: MapFilter): LegendSection[] {
  const counted = groups.filter((group) => passes(group, filter, ['ledger', 'cause']))
  return LEDGERS.map((ledger) => {
    const ofLedger = counted.filter((group) => group.ledger === ledger)
    const items = classesOfLedger(ledger).map((cls) => ({
      cls,
      isPressed: isClassPressed(filter, ledger, cls),
      ...sum(ofLedger.filter((group) => classOf(ledger, group.cause) === cls)),
    }))
    return { ledger, isShown: filter.ledgers.includes(ledger), items, ...sum(ofLedger) }
  })
}

function ledgersOfCauses(causes: readonly string[], clicked: Ledger, filter: MapFilter): Ledger[] {
  if (causes.length === 0) return [...LEDGERS]
  const had = filter.causes.length > 0 ? filter.ledgers : []
  return LEDGERS.filter(
    (ledger) =>
      (ledger === clicked || had.includes(ledger)) &&
      classesOfLedger(ledger).some((cls) =>
        causesOfClass(ledger, cls).every((cause) => causes.includes(cause)),
      ),
  )
}

/**
 * Presses or releases a class. `other` and 待分析 are codes of both ledgers, so the ledger is narrowed with them:
 * 闲置“其他原因” alone must not bring the unsupplied ones along.
 */
export function toggleClass(
  filter: MapFilter,
  ledger: Ledger,
  cls: CauseClass,
): Pick<MapFilter, 'ledgers' | 'causes'> {
  const codes = causesOfClass(ledger, cls)
  const causes = isClassPressed(filter, ledger, cls)
    ? filter.causes.filter((cause) => !codes.includes(cause))
    : [...new Set([...filter.causes, ...codes])]
  return { causes, ledgers: ledgersOfCauses(causes, ledger, filter) }
}

export interface Choice extends Figure {
  value: string
  isPressed: boolean
}

/** Statuses that occur (or are chosen), in the order of the case's life. */
export function statusChoices(groups: readonly FigureGroup[], filter: MapFilter): Choice[] {
  const counted = groups.filter((group) => passes(group, filter, ['status']))
  return STATUSES.map((status) => ({
    value: status,
    isPressed: filter.statuses.includes(status),
    ...sum(counted.filter((group) => group.status === status)),
  })).filter((choice) => choice.count > 0 || choice.isPressed)
}

/** Parcels of the filter that are left out because they were removed. */
export const removedCount = (groups: readonly FigureGroup[], filter: MapFilter): number =>
  filter.statuses.length > 0
    ? 0
    : sum(groups.filter((group) => group.status === 'removed' && passes(group, filter, ['status']))).count

/** Closed parcels (已销号) in the total: they stand in the records, but are no stock any more. */
export const closedFigure = (groups: readonly FigureGroup[], filter: MapFilter): Figure =>
  sum(
    filter.statuses.length > 0
      ? []
      : groups.filter((group) => group.status === 'recognized' && passes(group, filter, [])),
  )

export function townChoices(
  groups: readonly FigureGroup[],
  filter: MapFilter,
  townCodes: readonly string[],
): Choice[] {
  const counted = groups.filter((group) => passes(group, filter, ['town']))
  const withoutTown = counted.some((group) => group.townCode === null) ? [NO_CAUSE] : []
  return [...townCodes, ...withoutTown].map((code) => ({
    value: code,
    isPressed: filter.towns.includes(code),
    ...sum(counted.filter((group) => (group.townCode ?? NO_CAUSE) === code)),
  }))
}

export const toggled = (chosen: readonly string[], value: string): string[] =>
  chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]
