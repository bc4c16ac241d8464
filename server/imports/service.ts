import type { Readable } from 'node:stream'
import type { Knex } from 'knex'
import type {
  CommitImport,
  ImportAbsent,
  ImportAbsentQuery,
  ImportChanges,
  ImportChangesQuery,
  ImportEvent,
  ImportIssueList,
  ImportIssueQuery,
  ImportList,
  ImportListQuery,
  ImportPreview,
  ImportView,
  PatchImport,
} from '../contract/import.ts'
import type { Action } from '../contract/auth.ts'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import { divisionOfPublicId, newPublicId } from '../kernel/public-id.ts'
import type { Language } from '../kernel/sentence.ts'
import { parcelsBuiltOn } from '../parcels/undo.ts'
import type { Clock } from '../platform/clock.ts'
import type { FileStore, StoredBytes } from '../platform/files.ts'
import { FileTooLargeError } from '../platform/files.ts'
import type { Jobs, JobView } from '../platform/jobs.ts'
import { ProblemError } from '../platform/problems.ts'
import { mergeChoices } from './choices.ts'
import { decodeCursor, encodeCursor } from './cursors.ts'
import {
  NO_COUNTS,
  NOTHING_DETECTED,
  type ImportRecord,
  type StoredChoices,
  type StoredFile,
} from './import-record.ts'
import { issueRepository } from './issues.ts'
import {
  CHECK_JOB,
  COMMIT_JOB,
  JOB_ATTEMPTS,
  markFailed,
  REPORT_MEDIA_TYPE,
  UNDO_JOB,
  type ImportTarget,
} from './jobs.ts'
import { clearStaging, countStaged } from './pipeline/stage-rows.ts'
import { countChanges, listAbsent, listChanges, listCommitted } from './report/changes.ts'
import { previewOf } from './report/preview.ts'
import { writeReport } from './report/workbook.ts'
import { importRepository } from './repository.ts'
import type { TemplateService } from './template-service.ts'
import { toImportView, toIssue, toListItem, toProgress } from './views.ts'

export interface ImportServiceDeps {
  db: Knex
  clock: Clock
  files: FileStore
  jobs: Jobs
  templates: TemplateService
  /** County new imports belong to when the account's scope is wider than one. */
  divisionCode: string
  uploadMaxBytes: number
}

/** A file of an upload, already on disk under its hash, not yet anybody's. */
export interface ReceivedFile {
  name: string
  stored: StoredBytes
}

const LIMIT_DEFAULT = 50
const INLINE_ISSUES = 200
const WORKING: readonly string[] = ['uploaded', 'checking', 'committing']

