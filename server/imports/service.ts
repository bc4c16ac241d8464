import type { Readable } from 'node:stream'
import type { Knex } from 'knex'
import type { CommitImport, ImportView, PatchImport } from '../contract/import.ts'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import { newPublicId } from '../kernel/public-id.ts'
import type { Language } from '../kernel/sentence.ts'
import { parcelsBuiltOn } from '../parcels/undo.ts'
import { FileTooLargeError, type StoredBytes } from '../platform/files.ts'
import { ProblemError } from '../platform/problems.ts'
import { importAccess, isRunning, type ImportServiceDeps } from './access.ts'
import { mergeChoices, requireKnownLayer } from './choices.ts'
import { choicesOfUpload } from './upload-choices.ts'
import { NO_COUNTS, NOTHING_DETECTED, type ImportRecord, type StoredFile } from './import-record.ts'
import { CHECK_JOB, COMMIT_JOB, UNDO_JOB } from './jobs.ts'
import { ALL_STAGING, clearStaging, countStaged } from './pipeline/stage-rows.ts'
import { importReading } from './reading.ts'
import { importRepository } from './repository.ts'
import type { RunNotice } from './run-notices.ts'
import { importRuns } from './runs.ts'
import { sweepStaging } from './sweep.ts'
import { importTables } from './table-service.ts'
import { isCleared } from './views.ts'

/** A file of an upload, already on disk under its hash, not yet anybody's. */
export interface ReceivedFile {
  name: string
  stored: StoredBytes
}

/** Work under way, and checks whose staging a crash may have emptied. */
const RECOVERED = ['uploaded', 'checking', 'committing', 'ready', 'needs_choice'] as const

/** Many imports may rest here when a server dies: checked again, they must not stand in the way of today's work. */
function recoveryOf({ status }: ImportRecord): { notice: RunNotice; isBackground: boolean } {
  return {
    notice: status === 'committing' ? 'commit_lost' : 'recheck_after_restart',
    isBackground: status === 'ready' || status === 'needs_choice',
  }
}

