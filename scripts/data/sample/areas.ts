/** Document areas as offices write them: near the computed area, rounded in the unit of the paper. */
import type { Random } from '../cadastre/random.ts'

const MU_M2 = 10_000 / 15

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits

export type AreaHabit = 'exact' | 'hectares' | 'mu' | 'near' | 'off'

/** `near` stays under 1 %, `off` lies above it and wants a reason. */
export function documentArea(areaM2: number, habit: AreaHabit, random: Random): number {
  if (habit === 'hectares') return round(round(areaM2 / 10_000, 4) * 10_000, 2)
  if (habit === 'mu') return round(round(areaM2 / MU_M2, 2) * MU_M2, 2)
  if (habit === 'near') return round(areaM2 * (1 + random.pick([-1, 1]) * random.between(0.002, 0.008)), 2)
  if (habit === 'off') return round(areaM2 * (1 + random.pick([-1, 1]) * random.between(0.014, 0.07)), 2)
  return round(areaM2, 2)
}

/** A habit per parcel; exactly `offCount` of them are off. */
export function areaHabits(count: number, offCount: number, random: Random): AreaHabit[] {
  const habits = Array.from({ length: count }, (): AreaHabit =>
    random.weighted<AreaHabit>({ exact: 72, hectares: 14, mu: 9, near: 5 }),
  )
  for (const index of random.shuffled([...habits.keys()]).slice(0, offCount)) habits[index] = 'off'
  return habits
}
