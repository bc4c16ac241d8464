/**
 * Long SQL in short pieces. The embedded database has one connection: whoever else asks waits for the statement under
 * way, so a slice grows and shrinks towards a quarter of a second.
 */
import type { Knex } from 'knex'

const TARGET_MS = 220
const SMALLEST = 20
const LARGEST = 20_000
const FIRST = 500
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

/** Calls `work` for consecutive ranges `from <= row <= to` that together cover 1…lastRow. */
export async function inSlices(
  lastRow: number,
  work: (from: number, to: number) => Promise<void>,
  progress?: SliceProgress,
): Promise<void> {
  let size = FIRST
  let before: Measured | null = null
  for (let from = 1; from <= lastRow;) {
    const to = Math.min(lastRow, from + size - 1)
    const startedAt = performance.now()
    await work(from, to)
    const last: Measured = { size, elapsedMs: performance.now() - startedAt }
    progress?.(to, lastRow)
    from = to + 1
    size = nextSliceSize(last, before)
    before = last
  }
}

/**
 * A statement without just-in-time compilation: PostGIS functions have high costs, the planner therefore compiles, and
 * compiling takes longer than the slice. `set_config(…, true)` ends with the transaction, so it is safe behind PgBouncer.
 */
export const withoutJit = <T>(db: Knex, run: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
  db.transaction(async (trx) => {
    await trx.raw(`SELECT set_config('jit', 'off', true)`)
    return run(trx)
  })

/** One such statement; its rows. */
export const queryWithoutJit = <Row>(
  db: Knex,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Promise<Row[]> => withoutJit(db, async (trx) => (await trx.raw<{ rows: Row[] }>(sql, [...bindings])).rows)
