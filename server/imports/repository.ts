import type { Knex } from 'knex'
import type { ColumnMapping, ImportStatus } from '../contract/import.ts'
import type { Ledger } from '../contract/codes/ledger.ts'
import { jsonText } from './json-text.ts'
import { NO_COUNTS, NOTHING_DETECTED, type ImportRecord } from './import-record.ts'

/** Record keys with their columns; JSON columns are written as text and come back parsed. */
const COLUMNS = {
  divisionCode: 'division_code',
  id: 'id',
  status: 'status',
  run: 'run',
  version: 'version',
  ledger: 'ledger',
  layer: 'layer',
  choices: 'choices',
  files: 'files',
  layers: 'layers',
  detected: 'detected',
  mapping: 'mapping',
  tableJoin: 'table_join',
  counts: 'counts',
  issueCounts: 'issue_counts',
  extent: 'extent',
  staged: 'staged',
  timings: 'timings',
  notice: 'notice',
  problem: 'problem',
  onBlocked: 'on_blocked',
  reportFileId: 'report_file_id',
  changeSetId: 'change_set_id',
  undoChangeSetId: 'undo_change_set_id',
  jobId: 'job_id',
  createdBy: 'created_by',
  createdByName: 'created_by_name',
  createdAt: 'created_at',
  checkedAt: 'checked_at',
  committedAt: 'committed_at',
  undoneAt: 'undone_at',
} as const satisfies Record<keyof ImportRecord, string>

const JSON_KEYS: ReadonlySet<string> = new Set([
  'choices',
  'files',
  'layers',
  'detected',
  'mapping',
  'tableJoin',
  'counts',
  'issueCounts',
  'extent',
  'staged',
  'timings',
  'notice',
  'problem',
])

type Row = Record<string, unknown>

function toRow(change: Partial<ImportRecord>): Row {
  const row: Row = {}
  for (const [key, value] of Object.entries(change)) {
    const column = COLUMNS[key as keyof ImportRecord]
    row[column] = JSON_KEYS.has(key) && value !== null ? jsonText(value) : value
  }
  return row
}

function toRecord(row: Row): ImportRecord {
  const record = Object.fromEntries(
    Object.entries(COLUMNS).map(([key, column]) => [key, row[column]]),
  ) as Record<keyof ImportRecord, unknown> as unknown as ImportRecord
  return {
    ...record,
    counts: { ...NO_COUNTS, ...record.counts },
    detected: { ...NOTHING_DETECTED, ...record.detected },
  }
}

export interface ListFilter {
  status?: ImportStatus
  limit: number
  /** Instant and id of the last row of the page before. */
  after: { createdAt: string; id: string } | null
}

