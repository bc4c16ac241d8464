/** The only source of time: civil dates are those of China, whatever zone the machine stands in. */
export interface Clock {
  now(): Date
  /** Civil date in Asia/Shanghai, YYYY-MM-DD. */
  today(): string
}

// China has kept UTC+8 without summer time since 1992; no zone database is needed for today's date.
const SHANGHAI_OFFSET_MS = 8 * 3_600_000

export const civilDateInShanghai = (instant: Date): string =>
  new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10)

export const systemClock: Clock = {
  now: () => new Date(),
  today: () => civilDateInShanghai(new Date()),
}

export interface FixedClock extends Clock {
  set(iso: string): void
  advance(ms: number): void
}

/** A clock that stands still until told otherwise. */
export function fixedClock(iso: string): FixedClock {
  let instant = new Date(iso)
  if (Number.isNaN(instant.getTime())) throw new Error(`not an instant: ${iso}`)
  return {
    now: () => new Date(instant),
    today: () => civilDateInShanghai(instant),
    set(next) {
      instant = new Date(next)
    },
    advance(ms) {
      instant = new Date(instant.getTime() + ms)
    },
  }
}
