/** Import records to what the wire carries, sentences in the reader's language. */
import type {
  ImportIssue,
  ImportList,
  ImportProgress,
  ImportView,
  MappingTemplate,
} from '../contract/import.ts'
import type { Language } from '../kernel/sentence.ts'
import type { JobProgress } from '../platform/jobs.ts'
import type { ImportRecord, StoredMessage } from './import-record.ts'
import type { IssueRow } from './issues.ts'
import { evidenceSentence, issueSentence, messageSentence } from './messages/say.ts'
import type { TemplateRow } from './repository.ts'
import { isRunForCommit } from './run-notices.ts'

export function toIssue(issue: IssueRow, record: ImportRecord, language: Language): ImportIssue {
  return {
    row: issue.row,
    field: issue.field,
    code: issue.code,
    severity: issue.severity,
    value: issue.value,
    message: issueSentence(issue, record.ledger, language),
    position: issue.lon === null || issue.lat === null ? null : { lon: issue.lon, lat: issue.lat },
    coordinate: issue.x === null || issue.y === null ? null : { x: issue.x, y: issue.y },
    otherRow: issue.other_row,
    otherParcelId: issue.other_parcel_id,
    otherLabel: issue.other_label,
    areaM2: issue.area_m2,
  }
}

export const toProgress = (progress: JobProgress, language: Language): ImportProgress => ({
  phase: progress.phase,
  done: progress.done,
  total: progress.total,
  message: messageSentence({ code: `phase_${progress.phase}`, params: {} }, language),
})

const said = (message: StoredMessage | null, language: Language): { code: string; detail: string } | null =>
  message === null ? null : { code: message.code, detail: messageSentence(message, language) }

function durationOf(timings: Record<string, number>): number | null {
  const parts = Object.values(timings)
  return parts.length === 0 ? null : parts.reduce((sum, ms) => sum + ms, 0)
}

export const isCleared = ({ status, staged }: ImportRecord): boolean =>
  staged.isCleared === true && (status === 'ready' || status === 'needs_choice')

export interface ViewParts {
  issues: IssueRow[]
  work: ImportView['work']
  progress: JobProgress | null
  language: Language
}

export function toImportView(record: ImportRecord, parts: ViewParts): ImportView {
  const { issues, work, progress, language } = parts
  const { detected, choices } = record
  return {
    id: record.id,
    status: record.status,
    version: record.version,
    work,
    ledger: record.ledger,
    files: record.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    layers: record.layers.map(({ id: _, refusal, ...layer }) => ({
      ...layer,
      refusal: refusal === null ? null : messageSentence(refusal, language),
    })),
    layer: record.layer,
    detected: {
      ...detected,
      evidence: detected.evidence.map((evidence) => ({
        ...evidence,
        message: evidenceSentence(evidence, language),
      })),
      plausibility: detected.plausibility === null ? null : messageSentence(detected.plausibility, language),
    },
    choices: {
      encoding: choices.encoding ?? null,
      crs: choices.crs ?? null,
      uncalibrated: choices.uncalibrated ?? false,
      datumParameters: choices.datumParameters ?? null,
    },
    mapping: record.mapping,
    join: record.tableJoin,
    counts: record.counts,
    issueCounts: record.issueCounts,
    issues: issues.map((issue) => toIssue(issue, record, language)),
    extent: record.extent,
    progress: progress === null ? null : toProgress(progress, language),
    isCleared: isCleared(record),
    problem: said(record.problem, language),
    notice: said(record.notice, language),
    createdAt: record.createdAt.toISOString(),
    createdBy: record.createdByName,
    committedAt: record.committedAt?.toISOString() ?? null,
    undoneAt: record.undoneAt?.toISOString() ?? null,
    changeSetId: record.changeSetId,
    durationMs: durationOf(record.timings),
  }
}

export const toListItem = (record: ImportRecord, language: Language): ImportList['items'][number] => ({
  id: record.id,
  status: isRunForCommit(record) ? 'committing' : record.status,
  notice: said(record.notice, language),
  ledger: record.ledger,
  fileName: record.files.map((file) => file.name).join('、'),
  counts: record.counts,
  createdAt: record.createdAt.toISOString(),
  createdBy: record.createdByName,
})

export const toTemplateView = (template: TemplateRow): MappingTemplate => ({
  id: template.id,
  name: template.name,
  ledger: template.ledger,
  mapping: template.mapping,
  createdBy: template.createdByName,
  createdAt: template.createdAt.toISOString(),
})
