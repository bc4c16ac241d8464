/**
 * The commit of a checked import: one transaction, all or nothing. `committed` is set in it, so after a crash the
 * import either stands with its parcels or is as if nobody had pressed the button.
 */
import type { Knex } from 'knex'
import type { ChangeSetInput } from '../../parcels/change-sets.ts'
import { newChangeSetId } from '../../parcels/change-sets.ts'
import { undoChangeSet } from '../../parcels/undo.ts'
import { completeChangeSet, type CompletedChangeSet } from '../../parcels/complete.ts'
import type { ImportRecord } from '../import-record.ts'
import { withoutJit } from '../../platform/database/without-jit.ts'
import { insertedColumns } from '../matching/columns.ts'
import { importRepository } from '../repository.ts'
import { applyRows } from './apply.ts'

export interface CommitActor {
  id: string
  displayName: string
  roles: readonly string[]
}

export interface CommitDeps {
  db: Knex
  now: () => Date
  /** Civil date in Asia/Shanghai. */
  today: () => string
}

/** Somebody wrote parcels of the county after the checks: what they found may no longer be true. */
export class ChecksOutdated extends Error {}

const headSeq = async (db: Knex, divisionCode: string, lock: boolean): Promise<number> => {
  const query = db('chain_heads').where({ division_code: divisionCode })
  if (lock) void query.forUpdate()
  const row = await query.first<{ seq: number } | undefined>('seq')
  return Number(row?.seq ?? 0)
}

/** How far the county's chain of change sets is: the same number later means nothing was written in between. */
export const chainSeq = (db: Knex, divisionCode: string): Promise<number> => headSeq(db, divisionCode, false)

/**
 * Locks what the commit touches, always in this order: parcels by id, then the head of the chain. An edit under way
 * holds its parcel and waits for the head; taking the head first would wait for each other.
 */
async function lockCounty(trx: Knex.Transaction, record: ImportRecord): Promise<void> {
  await trx.raw(
    `SELECT p.id FROM parcels p
     JOIN import_outcomes o ON o.division_code = p.division_code AND o.parcel_id = p.id
     WHERE o.division_code = ? AND o.import_id = ? AND o.outcome = 'changed' ORDER BY p.id FOR UPDATE OF p`,
    [record.divisionCode, record.id],
  )
  const seq = await headSeq(trx, record.divisionCode, true)
  if (seq !== (record.staged.chainSeq ?? 0)) throw new ChecksOutdated()
}

function changeSetOf(
  record: ImportRecord,
  kind: ChangeSetInput['kind'],
  actor: CommitActor,
  deps: CommitDeps,
  reason: string | null,
): ChangeSetInput {
  const [file] = record.files
  return {
    divisionCode: record.divisionCode,
    id: newChangeSetId(record.divisionCode),
    kind,
    actor,
    recordedAt: deps.now(),
    effectiveOn: deps.today(),
    reason,
    source: {
      importId: record.id,
      fileName: file?.name ?? null,
      sha256: file?.sha256 ?? null,
      layer: record.layer,
    },
  }
}

/** Null when a double click or a restarted job finds the work done already. */
export async function commitImport(
  deps: CommitDeps,
  target: { divisionCode: string; importId: string },
  actor: CommitActor,
  onRows: (done: number) => void,
): Promise<CompletedChangeSet | null> {
  return withoutJit(deps.db, async (trx) => {
    const imports = importRepository(trx)
    const record = await imports.findForUpdate(target.divisionCode, target.importId)
    if (!record || record.status !== 'committing') return null
    await lockCounty(trx, record)
    const changeSet = changeSetOf(record, 'import', actor, deps, null)
    const written = await applyRows(trx, {
      key: { divisionCode: record.divisionCode, importId: record.id },
      changeSet,
      layer: record.layer,
      datumParameters: record.choices.datumParameters ?? null,
      columns: insertedColumns(record.mapping),
      newCount: record.counts.new,
      year: deps.today().slice(0, 4),
      onRows,
    })
    const expected = record.counts.new + record.counts.changed
    if (written !== expected) throw new ChecksOutdated()
    const completed =
      written === 0
        ? null
        : await completeChangeSet(trx, changeSet, { hasOnlyNew: record.counts.changed === 0 })
    await imports.update(record.divisionCode, record.id, {
      status: 'committed',
      committedAt: changeSet.recordedAt,
      changeSetId: completed ? changeSet.id : null,
      notice: completed ? null : { code: 'nothing_changed', params: {} },
    })
    return completed
  })
}

/** Takes a committed import back as a whole by a new change set; refused when later work was built on it. */
export async function undoImport(
  deps: CommitDeps,
  target: { divisionCode: string; importId: string },
  actor: CommitActor,
  reason: string | null,
): Promise<CompletedChangeSet | null> {
  return withoutJit(deps.db, async (trx) => {
    const imports = importRepository(trx)
    const record = await imports.findForUpdate(target.divisionCode, target.importId)
    if (!record || record.status !== 'committed') return null
    const changeSet = changeSetOf(record, 'undo_import', actor, deps, reason)
    const completed =
      record.changeSetId === null ? null : await undoChangeSet(trx, record.changeSetId, changeSet)
    await imports.update(record.divisionCode, record.id, {
      status: 'undone',
      undoneAt: changeSet.recordedAt,
      undoChangeSetId: completed ? changeSet.id : null,
    })
    return completed
  })
}
