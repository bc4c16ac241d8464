/** The three jobs of an import: check, commit, undo. Each can be taken up again from its beginning after a crash. */
import { JobStoppedError, type JobContext, type Jobs } from '../platform/jobs.ts'
import type { FileStore } from '../platform/files.ts'
import { ProblemError } from '../platform/problems.ts'
import { Readable } from 'node:stream'
import type { CompletedChangeSet } from '../parcels/complete.ts'
import { indexSearchTexts } from '../parcels/search-texts.ts'
import {
  ChecksOutdated,
  commitImport,
  undoImport,
  type CommitActor,
  type CommitDeps,
} from './commit/commit.ts'
import type { ImportRecord, StoredMessage } from './import-record.ts'
import { runImport } from './pipeline/run.ts'
import type { PipelineDeps } from './pipeline/run-context.ts'
import { ALL_STAGING, clearStaging, countStaged } from './pipeline/stage-rows.ts'
import { writeReport } from './report/workbook.ts'
import { importRepository } from './repository.ts'
import type { RunNotice } from './run-notices.ts'

export const CHECK_JOB = 'import.check'
export const COMMIT_JOB = 'import.commit'
export const UNDO_JOB = 'import.undo'
/** A server that dies tries again; one that dies over and over on the same file gives up on it. */
export const JOB_ATTEMPTS = 8
/** The same error twice more is not going away. */
const ERROR_ATTEMPTS = 3

export interface ImportTarget {
  divisionCode: string
  importId: string
}
export type CheckPayload = ImportTarget & { run: number }
export type CommitPayload = ImportTarget & { actor: CommitActor }
export type UndoPayload = CommitPayload & { reason: string | null }

export interface ImportJobDeps extends PipelineDeps, CommitDeps {
  files: FileStore
  vacuumAnalyze: (tables: string[]) => Promise<void>
  /** Tells this process's tiles what a commit or undo did. */
  applied: (completed: CompletedChangeSet) => void
}

/** A write of 100,000 rows in one transaction takes its time; the embedded watchdog must wait for it. */
const WRITE_BUDGET_MS = 600_000
const RECHECKS = 3
const REPORT_MAX_BYTES = 256 * 1024 * 1024
export const REPORT_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export function registerImportJobs(jobs: Jobs, deps: ImportJobDeps): void {
  jobs.register<CheckPayload>(CHECK_JOB, (context) => guarded(deps, context, () => check(deps, context)))
  jobs.register<CommitPayload>(COMMIT_JOB, (context) => guarded(deps, context, () => commit(deps, context)))
  jobs.register<UndoPayload>(UNDO_JOB, (context) => undo(deps, context))
}

/** A failure that repeats becomes the import's status; before, it is tried again. */
async function guarded(
  deps: ImportJobDeps,
  context: JobContext<ImportTarget>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof JobStoppedError) && context.attempt >= ERROR_ATTEMPTS)
      await markFailed(deps, context.payload, { code: 'internal', params: {} })
    throw error
  }
}

export async function markFailed(
  deps: Pick<ImportJobDeps, 'db'>,
  target: ImportTarget,
  problem: StoredMessage,
): Promise<void> {
  await deps
    .db('imports')
    .where({ division_code: target.divisionCode, id: target.importId })
    .whereIn('status', ['uploaded', 'checking', 'committing'])
    .update({ status: 'failed', problem: JSON.stringify(problem), version: deps.db.raw('version + 1') })
}

const reporter =
  (context: JobContext<unknown>) =>
  (phase: string, done: number, total: number | null): void =>
    context.progress({ phase, done, total })

async function check(deps: ImportJobDeps, context: JobContext<CheckPayload>): Promise<void> {
  await runImport(
    { ...deps, checkStopping: () => context.checkStopping() },
    context.payload,
    reporter(context),
  )
}

async function hasStaging(deps: ImportJobDeps, record: ImportRecord): Promise<boolean> {
  const key = { divisionCode: record.divisionCode, importId: record.id }
  const rows = await countStaged(deps.db, key, 'rows')
  const outcomes = await countStaged(deps.db, key, 'outcomes')
  return rows === record.staged.rowCount && outcomes === rows
}

const noticeOf = (code: RunNotice): StoredMessage => ({ code, params: {} })

/**
 * Runs the checks again before a commit: staging was lost in a crash, or the county was written meanwhile. True when
 * the result is what the person agreed to and the import is `committing` again; else it is `ready` and says so. It is
 * never `ready` in between: whoever looks at that moment would take the commit for given up, or change the import.
 */
