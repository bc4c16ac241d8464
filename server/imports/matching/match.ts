/**
 * Which parcel each row is: by 台账编号, 电子监管号, 宗地代码, then by the shape itself; and what it would change.
 * Writes one outcome a row. Nothing here blocks a row: the checks do.
 */
import type { Knex } from 'knex'
import type { ImportKey } from '../pipeline/stage-rows.ts'
import { changesSql, stillMissingSql, type ImportedColumn } from './columns.ts'

/** Numbers the system gives itself (PEWG-150623-2022-0001): a survey's own number takes their place. */
export const SYSTEM_NUMBER = '^(PEWG|XZ)-[0-9]{6}-[0-9]{4}-[0-9]{4,}$'

/** A parcel taken out of the ledger gives its number free, except to the very row that says it is taken out. */
const LIVING = `NOT p.is_withdrawn AND (p.status <> 'removed' OR r.status = 'removed')`
const HOME = 'p.division_code = r.division_code AND p.ledger = r.ledger'

/** The shape may speak only where the numbers don't contradict it. */
const NUMBERS_AGREE = `
  (r.parcel_no IS NULL OR p.parcel_no IS NULL OR p.parcel_no = r.parcel_no OR p.parcel_no ~ '${SYSTEM_NUMBER}')
  AND (r.supervision_no IS NULL OR p.supervision_no IS NULL OR p.supervision_no = r.supervision_no)`

/** 2e-7° is 2 cm: the same survey written in another CRS or with fewer digits. */
const EDGE_DEG = 2e-7
const sameBox = ['XMin', 'YMin', 'XMax', 'YMax']
  .map((side) => `abs(ST_${side}(p.geom) - ST_${side}(s.geom)) < ${EDGE_DEG}`)
  .join(' AND ')
const SAME_SHAPE = `(${sameBox} AND ST_NPoints(p.geom) = ST_NPoints(s.geom)
  AND abs(p.ellipsoidal_area_m2::float8 - s.ellipsoidal_area_m2) <= 1e-5 * s.ellipsoidal_area_m2
  AND ST_HausdorffDistance(p.geom, s.geom) < ${EDGE_DEG})`

const found = (rank: number, by: string, parcels: string): string => `
  SELECT ${rank} AS rank, '${by}' AS matched_by, p.id, count(*) OVER () AS found FROM ${parcels}`
const candidate = (rank: number, by: string, condition: string): string =>
  found(rank, by, `parcels p WHERE ${HOME} AND ${LIVING} AND ${condition}`)

/**
 * LIVING in two parts. The indexes over numbers leave removed parcels out, so as one condition with OR they cannot be
 * used, and every row of a survey reads all parcels of the county (tests/database/matching.test.ts).
 */
const byNumber = (column: 'parcel_no' | 'supervision_no'): string => `(
  SELECT p.id FROM parcels p
  WHERE ${HOME} AND NOT p.is_withdrawn AND p.status <> 'removed' AND p.${column} = r.${column}
  UNION ALL SELECT p.id FROM parcels p
  WHERE r.status = 'removed' AND r.${column} IS NOT NULL
    AND ${HOME} AND NOT p.is_withdrawn AND p.status = 'removed' AND p.${column} = r.${column}) p`

const CANDIDATES = [
  found(1, 'parcelNo', byNumber('parcel_no')),
  found(2, 'supervisionNo', byNumber('supervision_no')),
  candidate(3, 'parcelCode', `p.parcel_code = r.parcel_code AND ${NUMBERS_AGREE}`),
  candidate(4, 'geometry', `p.geom_hash = s.geom_hash AND ${NUMBERS_AGREE}`),
  candidate(5, 'geometry', `p.geom && s.geom AND ${SAME_SHAPE} AND ${NUMBERS_AGREE}`),
].join(' UNION ALL ')

