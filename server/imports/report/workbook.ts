/** The report of an import as a workbook: what came in, what is wrong, what changes. Kept with the import. */
import type { Knex } from 'knex'
import writeXlsx, { type Cell, type Row } from 'write-excel-file/node'
import { CODE_LISTS } from '../../contract/codes/lists.ts'
import { FIELD_BY_WIRE } from '../../contract/fields.ts'
import type { Language } from '../../kernel/sentence.ts'
import type { ImportRecord } from '../import-record.ts'
import { issueRepository, type IssueRow } from '../issues.ts'
import { evidenceSentence, fieldName, issueSentence, messageSentence } from '../messages/say.ts'
import { listChanges, type ChangeRow } from './changes.ts'

/** A report is read by people; beyond this the page's filters serve better. */
const MOST_ROWS = 20_000
const PAGE = 2_000

const WORDS = {
  zh: {
    summary: '概况',
    issues: '问题',
    changes: '变更',
    file: '文件',
    sha256: '文件校验码（sha256）',
    layer: '图层',
    ledger: '台账',
    crs: '坐标系',
    encoding: '文字编码',
    features: '地块数',
    ready: '可入库',
    repaired: '自动修复',
    blocked: '有问题不能入库',
    new: '新增',
    changed: '变更',
    unchanged: '无变化',
    draft: '待补录',
    createdAt: '上传时间',
    createdBy: '上传人',
    committedAt: '入库时间',
    evidence: '识别依据',
    plausibility: '位置',
    row: '行号',
    field: '列',
    value: '值',
    severity: '程度',
    message: '说明和处理办法',
    lon: '经度',
    lat: '纬度',
    x: '测绘坐标（东）',
    y: '测绘坐标（北）',
    other: '相关地块',
    areaM2: '面积（平方米）',
    label: '地块',
    outcome: '结果',
    matchedBy: '对应依据',
    from: '原值',
    to: '新值',
    title: '入库报告',
    cut: '只列出前 {limit} 条，其余请在系统中查看',
    extra: '其他属性',
    geometry: '图形（面积，平方米）',
    error: '必须解决',
    warning: '请核对',
    hint: '留意',
    note: '说明',
    mixed: '两种都有',
  },
  en: {
    summary: 'Summary',
    issues: 'Issues',
    changes: 'Changes',
    file: 'File',
    sha256: 'File sha256',
    layer: 'Layer',
    ledger: 'Ledger',
    crs: 'Coordinate system',
    encoding: 'Encoding',
    features: 'Parcels',
    ready: 'Can go in',
    repaired: 'Repaired',
    blocked: 'Blocked',
    new: 'New',
    changed: 'Changed',
    unchanged: 'Unchanged',
    draft: 'To be completed',
    createdAt: 'Uploaded at',
    createdBy: 'Uploaded by',
    committedAt: 'Imported at',
    evidence: 'Evidence',
    plausibility: 'Position',
    row: 'Row',
    field: 'Column',
    value: 'Value',
    severity: 'Severity',
    message: 'What is wrong and how to mend it',
    lon: 'Longitude',
    lat: 'Latitude',
    x: 'Survey east',
    y: 'Survey north',
    other: 'Other parcel',
    areaM2: 'Area (m²)',
    label: 'Parcel',
    outcome: 'Outcome',
    matchedBy: 'Matched by',
    from: 'Before',
    to: 'After',
    title: 'Import report',
    cut: 'The first {limit} only; see the rest in the system',
    extra: 'Other attributes',
    geometry: 'Shape (area, m²)',
    error: 'Must be solved',
    warning: 'Look at it',
    hint: 'Hint',
    note: 'Note',
    mixed: 'Both',
  },
} as const

type Words = (typeof WORDS)[Language]

const text = (value: string | null | undefined): Cell => (value ? { value, type: String } : null)
const number = (value: number | null | undefined): Cell => (value == null ? null : { value, type: Number })
const head = (words: readonly string[]): Row =>
  words.map((value) => ({ value, type: String, fontWeight: 'bold', backgroundColor: '#e8eef7' }))

/** Times of day as staff read them: Asia/Shanghai. */
const instant = (date: Date | null): string | null =>
  date?.toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }) ?? null

