/** Issues of an import: gathered by the steps, kept capped per code, counted in full. */
import type { Knex } from 'knex'
import type { IssueSeverity } from '../contract/import.ts'
import { jsonText } from './json-text.ts'

export type IssueStep = 'file' | 'row' | 'shape' | 'check'

export interface NewIssue {
  row: number | null
  field?: string | null
  code: string
  severity: IssueSeverity
  value?: string | null
  params?: Record<string, string | number>
  lon?: number | null
  lat?: number | null
  x?: number | null
  y?: number | null
  otherRow?: number | null
  otherParcelId?: string | null
  otherLabel?: string | null
  areaM2?: number | null
}

/** A faulty file of a million rows must not become a table of ten million issues. */
const KEPT_PER_CODE = 20_000
const FLUSH_ISSUES = 1_000
const SEVERITY_RANK: Record<IssueSeverity, number> = { error: 0, warning: 1, hint: 2, note: 3 }

const INSERT = `
  INSERT INTO import_issues (division_code, import_id, step, row, field, code, severity, severity_rank, value, params,
    lon, lat, x, y, other_row, other_parcel_id, other_label, area_m2)
  SELECT ?, ?, ?, i.row, i.field, i.code, i.severity, i.rank, i.value, coalesce(i.params, '{}'::jsonb),
    i.lon, i.lat, i.x, i.y, i."otherRow", i."otherParcelId", i."otherLabel", i."areaM2"
  FROM jsonb_to_recordset(?::jsonb) AS i(row int, field text, code text, severity text, rank smallint, value text,
    params jsonb, lon float8, lat float8, x float8, y float8, "otherRow" int, "otherParcelId" text, "otherLabel" text,
    "areaM2" float8)`

/** Collects issues of one step and writes them in batches; counts go on past the cap. */
export class IssueSink {
  readonly counts: Record<string, number> = {}
  readonly blockedRows = new Set<number>()
  readonly #db: Knex
  readonly #key: { divisionCode: string; importId: string }
  readonly #step: IssueStep
  #waiting: NewIssue[] = []

  constructor(db: Knex, key: { divisionCode: string; importId: string }, step: IssueStep) {
    this.#db = db
    this.#key = key
    this.#step = step
  }

  add(issue: NewIssue): void {
    const count = (this.counts[issue.code] ?? 0) + 1
    this.counts[issue.code] = count
    if (issue.severity === 'error' && issue.row !== null) this.blockedRows.add(issue.row)
    if (count <= KEPT_PER_CODE) this.#waiting.push(issue)
  }

  get isFull(): boolean {
    return this.#waiting.length >= FLUSH_ISSUES
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
        .splice(0, FLUSH_ISSUES)
        .map((issue) => ({ ...issue, rank: SEVERITY_RANK[issue.severity] }))
      await this.#db.raw(INSERT, [this.#key.divisionCode, this.#key.importId, this.#step, jsonText(batch)])
    }
  }
}

export interface IssueRow {
  row: number | null
  field: string | null
  code: string
  severity: IssueSeverity
  value: string | null
  params: Record<string, string | number>
  lon: number | null
  lat: number | null
  x: number | null
  y: number | null
  other_row: number | null
  other_parcel_id: string | null
  other_label: string | null
  area_m2: number | null
  severity_rank: number
  seq: number
}

export interface IssueFilter {
  severity?: IssueSeverity
  code?: string
  row?: number
  limit: number
  after: { rank: number; row: number; seq: number } | null
}

/** Rows without a number (the file's own faults) come first. */
const ROW_ORDER = 'coalesce(row, 0)'

export const issueRepository = (db: Knex, divisionCode: string, importId: string) => ({
  async deleteSteps(steps: readonly IssueStep[]): Promise<void> {
    await db('import_issues')
      .where({ division_code: divisionCode, import_id: importId })
      .whereIn('step', [...steps])
      .delete()
  },

  async list(filter: IssueFilter): Promise<IssueRow[]> {
    const query = db('import_issues')
      .where({ division_code: divisionCode, import_id: importId })
      .orderByRaw(`severity_rank, ${ROW_ORDER}, seq`)
      .limit(filter.limit)
    applyFilter(query, filter)
    if (filter.after)
      void query.whereRaw(`(severity_rank, ${ROW_ORDER}, seq) > (?, ?, ?)`, [
        filter.after.rank,
        filter.after.row,
        filter.after.seq,
      ])
    return query
  },

  async count(filter: Omit<IssueFilter, 'limit' | 'after'>): Promise<number> {
    const query = db('import_issues')
      .where({ division_code: divisionCode, import_id: importId })
      .count('* as count')
    applyFilter(query, filter)
    const [row] = await query
    return Number(row?.['count'] ?? 0)
  },
})

function applyFilter(query: Knex.QueryBuilder, filter: Omit<IssueFilter, 'limit' | 'after'>): void {
  if (filter.severity) void query.where({ severity: filter.severity })
  if (filter.code) void query.where({ code: filter.code })
  if (filter.row !== undefined) void query.where({ row: filter.row })
}