async function recheck(
  deps: ImportJobDeps,
  context: JobContext<ImportTarget>,
  before: ImportRecord,
): Promise<boolean> {
  const imports = importRepository(deps.db)
  const { divisionCode, id } = before
  await imports.update(divisionCode, id, {
    status: 'checking',
    run: before.run + 1,
    notice: before.notice ?? noticeOf('commit_rechecks'),
  })
  const target = { divisionCode, importId: id, run: before.run + 1 }
  await runImport(deps, target, reporter(context), before.counts)
  const after = await imports.find(divisionCode, id)
  return after?.status === 'committing'
}

async function commit(deps: ImportJobDeps, context: JobContext<CommitPayload>): Promise<void> {
  const { payload } = context
  const imports = importRepository(deps.db)
  const report = reporter(context)
  for (let attempt = 0; ; attempt++) {
    const record = await imports.find(payload.divisionCode, payload.importId)
    if (!record || record.status === 'undone') return
    if (record.status === 'committed') break
    // A restart in the middle of a recheck finds `checking`: the checks go first, then the commit as agreed.
    if (record.status !== 'committing' && record.status !== 'checking') return
    if (context.attempt > 1 && record.notice === null) {
      record.notice = noticeOf('commit_resumed')
      await imports.update(record.divisionCode, record.id, { notice: record.notice })
    }
    const isReady = record.status === 'committing' && (await hasStaging(deps, record))
    try {
      if (isReady) {
        await commitOnce(deps, payload, record, report)
        break
      }
    } catch (error) {
      if (!(error instanceof ChecksOutdated) || attempt >= RECHECKS) throw error
    }
    if (attempt >= RECHECKS) throw new Error('staging did not outlast its own checks')
    if (!(await recheck(deps, context, record))) return
  }
  await keepReport(deps, payload)
  await settle(deps)
}

/** What a large write leaves for after its commit: texts wait for their index, the planner for fresh statistics. */
async function settle(deps: ImportJobDeps): Promise<void> {
  await indexSearchTexts(deps.db)
  await deps.vacuumAnalyze([
    'parcels',
    'parcel_versions',
    'parcel_geometries',
    'parcel_events',
    'parcel_search',
  ])
}

async function commitOnce(
  deps: ImportJobDeps,
  payload: CommitPayload,
  record: ImportRecord,
  report: ReturnType<typeof reporter>,
): Promise<void> {
  const total = record.counts.new + record.counts.changed
  report('commit', 0, total)
  const startedAt = performance.now()
  const completed = await deps.withStatementBudget(WRITE_BUDGET_MS, () =>
    commitImport(deps, payload, payload.actor, (done) => report('commit', done, total)),
  )
  const timings = { ...record.timings, commit: Math.round(performance.now() - startedAt) }
  await importRepository(deps.db).update(payload.divisionCode, payload.importId, { timings })
  if (!completed) return
  deps.applied(completed)
}

/** The report is written while staging still knows every row; then staging goes. */
async function keepReport(deps: ImportJobDeps, target: ImportTarget): Promise<void> {
  const imports = importRepository(deps.db)
  const record = await imports.find(target.divisionCode, target.importId)
  if (!record || record.reportFileId !== null) return
  const buffer = await writeReport(deps.db, record, 'zh')
  const stored = await deps.files.put(Readable.from([buffer]), REPORT_MAX_BYTES)
  const file = await deps.files.register(
    deps.db,
    {
      divisionCode: record.divisionCode,
      name: `入库报告_${record.files[0]?.name ?? record.id}.xlsx`,
      mediaType: REPORT_MEDIA_TYPE,
      ownerKind: 'import_report',
      ownerId: record.id,
      createdBy: record.createdBy,
    },
    stored,
  )
  await imports.update(record.divisionCode, record.id, { reportFileId: file.id })
  await clearStaging(deps.db, { divisionCode: record.divisionCode, importId: record.id }, ALL_STAGING)
}

async function undo(deps: ImportJobDeps, context: JobContext<UndoPayload>): Promise<void> {
  const { payload } = context
  context.progress({ phase: 'undo', done: 0, total: null })
  try {
    const completed = await deps.withStatementBudget(WRITE_BUDGET_MS, () =>
      undoImport(deps, payload, payload.actor, payload.reason),
    )
    if (!completed) return
    deps.applied(completed)
    await settle(deps)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    // Somebody built on a parcel between the question and the work: the import stays as it is and says why.
    await importRepository(deps.db).update(payload.divisionCode, payload.importId, {
      notice: { code: 'undo_refused', params: {} },
    })
  }
}
