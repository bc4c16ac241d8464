/**
 * Whether what the database holds is what was written: the chain of change sets from its start, every version against
 * its hash, every geometry against its own, and the parcels as they stand against their newest versions.
 */
import type { Knex } from 'knex'
import { GENESIS_HASH, contentHashSql, linkHash, type ChangeSetRow } from './change-sets.ts'
import { attributesSql, rowHashSql } from './columns.ts'
import { geomHashSql } from './write.ts'

export type ChainVerdict =
  | { ok: true; links: number }
  | { ok: false; seq: number; reason: 'link' | 'content' | 'order' | 'head' | 'current' | 'geometry' }

const PAGE = 500

// A version whose attributes are not those that were hashed counts with another hash than the one it carries.
const CONTENT = contentHashSql(
  `CASE WHEN row_hash = ${rowHashSql('attributes')} THEN row_hash ELSE 'altered' END`,
)

const isGeometryAltered = (alias: string, hash: string): string =>
  `${alias}.${hash} <> ${geomHashSql(`${alias}.survey_geom`, `${alias}.geom`)}`

// By the attributes, which were held against their hash before: a figure written 12.5 or 12.5000 is the same.
// In portions by the change set that wrote them last: one statement over a whole county would hold up the embedded database.
const ALTERED_PARCELS = `
  SELECT count(*)::int AS count FROM parcels p
  LEFT JOIN parcel_versions v ON v.division_code = p.division_code AND v.parcel_id = p.id AND v.version = p.version
  CROSS JOIN LATERAL (${attributesSql('p')}) a
  WHERE p.division_code = ? AND p.change_set_id = ?
    AND (v.attributes IS DISTINCT FROM a.attributes OR v.geom_hash IS DISTINCT FROM p.geom_hash
      OR ${isGeometryAltered('p', 'geom_hash')})`

/** Geometries of the past: those that are gone or altered, by the change set whose version had them. */
const ALTERED_GEOMETRIES = `
  SELECT count(*)::int AS count FROM parcel_versions v
  JOIN parcels p ON p.division_code = v.division_code AND p.id = v.parcel_id
  LEFT JOIN parcel_geometries g ON g.division_code = v.division_code AND g.hash = v.geom_hash
  WHERE v.division_code = ? AND v.change_set_id = ? AND v.geom_hash <> coalesce(p.geom_hash, '')
    AND (g.hash IS NULL OR ${isGeometryAltered('g', 'hash')})`

/** Walks a county's chain from its start and names the first thing that is not as it was written. */
export async function verifyChain(db: Knex, divisionCode: string): Promise<ChainVerdict> {
  const countOf = async (sql: string, id: string): Promise<number> => {
    const { rows } = await db.raw<{ rows: { count: number }[] }>(sql, [divisionCode, id])
    return rows[0]!.count
  }
  const faultOf = async (row: ChangeSetRow, previous: string, seq: number) => {
    if (row.seq !== seq || row.prev_hash !== previous) return 'order'
    const { hash, ...rest } = row
    if (linkHash(rest) !== hash) return 'link'
    const content = await db.raw<{ rows: { content_hash: string }[] }>(CONTENT, [divisionCode, row.id])
    if (content.rows[0]!.content_hash !== row.content_hash) return 'content'
    if ((await countOf(ALTERED_PARCELS, row.id)) > 0) return 'current'
    if ((await countOf(ALTERED_GEOMETRIES, row.id)) > 0) return 'geometry'
    return null
  }
  let previous = GENESIS_HASH
  let seq = 0
  for (;;) {
    const rows: ChangeSetRow[] = await db<ChangeSetRow>('change_sets')
      .where({ division_code: divisionCode })
      .andWhere('seq', '>', seq)
      .orderBy('seq')
      .limit(PAGE)
    if (rows.length === 0) break
    for (const row of rows) {
      const reason = await faultOf(row, previous, seq + 1)
      if (reason) return { ok: false, seq: row.seq, reason }
      previous = row.hash
      seq = row.seq
    }
  }
  const head = await db('chain_heads')
    .where({ division_code: divisionCode })
    .first<{ seq: number; hash: string } | undefined>()
  if (head ? head.seq !== seq || head.hash !== previous : seq !== 0) return { ok: false, seq, reason: 'head' }
  return { ok: true, links: seq }
}