export const importRepository = (db: Knex) => ({
  async insert(record: Partial<ImportRecord>): Promise<void> {
    await db('imports').insert(toRow(record))
  },

  async find(divisionCode: string, id: string): Promise<ImportRecord | null> {
    const row = await db('imports').where({ division_code: divisionCode, id }).first<Row | undefined>()
    return row ? toRecord(row) : null
  },

  /** Locks the row: choices, commit and undo of one import never interleave. */
  async findForUpdate(divisionCode: string, id: string): Promise<ImportRecord | null> {
    const row = await db('imports')
      .where({ division_code: divisionCode, id })
      .forUpdate()
      .first<Row | undefined>()
    return row ? toRecord(row) : null
  },

  async update(divisionCode: string, id: string, change: Partial<ImportRecord>): Promise<void> {
    await db('imports')
      .where({ division_code: divisionCode, id })
      .update({ ...toRow(change), version: db.raw('version + 1') })
  },

  /** Writes only while the run is still the current one; false tells a job that it has been overtaken. */
  async updateRun(
    divisionCode: string,
    id: string,
    run: number,
    change: Partial<ImportRecord>,
  ): Promise<boolean> {
    const count = await db('imports')
      .where({ division_code: divisionCode, id, run })
      .whereIn('status', ['uploaded', 'checking', 'committing'])
      .update({ ...toRow(change), version: db.raw('version + 1') })
    return count === 1
  },

  async list(divisionPrefix: string, filter: ListFilter): Promise<ImportRecord[]> {
    const query = db('imports')
      .where('division_code', 'like', `${divisionPrefix}%`)
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(filter.limit)
    if (filter.status) void query.where({ status: filter.status })
    if (filter.after)
      void query.whereRaw('(created_at, id) < (?::timestamptz, ?)', [filter.after.createdAt, filter.after.id])
    return (await query).map((row: Row) => toRecord(row))
  },

  async count(divisionPrefix: string, status?: ImportStatus): Promise<number> {
    const query = db('imports').where('division_code', 'like', `${divisionPrefix}%`).count('* as count')
    if (status) void query.where({ status })
    const [row] = await query
    return Number(row?.['count'] ?? 0)
  },

  async delete(divisionCode: string, id: string): Promise<void> {
    await db('import_issues').where({ division_code: divisionCode, import_id: id }).delete()
    await db('imports').where({ division_code: divisionCode, id }).delete()
  },

  /** Imports whose checks stand but whose staging may have been lost in a crash. */
  async listByStatus(statuses: readonly ImportStatus[]): Promise<ImportRecord[]> {
    return (
      await db('imports')
        .whereIn('status', [...statuses])
        .orderBy('created_at')
    ).map((row: Row) => toRecord(row))
  },
})
export type ImportRepository = ReturnType<typeof importRepository>

export interface TemplateRow {
  divisionCode: string
  id: string
  name: string
  ledger: Ledger | null
  mapping: ColumnMapping[]
  columnKey: string
  createdBy: string
  createdByName: string
  createdAt: Date
}

const toTemplate = (row: Row): TemplateRow => ({
  divisionCode: String(row['division_code']),
  id: String(row['id']),
  name: String(row['name']),
  ledger: row['ledger'] as Ledger | null,
  mapping: row['mapping'] as ColumnMapping[],
  columnKey: String(row['column_key']),
  createdBy: String(row['created_by']),
  createdByName: String(row['created_by_name']),
  createdAt: row['created_at'] as Date,
})

export const templateRepository = (db: Knex) => ({
  /** False when the name is taken. */
  async insert(template: TemplateRow): Promise<boolean> {
    const result = await db('mapping_templates')
      .insert({
        division_code: template.divisionCode,
        id: template.id,
        name: template.name,
        ledger: template.ledger,
        mapping: jsonText(template.mapping),
        column_key: template.columnKey,
        created_by: template.createdBy,
        created_by_name: template.createdByName,
        created_at: template.createdAt,
      })
      .onConflict(['division_code', 'name'])
      .ignore()
      .returning('id')
    return result.length === 1
  },

  async list(divisionPrefix: string): Promise<TemplateRow[]> {
    const rows = await db('mapping_templates')
      .where('division_code', 'like', `${divisionPrefix}%`)
      .orderBy('name')
    return rows.map((row: Row) => toTemplate(row))
  },

  async find(divisionCode: string, id: string): Promise<TemplateRow | null> {
    const row = await db('mapping_templates')
      .where({ division_code: divisionCode, id })
      .first<Row | undefined>()
    return row ? toTemplate(row) : null
  },

  /** The newest template made for exactly these columns. */
  async findByColumns(divisionCode: string, columnKey: string): Promise<TemplateRow | null> {
    const row = await db('mapping_templates')
      .where({ division_code: divisionCode, column_key: columnKey })
      .orderBy('created_at', 'desc')
      .first<Row | undefined>()
    return row ? toTemplate(row) : null
  },

  async delete(divisionCode: string, id: string): Promise<boolean> {
    return (await db('mapping_templates').where({ division_code: divisionCode, id }).delete()) === 1
  },
})
