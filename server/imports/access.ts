import type { Knex } from 'knex'
import type { Action } from '../contract/auth.ts'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import { divisionOfPublicId } from '../kernel/public-id.ts'
import type { Clock } from '../platform/clock.ts'
import type { FileStore } from '../platform/files.ts'
import type { Jobs, JobView } from '../platform/jobs.ts'
import { ProblemError } from '../platform/problems.ts'
import type { ImportRecord } from './import-record.ts'
import { COMMIT_JOB, markFailed } from './jobs.ts'
import type { CountyFacts } from './pipeline/run-context.ts'
import { importRepository } from './repository.ts'
import type { TemplateService } from './template-service.ts'

export interface ImportServiceDeps {
  db: Knex
  clock: Clock
  files: FileStore
  jobs: Jobs
  templates: TemplateService
  /** County new imports belong to when the account's scope is wider than one. */
  divisionCode: string
  uploadMaxBytes: number
  /** How long the staging of an import that nobody commits is kept. */
  stagingKeepMs: number
  county: () => Promise<CountyFacts>
}

const WORKING: readonly string[] = ['uploaded', 'checking', 'committing']

export const isRunning = (job: JobView | null): boolean =>
  job?.status === 'queued' || job?.status === 'running'

/** Finding an import for somebody, with the job that works on it: what reading and writing have in common. */
export const importAccess = (deps: ImportServiceDeps) => {
  const { db, jobs } = deps
  const repository = importRepository(db)

  /** The import, if the actor may do this to it; another county's reads exactly like one that never was. */
  async function authorized(actor: Actor, action: Action, id: string): Promise<ImportRecord> {
    const divisionCode = divisionOfPublicId(id)
    const record = divisionCode ? await repository.find(divisionCode, id) : null
    if (!record) throw new ProblemError('import.not_found', { id })
    requirePermission(actor, action, { divisionCode: record.divisionCode, id })
    return record
  }

  async function jobOf(record: ImportRecord): Promise<JobView | null> {
    return record.jobId === null ? null : jobs.find(record.jobId)
  }

  /** A job the server died in too often can't say so itself: its import is told here. */
  async function withJob(record: ImportRecord): Promise<{ record: ImportRecord; job: JobView | null }> {
    const job = await jobOf(record)
    // Checks that run again on behalf of a commit end in `ready` for a moment: to whoever waits it is one piece of work.
    if (job?.kind === COMMIT_JOB && isRunning(job) && ['checking', 'ready'].includes(record.status))
      return { record: { ...record, status: 'committing' }, job }
    if (job?.status !== 'failed' || !WORKING.includes(record.status)) return { record, job }
    await markFailed(
      deps,
      { divisionCode: record.divisionCode, importId: record.id },
      { code: 'interrupted', params: {} },
    )
    return { record: (await repository.find(record.divisionCode, record.id)) ?? record, job }
  }

  return { repository, authorized, jobOf, withJob }
}
export type ImportAccess = ReturnType<typeof importAccess>
