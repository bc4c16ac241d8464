import { CAUSE_CLASSES, CAUSES_BY_LEDGER, LEDGERS } from '#contract/codes/ledger.ts'
import { describe, expect, it } from 'vitest'
import {
  causesOfClass,
  classesOfLedger,
  classOf,
  closedFigure,
  legendOf,
  removedCount,
  statusChoices,
  toggleClass,
  totalOf,
  townChoices,
} from '../../client/features/parcels/legend.ts'
import { emptyFilter, type MapFilter } from '../../client/state/map-query.ts'

const group = (
  ledger: string,
  cause: string | null,
  status: string,
  townCode: string | null,
  count: number,
) => ({
  ledger,
  cause,
  status,
  townCode,
  count,
  areaM2: count * 1000,
})

const GROUPS = [
  group('idle', 'enterprise', 'suspected', '150623100', 5),
  group('idle', 'other', 'determined', '150623101', 2),
  group('idle', null, 'draft', null, 1),
  group('approved_unsupplied', 'no_condition_infra', 'registered', '150623100', 7),
  group('approved_unsupplied', 'other', 'registered', '150623100', 3),
  group('approved_unsupplied', null, 'registered', '150623101', 4),
]

const filter = (patch: Partial<MapFilter>): MapFilter => ({ ...emptyFilter(), ...patch })
const itemOf = (current: MapFilter, ledger: string, cls: string) =>
  legendOf(GROUPS, current)
    .find((section) => section.ledger === ledger)
    ?.items.find((item) => item.cls === cls)

describe('removed parcels', () => {
  const withRemoved = [...GROUPS, group('idle', 'other', 'removed', '150623100', 3)]

  it('count in no total, but are told and can be chosen', () => {
    expect(totalOf(withRemoved, emptyFilter())).toEqual(totalOf(GROUPS, emptyFilter()))
    expect(legendOf(withRemoved, emptyFilter())).toEqual(legendOf(GROUPS, emptyFilter()))
    expect(removedCount(withRemoved, emptyFilter())).toBe(3)
    expect(removedCount(withRemoved, filter({ towns: ['150623101'] }))).toBe(0)
    expect(statusChoices(withRemoved, emptyFilter())).toContainEqual(
      expect.objectContaining({ value: 'removed', count: 3 }),
    )
  })

  it('count once that status is chosen, and are then no longer told apart', () => {
    const chosen = filter({ statuses: ['removed'] })
    expect(totalOf(withRemoved, chosen).count).toBe(3)
    expect(removedCount(withRemoved, chosen)).toBe(0)
  })
})

describe('closed parcels', () => {
  const withClosed = [...GROUPS, group('idle', 'enterprise', 'recognized', '150623100', 6)]

  it('count in the total and are told beside it, within the same filter', () => {
    expect(totalOf(withClosed, emptyFilter()).count).toBe(28)
    expect(closedFigure(withClosed, emptyFilter())).toEqual({ count: 6, areaM2: 6_000 })
    expect(closedFigure(withClosed, filter({ ledgers: ['approved_unsupplied'] })).count).toBe(0)
    expect(closedFigure(withClosed, filter({ towns: ['150623101'] })).count).toBe(0)
    expect(closedFigure(GROUPS, emptyFilter()).count).toBe(0)
  })

  it('are not told apart where somebody chose a status', () => {
    expect(closedFigure(withClosed, filter({ statuses: ['recognized', 'determined'] })).count).toBe(0)
  })
})

describe('legend classes', () => {
  it('hold every cause of a ledger exactly once', () => {
    for (const ledger of LEDGERS) {
      const causes = classesOfLedger(ledger).flatMap((cls) => causesOfClass(ledger, cls))
      expect(causes.toSorted()).toEqual([...CAUSES_BY_LEDGER[ledger], 'none'].toSorted())
    }
  })

  it('know a class for every cause, and 待分析 for none', () => {
    expect(classOf('idle', 'force_majeure')).toBe('government')
    expect(classOf('approved_unsupplied', 'other')).toBe('unsupplied_other')
    expect(classOf('idle', null)).toBe('none')
    for (const ledger of LEDGERS) {
      for (const cause of CAUSES_BY_LEDGER[ledger]) expect(CAUSE_CLASSES).toContain(classOf(ledger, cause))
    }
  })
})

