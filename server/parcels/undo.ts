import type { Knex } from 'knex'
import { ProblemError } from '../platform/problems.ts'
import type { ChangeSetInput } from './change-sets.ts'
import { completeChangeSet, type CompletedChangeSet } from './complete.ts'
import { restoreParcels, withdrawParcels } from './write.ts'

/** Most parcels a refusal lists. */
const LISTED_PARCELS = 50

export interface BuiltOnParcel {
  id: string
  label: string
  by: string
}

/** Parcels of a change set that a later one has built on: undoing would lose that later work. */
export async function parcelsBuiltOn(
  trx: Knex.Transaction,
  divisionCode: string,
  changeSetId: string,
): Promise<BuiltOnParcel[]> {
  const result = await trx.raw<{ rows: BuiltOnParcel[] }>(
    `SELECT p.id, coalesce(p.parcel_no, p.name, '') AS label, coalesce(c.actor_name, '') AS by
     FROM parcel_versions v
     JOIN parcels p ON p.division_code = v.division_code AND p.id = v.parcel_id
     LEFT JOIN change_sets c ON c.division_code = p.division_code AND c.id = p.change_set_id
     WHERE v.division_code = ? AND v.change_set_id = ? AND p.change_set_id <> v.change_set_id
     ORDER BY p.parcel_no, p.id LIMIT ?`,
    [divisionCode, changeSetId, LISTED_PARCELS],
  )
  return result.rows
}

/**
 * Undoes a whole change set by a new one: parcels it created are withdrawn, those it changed go back to their
 * previous version. Refused with `import.undo_refused` (409), listing the parcels, when anything was built on it.
 */
export async function undoChangeSet(
  trx: Knex.Transaction,
  undoneId: string,
  input: ChangeSetInput,
): Promise<CompletedChangeSet> {
  await trx.raw(
    `SELECT id FROM parcels WHERE division_code = ? AND change_set_id = ? ORDER BY id FOR UPDATE`,
    [input.divisionCode, undoneId],
  )
  const builtOn = await parcelsBuiltOn(trx, input.divisionCode, undoneId)
  if (builtOn.length > 0) {
    throw new ProblemError('import.undo_refused', {
      count: builtOn.length,
      parcels: builtOn.map((parcel) => parcel.label).join('、'),
    })
  }
  const target = { divisionCode: input.divisionCode, changeSetId: input.id, recordedAt: input.recordedAt }
  await restoreParcels(trx, target, undoneId)
  await withdrawParcels(trx, target, undoneId)
  return completeChangeSet(trx, input)
}
