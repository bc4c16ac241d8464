/**
 * Long SQL in short pieces. The embedded database has one connection: whoever else asks waits for the statement under
 * way, so a slice grows and shrinks towards a quarter of a second.
 */
const TARGET_MS = 220
const SMALLEST = 20
const LARGEST = 20_000
const FIRST = 500

export interface SliceProgress {
  (done: number, total: number): void
}

/** Calls `work` for consecutive ranges `from <= row <= to` that together cover 1…lastRow. */
export async function inSlices(
  lastRow: number,
  work: (from: number, to: number) => Promise<void>,
  progress?: SliceProgress,
): Promise<void> {
  let size = FIRST
  for (let from = 1; from <= lastRow;) {
    const to = Math.min(lastRow, from + size - 1)
    const startedAt = performance.now()
    await work(from, to)
    const elapsedMs = Math.max(1, performance.now() - startedAt)
    progress?.(to, lastRow)
    from = to + 1
    // Never more than fourfold at once: the next stretch may be denser.
    const factor = Math.min(4, Math.max(0.25, TARGET_MS / elapsedMs))
    size = Math.round(Math.min(LARGEST, Math.max(SMALLEST, size * factor)))
  }
}
