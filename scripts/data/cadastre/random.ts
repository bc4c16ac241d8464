/** Seeded random numbers (mulberry32): the same seed writes the same county on every machine. */
export interface Random {
  /** 0 ≤ value < 1. */
  next(): number
  between(low: number, high: number): number
  integer(low: number, high: number): number
  chance(share: number): boolean
  pick<T>(items: readonly T[]): T
  /** By weight. */
  weighted<T extends string>(weights: Readonly<Partial<Record<T, number>>>): T
  shuffled<T>(items: readonly T[]): T[]
  /** An independent stream: drawing more from one part leaves the others as they are. */
  fork(label: string): Random
}

function hash(text: string, seed: number): number {
  let value = seed ^ 0x9e3779b9
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return value >>> 0
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    integer,
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    pick: (items) => items[integer(0, items.length - 1)],
    weighted: <T extends string>(weights: Readonly<Partial<Record<T, number>>>): T => {
      const entries = Object.entries(weights) as [T, number][]
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      return (entries.find(([, weight]) => (rest -= weight) < 0) ?? entries[entries.length - 1])[0]
    },
    shuffled: (items) => {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(0, i)
        ;[copy[i], copy[j]] = [copy[j], copy[i]]
      }
      return copy
    },
    fork: (label) => createRandom(hash(label, seed)),
  }
}
