/** Beginning a run of the checks, and what may still be changed. */
import type { Knex } from 'knex'
import { ProblemError } from '../platform/problems.ts'
import type { ImportServiceDeps } from './access.ts'
import type { ImportRecord, StoredChoices } from './import-record.ts'
import { CHECK_JOB, JOB_ATTEMPTS, type ImportTarget } from './jobs.ts'
import type { RunNotice } from './run-notices.ts'
import { importRepository } from './repository.ts'

export const importRuns = ({ jobs }: Pick<ImportServiceDeps, 'jobs'>) => {
  async function enqueue(
    target: Knex,
    kind: string,
    payload: ImportTarget & Record<string, unknown>,
    createdBy: string,
    isBackground = false,
  ): Promise<void> {
    const job = { kind, payload, createdBy, maxAttempts: JOB_ATTEMPTS, isBackground }
    const jobId = await jobs.enqueue(target, job)
    await importRepository(target).update(payload.divisionCode, payload.importId, { jobId })
  }

  /** Perhaps done in another window that was faster: which of the two is worth saying. */
  function refuseWhenOver({ id, status }: ImportRecord): void {
    if (status === 'committed') throw new ProblemError('import.already_committed', { id })
    if (status === 'undone') throw new ProblemError('import.already_undone', { id })
  }

  return {
    enqueue,
    refuseWhenOver,

    /** Refuses what can't be changed any more. */
    requireOpen(record: ImportRecord): void {
      if (record.status === 'committing') throw new ProblemError('import.busy', { id: record.id })
      refuseWhenOver(record)
    },

    async startRun(
      trx: Knex.Transaction,
      record: ImportRecord,
      choices: StoredChoices,
      by: string,
      why: { notice: RunNotice; isBackground: boolean } | null = null,
    ): Promise<void> {
      const run = record.run + 1
      const { divisionCode, id } = record
      await importRepository(trx).update(divisionCode, id, {
        choices,
        run,
        status: 'checking',
        problem: null,
        notice: why && { code: why.notice, params: {} },
      })
      await enqueue(trx, CHECK_JOB, { divisionCode, importId: id, run }, by, why?.isBackground)
    },
  }
}