/** Surveys from upload to commit and back: who may, in which state, and the jobs that do the work. */
export const importService = (deps: ImportServiceDeps) => {
  const { db, clock, files, jobs, templates } = deps
  const repository = importRepository(db)

  const homeOf = (actor: Actor): string =>
    /^\d{6}$/.test(actor.scope.divisionPrefix) ? actor.scope.divisionPrefix : deps.divisionCode

  /** The import, if the actor may do this to it; another county's reads exactly like one that never was. */
  async function authorized(actor: Actor, action: Action, id: string): Promise<ImportRecord> {
    const divisionCode = divisionOfPublicId(id)
    const record = divisionCode ? await repository.find(divisionCode, id) : null
    if (!record) throw new ProblemError('import.not_found', { id })
    requirePermission(actor, action, { divisionCode: record.divisionCode, id })
    return record
  }

  async function enqueue(
    target: Knex,
    kind: string,
    payload: ImportTarget & Record<string, unknown>,
    createdBy: string,
  ): Promise<void> {
    const jobId = await jobs.enqueue(target, { kind, payload, createdBy, maxAttempts: JOB_ATTEMPTS })
    await importRepository(target).update(payload.divisionCode, payload.importId, { jobId })
  }

  async function jobOf(record: ImportRecord): Promise<JobView | null> {
    return record.jobId === null ? null : jobs.find(record.jobId)
  }

  /** A job the server died in too often can't say so itself: its import is told here. */
  async function withJob(record: ImportRecord): Promise<{ record: ImportRecord; job: JobView | null }> {
    const job = await jobOf(record)
    if (job?.status !== 'failed' || !WORKING.includes(record.status)) return { record, job }
    await markFailed(
      deps,
      { divisionCode: record.divisionCode, importId: record.id },
      { code: 'interrupted', params: {} },
    )
    return { record: (await repository.find(record.divisionCode, record.id)) ?? record, job }
  }

  const isRunning = (job: JobView | null): boolean => job?.status === 'queued' || job?.status === 'running'

  async function view(given: ImportRecord, language: Language): Promise<ImportView> {
    const { record, job } = await withJob(given)
    const issues = await issueRepository(db, record.divisionCode, record.id).list({
      limit: INLINE_ISSUES,
      after: null,
    })
    return toImportView(record, {
      issues,
      progress: isRunning(job) ? (job?.progress ?? null) : null,
      language,
    })
  }

  const findTemplate = (divisionCode: string) => (idOrName: string) =>
    templates.findFor(divisionCode, idOrName)

  async function create(
    actor: Actor,
    upload: { files: ReceivedFile[]; choices: PatchImport },
  ): Promise<{ id: string }> {
    requirePermission(actor, 'import.create')
    const divisionCode = homeOf(actor)
    requirePermission(actor, 'import.create', { divisionCode })
    if (upload.files.length === 0) throw new ProblemError('import.no_file')
    const choices: StoredChoices = await mergeChoices({}, upload.choices, findTemplate(divisionCode))
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

  /** Refuses what can't be changed any more. */
  function requireOpen(record: ImportRecord): void {
    if (record.status === 'committing') throw new ProblemError('import.busy', { id: record.id })
    if (record.status === 'committed' || record.status === 'undone')
      throw new ProblemError('import.already_committed', { id: record.id })
  }

  async function startRun(
    trx: Knex.Transaction,
    record: ImportRecord,
    choices: StoredChoices,
    by: string,
  ): Promise<void> {
    const run = record.run + 1
    await importRepository(trx).update(record.divisionCode, record.id, {
      choices,
      run,
      status: 'checking',
      problem: null,
      notice: null,
    })
    await enqueue(trx, CHECK_JOB, { divisionCode: record.divisionCode, importId: record.id, run }, by)
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
      const choices = await mergeChoices(record.choices, change, async (idOrName) =>
        templates.findFor(record.divisionCode, idOrName, trx),
      )
      await startRun(trx, record, choices, actor.id)
    })
    jobs.wake()
    return view((await repository.find(found.divisionCode, id))!, language)
  }

  function requireCommittable(record: ImportRecord, { onBlocked }: CommitImport): void {
    if (record.status === 'committed' || record.status === 'undone')
      throw new ProblemError('import.already_committed', { id: record.id })
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
      if (!record || record.status !== 'committed') throw new ProblemError('import.not_committed', { id })
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

  return {
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
    commit,
    undo,

    async get(actor: Actor, id: string, language: Language): Promise<ImportView> {
      return view(await authorized(actor, 'import.read', id), language)
    },

    async list(actor: Actor, query: ImportListQuery): Promise<ImportList> {
      requirePermission(actor, 'import.read')
      const limit = query.limit ?? LIMIT_DEFAULT
      const cursor = decodeCursor(query.after, { createdAt: 'string', id: 'string' })
      const prefix = actor.scope.divisionPrefix
      const filter = query.status ? { status: query.status } : {}
      const records = await repository.list(prefix, { ...filter, limit: limit + 1, after: cursor })
      const page = records.slice(0, limit)
      const last = page.at(-1)
      return {
        items: page.map(toListItem),
        total: await repository.count(prefix, query.status),
        totalIsLowerBound: false,
        next:
          records.length > limit && last
            ? encodeCursor({ createdAt: last.createdAt.toISOString(), id: last.id })
            : null,
      }
    },

    async issues(
      actor: Actor,
      id: string,
      query: ImportIssueQuery,
      language: Language,
    ): Promise<ImportIssueList> {
      const record = await authorized(actor, 'import.read', id)
      const issues = issueRepository(db, record.divisionCode, id)
      const limit = query.limit ?? LIMIT_DEFAULT
      const { severity, code, row } = query
      const filter = {
        ...(severity ? { severity } : {}),
        ...(code ? { code } : {}),
        ...(row === undefined ? {} : { row }),
      }
      const after = decodeCursor(query.after, { rank: 'number', row: 'number', seq: 'number' })
      const rows = await issues.list({ ...filter, limit: limit + 1, after })
      const last = rows[limit - 1]
      return {
        items: rows.slice(0, limit).map((issue) => toIssue(issue, record, language)),
        total: await issues.count(filter),
        totalIsLowerBound: false,
        next:
          rows.length > limit && last
            ? encodeCursor({ rank: last.severity_rank, row: last.row ?? 0, seq: Number(last.seq) })
            : null,
      }
    },

    async changes(actor: Actor, id: string, query: ImportChangesQuery): Promise<ImportChanges> {
      const record = await authorized(actor, 'import.read', id)
      const key = { divisionCode: record.divisionCode, importId: id }
      const limit = query.limit ?? LIMIT_DEFAULT
      const afterRow = decodeCursor(query.after, { row: 'number' })?.row ?? 0
      const filter = { ...(query.outcome ? { outcome: query.outcome } : {}), afterRow, limit: limit + 1 }
      const staged = await countChanges(db, key, query.outcome)
      const isOver = record.status === 'committed' || record.status === 'undone'
      const rows =
        isOver && record.changeSetId && staged === 0
          ? await listCommitted(db, record.divisionCode, record.changeSetId, filter)
          : await listChanges(db, key, filter)
      const { counts } = record
      const committed = query.outcome ? (counts[query.outcome] ?? 0) : counts.new + counts.changed
      return {
        items: rows.slice(0, limit).map((row) => ({
          row: row.row,
          outcome: row.outcome,
          label: row.label,
          parcelId: row.parcel_id,
          matchedBy: row.matched_by,
          changes: row.changes,
        })),
        total: staged > 0 ? staged : isOver ? committed : 0,
        totalIsLowerBound: false,
        next: rows.length > limit ? encodeCursor({ row: rows[limit - 1]!.row }) : null,
      }
    },

    async absent(actor: Actor, id: string, query: ImportAbsentQuery): Promise<ImportAbsent> {
      const record = await authorized(actor, 'import.read', id)
      const key = { divisionCode: record.divisionCode, importId: id }
      const limit = query.limit ?? LIMIT_DEFAULT
      const afterId = decodeCursor(query.after, { id: 'string' })?.id ?? ''
      const { rows, total } = await listAbsent(db, key, query.by ?? 'town', { afterId, limit: limit + 1 })
      return {
        items: rows.slice(0, limit).map((row) => ({
          id: row.id,
          parcelNo: row.parcel_no,
          name: row.name,
          townCode: row.town_code,
          batchName: row.batch_name,
          documentAreaM2: row.document_area_m2 === null ? null : Number(row.document_area_m2),
        })),
        total,
        totalIsLowerBound: false,
        next: rows.length > limit ? encodeCursor({ id: rows[limit - 1]!.id }) : null,
      }
    },

    async preview(actor: Actor, id: string): Promise<ImportPreview> {
      const record = await authorized(actor, 'import.read', id)
      const key = { divisionCode: record.divisionCode, importId: id }
      return previewOf(db, key, record.status === 'committed' || record.status === 'undone')
    },

    async report(
      actor: Actor,
      id: string,
      language: Language,
    ): Promise<{ name: string; content: Readable | Buffer }> {
      const record = await authorized(actor, 'import.read', id)
      const kept = record.reportFileId === null ? undefined : await keptReport(record)
      const name = kept?.name ?? `入库报告_${record.files[0]?.name ?? id}.xlsx`
      if (kept && language === 'zh') return { name, content: files.read(kept.sha256) }
      return { name, content: await writeReport(db, record, language) }
    },

    /** The n-th file as it was uploaded, from 1. */
    async original(
      actor: Actor,
      id: string,
      number: number,
    ): Promise<{ name: string; bytes: number; content: Readable }> {
      const record = await authorized(actor, 'import.read', id)
      const file = record.files[number - 1]
      if (!file) throw new ProblemError('file.not_found')
      return { name: file.name, bytes: file.bytes, content: files.read(file.sha256) }
    },

    /** Status and progress as they are now; and a way to be told when they move. */
    async state(
      actor: Actor,
      id: string,
      language: Language,
    ): Promise<ImportEvent & { jobId: string | null }> {
      const { record, job } = await withJob(await authorized(actor, 'import.read', id))
      const progress = isRunning(job) && job?.progress ? toProgress(job.progress, language) : null
      return { status: record.status, progress, jobId: isRunning(job) ? record.jobId : null }
    },

    subscribe: (jobId: string, listener: () => void): (() => void) => jobs.subscribe(jobId, listener),

    /** Forgets an import that was never committed; its parcels don't exist, its files are swept. */
    async discard(actor: Actor, id: string): Promise<void> {
      const found = await authorized(actor, 'import.create', id)
      await db.transaction(async (trx) => {
        const record = await importRepository(trx).findForUpdate(found.divisionCode, id)
        if (!record) return
        requireOpen(record)
        await trx('files')
          .where({ division_code: record.divisionCode, owner_kind: 'import', owner_id: id })
          .delete()
        await importRepository(trx).delete(record.divisionCode, id)
      })
      await clearStaging(db, { divisionCode: found.divisionCode, importId: id }, [
        'outcomes',
        'rows',
        'shapes',
      ])
    },

    /** After a start: work whose job is gone begins again, and checks whose staging a crash emptied are run anew. */
    async recover(): Promise<number> {
      let restarted = 0
      for (const record of await repository.listByStatus(['uploaded', 'checking', 'committing', 'ready'])) {
        if (await isAlive(record)) continue
        await db.transaction(async (trx) => {
          const locked = await importRepository(trx).findForUpdate(record.divisionCode, record.id)
          if (locked?.status !== record.status || locked.run !== record.run) return
          await startRun(trx, locked, locked.choices, locked.createdBy)
          restarted++
        })
      }
      if (restarted > 0) jobs.wake()
      return restarted
    },
  }

  async function keptReport(record: ImportRecord): Promise<{ name: string; sha256: string } | undefined> {
    const [file] = await files.listOf(db, record.divisionCode, 'import_report', record.id)
    return file
  }

  async function isAlive(record: ImportRecord): Promise<boolean> {
    if (record.status !== 'ready') return isRunning(await jobOf(record))
    const key = { divisionCode: record.divisionCode, importId: record.id }
    return (await countStaged(db, key, 'outcomes')) === record.counts.features
  }
}
export type ImportService = ReturnType<typeof importService>
export { REPORT_MEDIA_TYPE }