const matchSql = (columns: readonly ImportedColumn[]): string => `
  INSERT INTO import_outcomes (division_code, import_id, row, outcome, parcel_id, parcel_version, matched_by, status, missing,
    changes, is_geometry_changed)
  SELECT r.division_code, r.import_id, r.row,
    CASE WHEN s.row IS NULL THEN 'blocked' WHEN p.id IS NULL THEN 'new'
      WHEN d.changes = '[]'::jsonb AND NOT g.is_changed THEN 'unchanged' ELSE 'changed' END,
    p.id, p.version, m.matched_by,
    CASE WHEN p.id IS NULL THEN CASE WHEN cardinality(r.missing) > 0 THEN 'draft' ELSE coalesce(r.status, 'registered') END
      WHEN p.status = 'draft' AND cardinality(x.missing) = 0 THEN coalesce(nullif(r.status, 'draft'), 'registered')
      ELSE p.status END,
    x.missing,
    CASE WHEN g.is_changed AND p.id IS NOT NULL THEN d.changes || jsonb_build_array(jsonb_build_object('field', 'geometry',
        'from', round(p.projected_area_m2, 2), 'to', round(s.projected_area_m2::numeric, 2)))
      ELSE d.changes END,
    g.is_changed
  FROM import_rows r
  LEFT JOIN import_shapes s ON s.division_code = r.division_code AND s.import_id = r.import_id AND s.row = r.row
  LEFT JOIN LATERAL (
    SELECT c.id, c.matched_by FROM (${CANDIDATES}) c WHERE c.found = 1 ORDER BY c.rank LIMIT 1) m ON true
  LEFT JOIN parcels p ON p.division_code = r.division_code AND p.id = m.id
  CROSS JOIN LATERAL (SELECT CASE WHEN p.id IS NULL THEN r.missing ELSE ${stillMissingSql()} END AS missing) x
  CROSS JOIN LATERAL (SELECT CASE WHEN p.id IS NULL THEN '[]'::jsonb ELSE ${changesSql(columns)} END AS changes) d
  CROSS JOIN LATERAL (
    SELECT CASE WHEN s.row IS NULL THEN false WHEN p.id IS NULL OR p.geom IS NULL THEN true
      ELSE p.geom_hash IS DISTINCT FROM s.geom_hash AND NOT ${SAME_SHAPE} END AS is_changed) g
  WHERE r.division_code = ? AND r.import_id = ? AND r.row BETWEEN ? AND ?`

/** Decides the outcome of a range of rows. */
export async function matchRows(
  db: Knex,
  key: ImportKey,
  columns: readonly ImportedColumn[],
  range: { from: number; to: number },
): Promise<void> {
  await db.raw(matchSql(columns), [key.divisionCode, key.importId, range.from, range.to])
}

/** Rows with an error keep what they would be but can't go in. */
export async function blockRows(db: Knex, key: ImportKey, rows: readonly number[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 5_000) {
    await db.raw(
      `UPDATE import_outcomes SET outcome = 'blocked'
       WHERE division_code = ? AND import_id = ? AND row = ANY(?::int[]) AND outcome <> 'blocked'`,
      [key.divisionCode, key.importId, rows.slice(start, start + 5_000)],
    )
  }
}

export interface OutcomeCounts {
  new: number
  changed: number
  unchanged: number
  blocked: number
  draft: number
}

export async function countOutcomes(db: Knex, key: ImportKey): Promise<OutcomeCounts> {
  const { rows } = await db.raw<{ rows: OutcomeCounts[] }>(
    `SELECT count(*) FILTER (WHERE outcome = 'new')::int AS new,
       count(*) FILTER (WHERE outcome = 'changed')::int AS changed,
       count(*) FILTER (WHERE outcome = 'unchanged')::int AS unchanged,
       count(*) FILTER (WHERE outcome = 'blocked')::int AS blocked,
       count(*) FILTER (WHERE outcome <> 'blocked' AND status = 'draft')::int AS draft
     FROM import_outcomes WHERE division_code = ? AND import_id = ?`,
    [key.divisionCode, key.importId],
  )
  return rows[0]!
}