function summaryRows(record: ImportRecord, words: Words, language: Language): Row[] {
  const { counts, detected } = record
  const ledger = record.ledger === null ? words.mixed : CODE_LISTS['ledger']!.labels[record.ledger]![language]
  const rows: Row[] = [
    [{ value: words.title, type: String, fontWeight: 'bold', fontSize: 16 }],
    ...record.files.flatMap((file): Row[] => [
      [text(words.file), text(file.name)],
      [text(words.sha256), text(file.sha256)],
    ]),
    [text(words.layer), text(record.layer)],
    [text(words.ledger), text(ledger)],
    [text(words.crs), text(detected.crsName?.[language] ?? detected.crs)],
    [text(words.encoding), text(detected.encoding)],
  ]
  for (const name of [
    'features',
    'ready',
    'new',
    'changed',
    'unchanged',
    'draft',
    'repaired',
    'blocked',
  ] as const)
    rows.push([text(words[name]), number(counts[name])])
  rows.push(
    [text(words.createdAt), text(instant(record.createdAt))],
    [text(words.createdBy), text(record.createdByName)],
    [text(words.committedAt), text(instant(record.committedAt))],
  )
  if (detected.plausibility)
    rows.push([text(words.plausibility), text(messageSentence(detected.plausibility, language))])
  for (const evidence of detected.evidence)
    rows.push([text(words.evidence), text(evidenceSentence(evidence, language))])
  return rows
}

function issueRow(issue: IssueRow, record: ImportRecord, words: Words, language: Language): Row {
  return [
    number(issue.row),
    text(words[issue.severity]),
    text(issue.field && (FIELD_BY_WIRE.has(issue.field) ? fieldName(issue.field, language) : issue.field)),
    text(issue.value),
    text(issueSentence(issue, record.ledger, language)),
    text(issue.other_label ?? (issue.other_row === null ? null : String(issue.other_row))),
    number(issue.area_m2 === null ? null : Math.round(issue.area_m2 * 100) / 100),
    number(issue.lon),
    number(issue.lat),
    number(issue.x),
    number(issue.y),
  ]
}

async function issueRows(db: Knex, record: ImportRecord, words: Words, language: Language): Promise<Row[]> {
  const repository = issueRepository(db, record.divisionCode, record.id)
  const names = [
    'row',
    'severity',
    'field',
    'value',
    'message',
    'other',
    'areaM2',
    'lon',
    'lat',
    'x',
    'y',
  ] as const
  const rows: Row[] = [head(names.map((name) => words[name]))]
  let after: { rank: number; row: number; seq: number } | null = null
  while (rows.length <= MOST_ROWS) {
    const page: IssueRow[] = await repository.list({ limit: PAGE, after })
    rows.push(...page.map((issue) => issueRow(issue, record, words, language)))
    const last = page.at(-1)
    if (!last || page.length < PAGE) return rows
    after = { rank: last.severity_rank, row: last.row ?? 0, seq: last.seq }
  }
  rows.push([text(words.cut.replace('{limit}', String(MOST_ROWS)))])
  return rows
}

function shownValue(field: string, value: unknown, language: Language): string | null {
  if (value === null || value === undefined) return null
  const list = FIELD_BY_WIRE.get(field)?.codes
  if (list && typeof value === 'string') return CODE_LISTS[list]!.labels[value]?.[language] ?? value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function changeRows(change: ChangeRow, words: Words, language: Language): Row[] {
  const base = [
    number(change.row),
    text(change.label),
    text(words[change.outcome]),
    text(change.matched_by && fieldOrWord(change.matched_by, words, language)),
  ]
  if (change.changes.length === 0) return [base]
  return change.changes.map(({ field, from, to }) => [
    ...base,
    text(fieldOrWord(field, words, language)),
    text(shownValue(field, from, language)),
    text(shownValue(field, to, language)),
  ])
}

const fieldOrWord = (name: string, words: Words, language: Language): string =>
  name === 'geometry' || name === 'extra' ? words[name] : fieldName(name, language)

async function allChanges(db: Knex, record: ImportRecord, words: Words, language: Language): Promise<Row[]> {
  const key = { divisionCode: record.divisionCode, importId: record.id }
  const names = ['row', 'label', 'outcome', 'matchedBy', 'field', 'from', 'to'] as const
  const rows: Row[] = [head(names.map((name) => words[name]))]
  for (let afterRow = 0; rows.length <= MOST_ROWS;) {
    const page = await listChanges(db, key, { afterRow, limit: PAGE })
    rows.push(...page.flatMap((change) => changeRows(change, words, language)))
    if (page.length < PAGE) return rows
    afterRow = page.at(-1)!.row
  }
  rows.push([text(words.cut.replace('{limit}', String(MOST_ROWS)))])
  return rows
}

const widths = (...list: number[]): { width: number }[] => list.map((width) => ({ width }))

export async function writeReport(db: Knex, record: ImportRecord, language: Language): Promise<Buffer> {
  const words = WORDS[language]
  return writeXlsx([
    { data: summaryRows(record, words, language), sheet: words.summary, columns: widths(24, 90) },
    {
      data: await issueRows(db, record, words, language),
      sheet: words.issues,
      columns: widths(8, 12, 18, 20, 90, 18, 14, 12, 12, 16, 16),
      stickyRowsCount: 1,
    },
    {
      data: await allChanges(db, record, words, language),
      sheet: words.changes,
      columns: widths(8, 28, 14, 16, 20, 28, 28),
      stickyRowsCount: 1,
    },
  ]).toBuffer()
}
