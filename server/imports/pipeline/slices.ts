/**
 * Long SQL in short pieces. The embedded database has one connection: whoever else asks waits for the statement under
 * way, so a slice grows and shrinks towards a quarter of a second.
 */

import type { Knex } from 'knex'

const TARGET_MS = 220
const SMALLEST = 20
const LARGEST = 20_000
const FIRST = 500
const LANES = 2
/** A smaller slice that takes this share of the larger one's time pays for the statement, not for its rows. */
const OVERHEAD_SHARE = 0.7

export interface SliceProgress {
  (done: number, total: number): void
}

interface Measured {
  size: number
  elapsedMs: number
}

/** Next size by what the last slices took; never more than fourfold at once, since the next stretch may be denser. */
export function nextSliceSize(last: Measured, before: Measured | null): number {
  const shrankInVain =
    before !== null && last.size < before.size && last.elapsedMs > OVERHEAD_SHARE * before.elapsedMs
  const factor = shrankInVain ? 2 : Math.min(4, Math.max(0.25, TARGET_MS / Math.max(1, last.elapsedMs)))
  return Math.round(Math.min(LARGEST, Math.max(SMALLEST, last.size * factor)))
}

/** Pieces of work under way at once where the database has connections to spare: two keep two cores busy. */
export const lanesOf = (db: Knex): number => {
  const { pool } = db.client as { pool?: { max?: number } }
  return (pool?.max ?? 1) > LANES * 2 ? LANES : 1
}

/**
 * Calls `work` for ranges `from <= row <= to` that together cover 1…lastRow, up to `lanes` at once. The first failure
 * ends it, once nothing of it is under way any more.
 */
export async function inSlices(
  lastRow: number,
  work: (from: number, to: number) => Promise<void>,
  { lanes = 1, progress }: { lanes?: number; progress?: SliceProgress } = {},
): Promise<void> {
  let next = 1
  let done = 0
  let hasFailed = false
  const runLane = async (): Promise<void> => {
    let size = FIRST
    let before: Measured | null = null
    while (next <= lastRow && !hasFailed) {
      const from = next
      const to = Math.min(lastRow, from + size - 1)
      next = to + 1
      const startedAt = performance.now()
      await work(from, to)
      const last: Measured = { size, elapsedMs: performance.now() - startedAt }
      done += to - from + 1
      progress?.(done, lastRow)
      size = nextSliceSize(last, before)
      before = last
    }
  }
  const settled = await Promise.allSettled(
    Array.from({ length: lanes }, async () => {
      try {
        await runLane()
      } catch (error) {
        hasFailed = true
        throw error
      }
    }),
  )
  const failed = settled.find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason
}