/** Surveys from upload to commit and back: who may, in which state, and the jobs that do the work. */
export const importService = (deps: ImportServiceDeps) => {
  const { db, clock, files, jobs, templates } = deps
  const access = importAccess(deps)
  const { repository, authorized, jobOf } = access
  const reading = importReading(deps, access)
  const { view } = reading
  const { enqueue, refuseWhenOver, requireOpen, startRun } = importRuns(deps)
  const tables = importTables(deps, access, view)

  const homeOf = (actor: Actor): string =>
    /^\d{6}$/.test(actor.scope.divisionPrefix) ? actor.scope.divisionPrefix : deps.divisionCode

  async function create(
    actor: Actor,
    upload: { files: ReceivedFile[]; fields: ReadonlyMap<string, string> },
  ): Promise<{ id: string }> {
    requirePermission(actor, 'import.create')
    const divisionCode = homeOf(actor)
    requirePermission(actor, 'import.create', { divisionCode })
    if (upload.files.length === 0) throw new ProblemError('import.no_file')
    const choices = await choicesOfUpload(upload.fields, {
      find: (idOrName) => templates.findFor(divisionCode, idOrName),
      names: () => templates.namesFor(divisionCode),
    })
    const id = newPublicId(divisionCode)
    await db.transaction(async (trx) => {
      const stored: StoredFile[] = []
      for (const { name, stored: content } of upload.files) {
        const owner = { ownerKind: 'import', ownerId: id, createdBy: actor.id }
        const file = { divisionCode, name, mediaType: 'application/octet-stream', ...owner }
        const row = await files.register(trx, file, content)
        stored.push({ id: row.id, name, ...content })
      }
      await importRepository(trx).insert({
        divisionCode,
        id,
        status: 'uploaded',
        run: 1,
        choices,
        files: stored,
        detected: NOTHING_DETECTED,
        counts: NO_COUNTS,
        createdBy: actor.id,
        createdByName: actor.displayName,
        createdAt: clock.now(),
      })
      await enqueue(trx, CHECK_JOB, { divisionCode, importId: id, run: 1 }, actor.id)
    })
    jobs.wake()
    return { id }
  }

  async function patch(
    actor: Actor,
    id: string,
    change: PatchImport,
    language: Language,
  ): Promise<ImportView> {
    const found = await authorized(actor, 'import.create', id)
    await db.transaction(async (trx) => {
      const record = await importRepository(trx).findForUpdate(found.divisionCode, id)
      if (!record) throw new ProblemError('import.not_found', { id })
      requireOpen(record)
      requireKnownLayer(record.layers, change.layer)
      const choices = await mergeChoices(record.choices, change, async (idOrName) =>
        templates.findFor(record.divisionCode, idOrName, trx),
      )
      await startRun(trx, record, choices, actor.id)
    })
    jobs.wake()
    return view((await repository.find(found.divisionCode, id))!, language)
  }

  /** Runs the checks again as they were chosen: staging was cleared, or they broke off. */
  async function recheck(actor: Actor, id: string, language: Language): Promise<ImportView> {
    const found = await authorized(actor, 'import.create', id)
    await db.transaction(async (trx) => {
      const record = await importRepository(trx).findForUpdate(found.divisionCode, id)
      if (!record) throw new ProblemError('import.not_found', { id })
      requireOpen(record)
      // Two windows that open at once ask twice; the first run is as good as the second.
      if (record.status === 'uploaded' || record.status === 'checking') return
      await startRun(trx, record, record.choices, actor.id)
    })
    jobs.wake()
    return view((await repository.find(found.divisionCode, id))!, language)
  }

  function requireCommittable(record: ImportRecord, { onBlocked }: CommitImport): void {
    refuseWhenOver(record)
    if (record.status !== 'ready')
      throw new ProblemError('import.not_ready', { id: record.id, status: record.status })
    const { blocked, ready } = record.counts
    if (blocked > 0 && onBlocked === 'stop') throw new ProblemError('import.blocked_rows', { count: blocked })
    if (ready === 0) throw new ProblemError('import.nothing_to_commit', { id: record.id })
  }

  const actorPart = ({
    id,
    displayName,
    roles,
  }: Actor): { id: string; displayName: string; roles: string[] } => ({
    id,
    displayName,
    roles: [...roles],
  })

  async function commit(
    actor: Actor,
    id: string,
    body: CommitImport,
    language: Language,
  ): Promise<ImportView> {
    const found = await authorized(actor, 'import.commit', id)
    await db.transaction(async (trx) => {
      const record = await importRepository(trx).findForUpdate(found.divisionCode, id)
      if (!record) throw new ProblemError('import.not_found', { id })
      // The second click of a double click finds the first at work.
      if (record.status === 'committing') return
      requireCommittable(record, body)
      const { divisionCode } = record
      await importRepository(trx).update(divisionCode, id, {
        status: 'committing',
        onBlocked: body.onBlocked,
        notice: null,
      })
      await enqueue(trx, COMMIT_JOB, { divisionCode, importId: id, actor: actorPart(actor) }, actor.id)
    })
    jobs.wake()
    return view((await repository.find(found.divisionCode, id))!, language)
  }

  async function undo(
    actor: Actor,
    id: string,
    reason: string | null,
    language: Language,
  ): Promise<ImportView> {
    const found = await authorized(actor, 'import.undo', id)
    // Asked before the transaction: with one connection a second question inside it would wait for itself.
    const job = await jobOf(found)
    if (job?.kind === UNDO_JOB && isRunning(job)) return view(found, language)
    await db.transaction(async (trx) => {
      const record = await importRepository(trx).findForUpdate(found.divisionCode, id)
      if (record?.status === 'undone') throw new ProblemError('import.already_undone', { id })
      if (record?.status !== 'committed') throw new ProblemError('import.not_committed', { id })
      await refuseWhenBuiltOn(trx, record)
      const payload = { divisionCode: record.divisionCode, importId: id, actor: actorPart(actor), reason }
      await importRepository(trx).update(record.divisionCode, id, { notice: null })
      await enqueue(trx, UNDO_JOB, payload, actor.id)
    })
    jobs.wake()
    return view((await repository.find(found.divisionCode, id))!, language)
  }

  async function refuseWhenBuiltOn(trx: Knex.Transaction, record: ImportRecord): Promise<void> {
    if (record.changeSetId === null) return
    const builtOn = await parcelsBuiltOn(trx, record.divisionCode, record.changeSetId)
    if (builtOn.length === 0) return
    throw new ProblemError('import.undo_refused', {
      count: builtOn.length,
      parcels: builtOn.map((parcel) => parcel.label).join('、'),
    })
  }

  async function isAlive(record: ImportRecord): Promise<boolean> {
    if (isCleared(record)) return true
    const key = { divisionCode: record.divisionCode, importId: record.id }
    if (record.status === 'needs_choice')
      return (await countStaged(db, key, 'rows')) === (record.staged.rowCount ?? 0)
    if (record.status !== 'ready') return isRunning(await jobOf(record))
    return (await countStaged(db, key, 'outcomes')) === record.counts.features
  }

  return {
    ...reading,
    ...tables,

    /** Before the bytes of an upload are taken in. */
    authorizeUpload(actor: Actor): void {
      requirePermission(actor, 'import.create')
      requirePermission(actor, 'import.create', { divisionCode: homeOf(actor) })
    },

    async receive(name: string, content: Readable): Promise<ReceivedFile> {
      try {
        return { name, stored: await files.put(content, deps.uploadMaxBytes) }
      } catch (error) {
        if (!(error instanceof FileTooLargeError)) throw error
        throw new ProblemError('import.file_too_large', { name, limitBytes: error.limitBytes })
      }
    },

    create,
    patch,
    recheck,
    commit,
    undo,

    /** Forgets an import that was never committed; its parcels don't exist, its files are swept. */
    async discard(actor: Actor, id: string): Promise<void> {
      const found = await authorized(actor, 'import.create', id)
      // A commit that checks again first shows `checking`: it was agreed to and goes on.
      const job = await jobOf(found)
      if (job?.kind === COMMIT_JOB && isRunning(job)) throw new ProblemError('import.busy', { id })
      await db.transaction(async (trx) => {
        const record = await importRepository(trx).findForUpdate(found.divisionCode, id)
        if (!record) return
        requireOpen(record)
        await trx('files')
          .where({ division_code: record.divisionCode, owner_kind: 'import', owner_id: id })
          .delete()
        await importRepository(trx).delete(record.divisionCode, id)
      })
      await clearStaging(db, { divisionCode: found.divisionCode, importId: id }, ALL_STAGING)
    },

    sweepStaging: (): Promise<number> =>
      sweepStaging(db, new Date(clock.now().getTime() - deps.stagingKeepMs)),

    /** After a start: work whose job is gone begins again, and checks whose staging a crash emptied are run anew. */
    async recover(): Promise<number> {
      let restarted = 0
      for (const record of await repository.listByStatus(RECOVERED)) {
        if (await isAlive(record)) continue
        await db.transaction(async (trx) => {
          const locked = await importRepository(trx).findForUpdate(record.divisionCode, record.id)
          if (locked?.status !== record.status || locked.run !== record.run || isCleared(locked)) return
          await startRun(trx, locked, locked.choices, locked.createdBy, recoveryOf(locked))
          restarted++
        })
      }
      if (restarted > 0) jobs.wake()
      return restarted
    },
  }
}
export type ImportService = ReturnType<typeof importService>
