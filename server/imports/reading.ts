import type { Readable } from 'node:stream'
import type { ImportEvent, ImportList, ImportListQuery, ImportView } from '../contract/import.ts'
import type {
  ImportAbsent,
  ImportAbsentQuery,
  ImportChanges,
  ImportChangesQuery,
  ImportIssueList,
  ImportIssueQuery,
  ImportPreview,
  ImportPreviewQuery,
} from '../contract/import-rows.ts'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import type { Language } from '../kernel/sentence.ts'
import type { JobProgress, JobView } from '../platform/jobs.ts'
import { ProblemError } from '../platform/problems.ts'
import { isRunning, type ImportAccess, type ImportServiceDeps } from './access.ts'
import { decodeCursor, encodeCursor } from './cursors.ts'
import type { ImportRecord } from './import-record.ts'
import { issueRepository } from './issues.ts'
import { CHECK_JOB, COMMIT_JOB, UNDO_JOB } from './jobs.ts'
import { assumedPreview } from './report/assumed-preview.ts'
import { countChanges, listAbsent, listChanges, listCommitted } from './report/changes.ts'
import { previewOf } from './report/preview.ts'
import { writeReport } from './report/workbook.ts'
import { isCleared, toImportView, toIssue, toListItem, toProgress } from './views.ts'

const LIMIT_DEFAULT = 50
const INLINE_ISSUES = 200

/** Of a job nobody has begun yet: an undo asked for a moment ago reads differently from one nobody asked for. */
const WAITING: JobProgress = { phase: 'waiting', done: 0, total: null }

const WORK: Record<string, ImportView['work']> = {
  [CHECK_JOB]: 'check',
  [COMMIT_JOB]: 'commit',
  [UNDO_JOB]: 'undo',
}

const workOf = (job: JobView | null): ImportView['work'] =>
  job !== null && isRunning(job) ? (WORK[job.kind] ?? null) : null

/** Everything that is asked of imports; nothing here changes one. */
export const importReading = (deps: ImportServiceDeps, access: ImportAccess) => {
  const { db, files, jobs } = deps
  const { repository, authorized, withJob } = access

  async function view(given: ImportRecord, language: Language): Promise<ImportView> {
    const { record, job } = await withJob(given)
    const issues = await issueRepository(db, record.divisionCode, record.id).list({
      limit: INLINE_ISSUES,
      after: null,
    })
    return toImportView(record, {
      issues,
      work: workOf(job),
      progress: isRunning(job) ? (job?.progress ?? WAITING) : null,
      language,
    })
  }

  async function keptReport(record: ImportRecord): Promise<{ name: string; sha256: string } | undefined> {
    const [file] = await files.listOf(db, record.divisionCode, 'import_report', record.id)
    return file
  }

  return {
    view,

    async get(actor: Actor, id: string, language: Language): Promise<ImportView> {
      return view(await authorized(actor, 'import.read', id), language)
    },

    async list(actor: Actor, query: ImportListQuery, language: Language): Promise<ImportList> {
      requirePermission(actor, 'import.read')
      const limit = query.limit ?? LIMIT_DEFAULT
      const cursor = decodeCursor(query.after, { createdAt: 'string', id: 'string' })
      const prefix = actor.scope.divisionPrefix
      const filter = query.status ? { status: query.status } : {}
      const records = await repository.list(prefix, { ...filter, limit: limit + 1, after: cursor })
      const page = records.slice(0, limit)
      const last = page.at(-1)
      return {
        items: page.map((record) => toListItem(record, language)),
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
      const { rows, total } = await listAbsent(db, key, {
        by: query.by ?? 'town',
        isCommitted: record.status === 'committed',
        afterId,
        limit: limit + 1,
      })
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

    async preview(
      actor: Actor,
      id: string,
      query: ImportPreviewQuery,
      language: Language,
    ): Promise<ImportPreview> {
      const record = await authorized(actor, 'import.read', id)
      if (record.status === 'needs_choice')
        return assumedPreview(db, record, query, await deps.county(), language)
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
      if (isCleared(record)) throw new ProblemError('import.checks_cleared', { id })
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
      const { status, version } = record
      return { status, version, work: workOf(job), progress, jobId: isRunning(job) ? record.jobId : null }
    },

    subscribe: (jobId: string, listener: () => void): (() => void) => jobs.subscribe(jobId, listener),
  }
}