describe('live counts', () => {
  it('add up to the total of everything', () => {
    const sections = legendOf(GROUPS, emptyFilter())
    const counted = sections.flatMap((section) => section.items).reduce((sum, item) => sum + item.count, 0)
    expect(counted).toBe(22)
    expect(totalOf(GROUPS, emptyFilter())).toEqual({ count: 22, areaM2: 22_000 })
  })

  it('go on showing the other causes when one is chosen', () => {
    const current = filter({ ledgers: ['idle'], causes: ['enterprise'] })
    expect(itemOf(current, 'idle', 'enterprise')).toMatchObject({ count: 5, isPressed: true })
    expect(itemOf(current, 'idle', 'idle_other')).toMatchObject({ count: 2, isPressed: false })
    expect(totalOf(GROUPS, current).count).toBe(5)
  })

  it('follow status and town', () => {
    const current = filter({ towns: ['150623100'] })
    expect(itemOf(current, 'approved_unsupplied', 'none')?.count).toBe(0)
    expect(itemOf(current, 'approved_unsupplied', 'no_condition')?.count).toBe(7)
    expect(totalOf(GROUPS, filter({ statuses: ['registered'], towns: ['150623101'] })).count).toBe(4)
    expect(totalOf(GROUPS, filter({ towns: ['none'] })).count).toBe(1)
  })

  it('are zero when both layers are off', () => {
    expect(totalOf(GROUPS, filter({ ledgers: [] }))).toEqual({ count: 0, areaM2: 0 })
  })
})

describe('clicking the legend', () => {
  const press = (
    current: MapFilter,
    ledger: 'idle' | 'approved_unsupplied',
    cls: (typeof CAUSE_CLASSES)[number],
  ) => ({
    ...current,
    ...toggleClass(current, ledger, cls),
  })

  it('keeps the other ledger out when the code is of both', () => {
    const idleOther = press(emptyFilter(), 'idle', 'idle_other')
    expect(idleOther).toMatchObject({ ledgers: ['idle'], causes: ['preliminary_works', 'mixed', 'other'] })
    expect(totalOf(GROUPS, idleOther).count).toBe(2)
    const unsuppliedNone = press(emptyFilter(), 'approved_unsupplied', 'none')
    expect(totalOf(GROUPS, unsuppliedNone).count).toBe(4)
  })

  it('adds a second class, of the other ledger too', () => {
    const both = press(press(emptyFilter(), 'idle', 'enterprise'), 'approved_unsupplied', 'no_condition')
    expect(both.ledgers).toEqual(['approved_unsupplied', 'idle'])
    expect(totalOf(GROUPS, both).count).toBe(12)
  })

  it('comes back to everything when pressed twice', () => {
    const once = press(emptyFilter(), 'idle', 'judicial')
    expect(press(once, 'idle', 'judicial')).toEqual(emptyFilter())
  })

  it('leaves the ledger of what stays pressed', () => {
    const both = press(press(emptyFilter(), 'idle', 'enterprise'), 'approved_unsupplied', 'no_condition')
    expect(press(both, 'idle', 'enterprise')).toMatchObject({
      ledgers: ['approved_unsupplied'],
      causes: ['no_condition_relocation', 'no_condition_infra', 'no_condition_other'],
    })
  })
})

describe('facets', () => {
  it('list the statuses that occur, in the order of a case', () => {
    expect(statusChoices(GROUPS, emptyFilter()).map((choice) => choice.value)).toEqual([
      'draft',
      'registered',
      'suspected',
      'determined',
    ])
  })

  it('list every town and those without one last', () => {
    const towns = townChoices(GROUPS, emptyFilter(), ['150623100', '150623101', '150623102'])
    expect(towns.map(({ value, count }) => [value, count])).toEqual([
      ['150623100', 15],
      ['150623101', 6],
      ['150623102', 0],
      ['none', 1],
    ])
  })
})
