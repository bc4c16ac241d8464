/** What each row would do or did, for the page and the report. */
import type { Knex } from 'knex'
import type { ImportKey } from '../pipeline/stage-rows.ts'

export interface ChangeRow {
  row: number
  outcome: 'new' | 'changed' | 'unchanged' | 'blocked'
  label: string | null
  parcel_id: string | null
  matched_by: string | null
  changes: { field: string; from: unknown; to: unknown }[]
}

export interface ChangeFilter {
  outcome?: ChangeRow['outcome']
  afterRow: number
  limit: number
}

export async function listChanges(db: Knex, key: ImportKey, filter: ChangeFilter): Promise<ChangeRow[]> {
  const query = db('import_outcomes as o')
    .join('import_rows as r', (join) => {
      join.on('r.division_code', 'o.division_code').on('r.import_id', 'o.import_id').on('r.row', 'o.row')
    })
    .where({ 'o.division_code': key.divisionCode, 'o.import_id': key.importId })
    .andWhere('o.row', '>', filter.afterRow)
    .orderBy('o.row')
    .limit(filter.limit)
    .select('o.row', 'o.outcome', 'r.label', 'o.parcel_id', 'o.matched_by', 'o.changes')
  if (filter.outcome) void query.where({ 'o.outcome': filter.outcome })
  return query
}

export async function countChanges(
  db: Knex,
  key: ImportKey,
  outcome?: ChangeRow['outcome'],
): Promise<number> {
  const query = db('import_outcomes')
    .where({ division_code: key.divisionCode, import_id: key.importId })
    .count('* as count')
  if (outcome) void query.where({ outcome })
  const [row] = await query
  return Number(row?.['count'] ?? 0)
}

/** After a commit the staging is gone; parcels remember which change set made which version of them. */
export async function listCommitted(
  db: Knex,
  divisionCode: string,
  changeSetId: string,
  filter: ChangeFilter,
): Promise<ChangeRow[]> {
  const { rows } = await db.raw<{ rows: ChangeRow[] }>(
    `SELECT (v.attributes->>'import_row')::int AS row, CASE WHEN v.version = 1 THEN 'new' ELSE 'changed' END AS outcome,
       coalesce(v.attributes->>'parcel_no', v.attributes->>'name') AS label, v.parcel_id, NULL AS matched_by,
       '[]'::jsonb AS changes
     FROM parcel_versions v
     WHERE v.division_code = ? AND v.change_set_id = ? AND (v.attributes->>'import_row')::int > ?
       AND (?::text IS NULL OR CASE WHEN v.version = 1 THEN 'new' ELSE 'changed' END = ?)
     ORDER BY 1, v.parcel_id LIMIT ?`,
    [
      divisionCode,
      changeSetId,
      filter.afterRow,
      filter.outcome ?? null,
      filter.outcome ?? null,
      filter.limit,
    ],
  )
  return rows
}

export interface AbsentRow {
  id: string
  parcel_no: string | null
  name: string | null
  town_code: string | null
  batch_name: string | null
  document_area_m2: string | number | null
}

/**
 * Parcels of the same towns or batches as the file's that the file does not contain: perhaps dealt with, perhaps
 * forgotten. Only told; an import never deletes.
 */
/** Rows of the file while they are staged, the parcels they became after a commit. */
const FILE_ROWS = {
  staged: (column: string) =>
    `SELECT r.ledger, r.column_values->>'${column}' FROM import_rows r
     WHERE r.division_code = ? AND r.import_id = ? AND r.column_values->>'${column}' IS NOT NULL`,
  committed: (column: string) =>
    `SELECT m.ledger, m.${column} FROM parcels m
     WHERE m.division_code = ? AND m.import_id = ? AND m.${column} IS NOT NULL`,
}
const IN_FILE = {
  staged: `SELECT 1 FROM import_outcomes o
           WHERE o.division_code = p.division_code AND o.import_id = ? AND o.parcel_id = p.id`,
  committed: 'SELECT 1 WHERE p.import_id = ?',
}

const absentSql = (by: 'town' | 'batch', stage: 'staged' | 'committed'): string => {
  const column = by === 'town' ? 'town_code' : 'batch_name'
  return `
    FROM parcels p
    WHERE p.division_code = ? AND NOT p.is_withdrawn AND p.status NOT IN ('removed', 'recognized')
      AND (p.ledger, p.${column}) IN (${FILE_ROWS[stage](column)})
      AND NOT EXISTS (${IN_FILE[stage]})`
}

export interface AbsentPage {
  by: 'town' | 'batch'
  isCommitted: boolean
  afterId: string
  limit: number
}

export async function listAbsent(
  db: Knex,
  key: ImportKey,
  page: AbsentPage,
): Promise<{ rows: AbsentRow[]; total: number }> {
  const from = absentSql(page.by, page.isCommitted ? 'committed' : 'staged')
  const bindings = [key.divisionCode, key.divisionCode, key.importId, key.importId]
  const { rows } = await db.raw<{ rows: AbsentRow[] }>(
    `SELECT p.id, p.parcel_no, p.name, p.town_code, p.batch_name, p.document_area_m2 ${from}
       AND p.id > ? ORDER BY p.id LIMIT ?`,
    [...bindings, page.afterId, page.limit],
  )
  const count = await db.raw<{ rows: { total: number }[] }>(`SELECT count(*)::int AS total ${from}`, bindings)
  return { rows, total: count.rows[0]!.total }
}
