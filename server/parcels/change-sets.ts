import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import { newPublicId } from '../kernel/public-id.ts'

export type ChangeSetKind = 'import' | 'undo_import' | 'edit' | 'transition'

export interface ChangeSetInput {
  divisionCode: string
  /** From `newChangeSetId`; rows are written under it before the set itself is sealed. */
  id: string
  kind: ChangeSetKind
  actor: { id: string; displayName: string; roles: readonly string[] }
  recordedAt: Date
  /** Civil date in Asia/Shanghai on which the change takes effect. */
  effectiveOn: string
  reason?: string | null
  source?: Record<string, string | number | null>
}

export interface SealedChangeSet {
  seq: number
  hash: string
  parcelCount: number
}

/** Hash every county's chain starts from. */
export const GENESIS_HASH = '0'.repeat(64)

export const newChangeSetId = (divisionCode: string): string => newPublicId(divisionCode)

export interface ChangeSetRow {
  division_code: string
  id: string
  seq: number
  kind: string
  actor_id: string
  actor_name: string
  recorded_at: Date
  effective_on: string
  reason: string | null
  source: Record<string, string | number | null>
  parcel_count: number
  content_hash: string
  prev_hash: string
  hash: string
}

/** Keys sorted, so that the text is the same however jsonb gives the object back. */
function canonicalSource(source: Record<string, string | number | null>): [string, string | number | null][] {
  return Object.keys(source)
    .sort()
    .map((key) => [key, source[key] ?? null])
}

export function linkHash(row: Omit<ChangeSetRow, 'hash'>): string {
  const text = JSON.stringify([
    row.division_code,
    row.id,
    row.seq,
    row.kind,
    row.actor_id,
    row.actor_name,
    row.recorded_at.toISOString(),
    row.effective_on,
    row.reason,
    canonicalSource(row.source),
    row.parcel_count,
    row.content_hash,
    row.prev_hash,
  ])
  return createHash('sha256').update(text).digest('hex')
}

// Sorted in the "C" collation: the order, and so the hash, must not depend on the cluster's locale.
export const contentHashSql = (rowHash: string): string => `
  SELECT count(*)::int AS parcel_count,
         encode(sha256(convert_to(coalesce(string_agg(
           parcel_id || ':' || version || ':' || ${rowHash} || ':' || coalesce(geom_hash, ''), E'\\n'
           ORDER BY parcel_id COLLATE "C"), ''), 'UTF8')), 'hex') AS content_hash
  FROM parcel_versions WHERE division_code = ? AND change_set_id = ?`

/** Links the set to its county's chain: one link however many rows. The head row stays locked until commit, so seq is commit order. */
export async function sealChangeSet(trx: Knex.Transaction, input: ChangeSetInput): Promise<SealedChangeSet> {
  await trx.raw(
    'INSERT INTO chain_heads (division_code, seq, hash) VALUES (?, 0, ?) ON CONFLICT DO NOTHING',
    [input.divisionCode, GENESIS_HASH],
  )
  const head = await trx<{ division_code: string; seq: number; hash: string }>('chain_heads')
    .where({ division_code: input.divisionCode })
    .forUpdate()
    .first()
  if (!head) throw new Error(`chain head of ${input.divisionCode} vanished`)
  const content = await trx.raw<{ rows: { parcel_count: number; content_hash: string }[] }>(
    contentHashSql('row_hash'),
    [input.divisionCode, input.id],
  )
  const { parcel_count, content_hash } = content.rows[0]!
  const row = {
    division_code: input.divisionCode,
    id: input.id,
    seq: head.seq + 1,
    kind: input.kind,
    actor_id: input.actor.id,
    actor_name: input.actor.displayName,
    recorded_at: input.recordedAt,
    effective_on: input.effectiveOn,
    reason: input.reason ?? null,
    source: input.source ?? {},
    parcel_count,
    content_hash,
    prev_hash: head.hash,
  }
  const hash = linkHash(row)
  await trx('change_sets').insert({ ...row, source: JSON.stringify(row.source), hash })
  await trx('chain_heads').where({ division_code: input.divisionCode }).update({ seq: row.seq, hash })
  return { seq: row.seq, hash, parcelCount: parcel_count }
}
