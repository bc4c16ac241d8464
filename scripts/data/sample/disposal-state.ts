/** Where each parcel stands in 2026: what was digested in 2022–2025 by year, and how far the rest has come. */
import type { Random } from '../cadastre/random.ts'
import { addDays, dateIn } from './words.ts'

export interface DisposalState {
  status: string
  planYear: number | null
  dueOn: string | null
  claimedOn: string | null
  recognizedYear: number | null
  recognizedOn: string | null
  recognizedLevel: string | null
  recognizedDocNo: string | null
}

export interface DigestPlan {
  /** Area to be recognised, m², by year. */
  recognizedM2ByYear: Readonly<Record<number, number>>
  /** Weights of the statuses of all others; every one of them occurs. */
  openStatuses: Readonly<Record<string, number>>
}

const HECTARE = 10_000

export const UNSUPPLIED_PLAN: DigestPlan = {
  recognizedM2ByYear: { 2022: 27.4 * HECTARE, 2023: 37 * HECTARE, 2024: 28 * HECTARE, 2025: 16 * HECTARE },
  openStatuses: {
    registered: 14,
    verified: 15,
    analyzed: 14,
    plan_drafted: 12,
    plan_approved: 12,
    executing: 20,
    completed: 5,
    reported: 6,
    rejected: 2,
    recognition_revoked: 1,
    removed: 1,
  },
}

export const IDLE_PLAN: DigestPlan = {
  recognizedM2ByYear: { 2022: 27 * HECTARE, 2023: 19.5 * HECTARE, 2024: 21 * HECTARE, 2025: 13 * HECTARE },
  openStatuses: {
    registered: 5,
    verified: 5,
    suspected: 14,
    investigating: 12,
    not_idle: 3,
    determined: 11,
    analyzed: 9,
    plan_drafted: 8,
    plan_approved: 8,
    executing: 18,
    completed: 5,
    reported: 6,
    rejected: 2,
    recognition_revoked: 1,
    removed: 1,
  },
}

/** States before the cause has been looked into. */
export const BEFORE_CAUSE = ['registered', 'verified', 'suspected', 'investigating', 'not_idle', 'draft']
/** States in which a measure has been chosen. */
const WITH_PLAN = [
  'plan_drafted',
  'plan_approved',
  'executing',
  'completed',
  'reported',
  'recognized',
  'rejected',
]

export const hasMeasure = (status: string) => WITH_PLAN.includes(status) || status === 'recognition_revoked'

/** One state per area, in order. */
export function disposalStates(
  areasM2: readonly number[],
  plan: DigestPlan,
  random: Random,
): DisposalState[] {
  const years = recognizedYears(areasM2, plan.recognizedM2ByYear, random)
  const open = [...areasM2.keys()].filter((index) => !years.has(index))
  const statuses = spread(open, plan.openStatuses, random)
  return areasM2.map((_, index) => {
    const year = years.get(index)
    return year ? recognized(year, random) : openState(statuses.get(index) ?? 'registered', random)
  })
}

function recognizedYears(
  areasM2: readonly number[],
  wanted: DigestPlan['recognizedM2ByYear'],
  random: Random,
): Map<number, number> {
  const years = new Map<number, number>()
  for (const [year, targetM2] of Object.entries(wanted)) {
    let sum = 0
    for (const index of largerFirst(areasM2, random)) {
      const isFitting = areasM2[index] < targetM2 * 0.35 && sum + areasM2[index] < targetM2 * 1.01
      if (years.has(index) || !isFitting || sum > targetM2 * 0.97) continue
      years.set(index, Number(year))
      sum += areasM2[index]
    }
  }
  return years
}

/** Large parcels tend to be worked off first: they count more. */
function largerFirst(areasM2: readonly number[], random: Random): number[] {
  const ranks = areasM2.map((areaM2) => random.next() * Math.sqrt(areaM2))
  return [...areasM2.keys()].sort((a, b) => ranks[b] - ranks[a])
}

/** Every status once, then by weight. */
function spread(
  indexes: readonly number[],
  weights: Readonly<Record<string, number>>,
  random: Random,
): Map<number, string> {
  const names = Object.keys(weights)
  return new Map(random.shuffled(indexes).map((index, n) => [index, names[n] ?? random.weighted(weights)]))
}

function recognized(year: number, random: Random): DisposalState {
  const recognizedOn = dateIn(year, random, 4, 12)
  return {
    status: 'recognized',
    planYear: year,
    dueOn: `${year}-12-31`,
    claimedOn: addDays(recognizedOn, -random.integer(20, 75)),
    recognizedYear: year,
    recognizedOn,
    recognizedLevel: random.weighted({ region: 6, city: 3, ministry: 1 }),
    recognizedDocNo: `鄂自然资认〔${year}〕示例${random.integer(1, 60)}号`,
  }
}

function openState(status: string, random: Random): DisposalState {
  const isDone = ['completed', 'reported', 'rejected', 'recognition_revoked'].includes(status)
  const planYears = isDone ? [2025, 2026] : [2025, 2026, 2026, 2027]
  const planYear = hasMeasure(status) || status === 'analyzed' ? random.pick(planYears) : null
  const hasClaim = isDone && status !== 'completed'
  return {
    status,
    planYear,
    dueOn: planYear
      ? `${planYear}-${random.pick(isDone ? ['06-30', '09-30'] : ['06-30', '09-30', '12-31'])}`
      : null,
    claimedOn: hasClaim ? dateIn(2026, random, 2, 9) : null,
    recognizedYear: null,
    recognizedOn: null,
    recognizedLevel: null,
    recognizedDocNo: null,
  }
}
