/** What one run of the checks carries with it: its import, where it writes, how far it is. */
import type { Knex } from 'knex'
import type { ImportCounts } from '../../contract/import.ts'
import type { ImportRecord } from '../import-record.ts'
import { importRepository } from '../repository.ts'
import type { ImportKey } from './stage-rows.ts'

export interface CountyFacts {
  name: string
  extent: { minLon: number; minLat: number; maxLon: number; maxLat: number } | null
  usualSrid: number | null
  towns: { code: string; name: string; aliases: readonly string[] }[]
}

export interface PipelineDeps {
  db: Knex
  now: () => Date
  pathOf: (sha256: string) => string
  /** Folder for unpacked members; emptied after every run. */
  workRoot: string
  maxUnpackedBytes: number
  county: () => Promise<CountyFacts>
  /** Long statements are announced, so that the embedded watchdog lets them run. */
  withStatementBudget: <T>(ms: number, run: () => Promise<T>) => Promise<T>
  /** Fresh statistics: the planner must not take a full staging table for an empty one. */
  analyze: (tables: string[]) => Promise<void>
  /** Throws between two steps when the server stops; absent where a run may not be broken off. */
  checkStopping?: () => void
}

export interface RunProgress {
  (phase: RunPhase, done: number, total: number | null): void
}
export const RUN_PHASES = ['unpack', 'detect', 'read', 'check', 'match', 'commit', 'undo'] as const
export type RunPhase = (typeof RUN_PHASES)[number]

/** Thrown inside a run whose import has moved on; nothing more is written. */
export class RunOvertaken extends Error {}

const sameCounts = (a: ImportCounts, b: ImportCounts): boolean =>
  a.new === b.new && a.changed === b.changed && a.blocked === b.blocked && a.unchanged === b.unchanged

const CHECKPOINT_MS = 1_000

export class Run {
  readonly deps: PipelineDeps
  readonly record: ImportRecord
  readonly key: ImportKey
  readonly progress: RunProgress
  readonly timings: Record<string, number> = {}
  #phaseStartedAt = performance.now()
  #askedAt = performance.now()

  readonly #agreed: ImportCounts | null

  constructor(
    deps: PipelineDeps,
    record: ImportRecord,
    progress: RunProgress,
    agreed: ImportCounts | null = null,
  ) {
    this.deps = deps
    this.record = record
    this.key = { divisionCode: record.divisionCode, importId: record.id }
    this.progress = progress
    this.#agreed = agreed
  }

  /** Writes what is known so far; throws when the import has moved on meanwhile. */
  async save(change: Partial<ImportRecord>): Promise<void> {
    const { divisionCode, id, run } = this.record
    const isCurrent = await importRepository(this.deps.db).updateRun(divisionCode, id, run, change)
    if (!isCurrent) throw new RunOvertaken()
    Object.assign(this.record, change)
  }

  /** Between batches and slices: an overtaken run stops within a second instead of finishing for nobody. */
  async checkpoint(): Promise<void> {
    this.deps.checkStopping?.()
    const now = performance.now()
    if (now - this.#askedAt < CHECKPOINT_MS) return
    this.#askedAt = now
    const { divisionCode, id, run } = this.record
    const current = await importRepository(this.deps.db).find(divisionCode, id)
    if (current?.run !== run) throw new RunOvertaken()
  }

  /** The end of checks that left nothing open, in one write: `ready`, or back to the commit they were run for. */
  pass(change: Partial<ImportRecord> & Pick<ImportRecord, 'counts'>): Promise<void> {
    if (!this.#agreed) return this.end({ ...change, status: 'ready' })
    const isAsAgreed = sameCounts(this.#agreed, change.counts)
    // The commit goes on: what is said of it still holds.
    if (isAsAgreed) return this.end({ ...change, status: 'committing', notice: this.record.notice })
    return this.end({ ...change, status: 'ready', notice: { code: 'checks_outdated', params: {} } })
  }

  /** The last write of a run; why it ran is of no interest any more, unless a commit was lost over it. */
  end(change: Partial<ImportRecord> & Pick<ImportRecord, 'status'>): Promise<void> {
    const { notice } = this.record
    return this.save({
      notice: notice?.code === 'commit_lost' ? notice : null,
      checkedAt: this.deps.now(),
      timings: this.timings,
      ...change,
    })
  }

  lap(name: string): void {
    const now = performance.now()
    this.timings[name] = Math.round((this.timings[name] ?? 0) + now - this.#phaseStartedAt)
    this.#phaseStartedAt = now
  }

  refuse(code: string, params: Record<string, string | number>): Promise<void> {
    return this.end({ status: 'refused', problem: { code, params } })
  }
}
