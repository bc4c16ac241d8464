/**
 * Staging of imports that nobody has touched for long is cleared. The import stays, with its files, choices and
 * issues: who opens or commits it later has its checks run again.
 */
import type { Knex } from 'knex'
import type { ImportStatus } from '../contract/import.ts'
import { importRepository } from './repository.ts'
import { ALL_STAGING, deleteStagedSlice, STAGING_TABLES, type ImportKey } from './pipeline/stage-rows.ts'

/** Nothing is under way, and nothing is done either. */
const RESTING: readonly ImportStatus[] = ['ready', 'needs_choice', 'refused', 'failed']

const OUTDATED = `
  SELECT i.division_code, i.id, i.run FROM imports i
  WHERE i.status = ANY(?) AND coalesce(i.checked_at, i.created_at) < ? AND (${ALL_STAGING.map(
    (table) =>
      `EXISTS (SELECT 1 FROM ${STAGING_TABLES[table]} s WHERE s.division_code = i.division_code AND s.import_id = i.id)`,
  ).join(' OR ')})
  ORDER BY i.created_at`

interface Outdated {
  division_code: string
  id: string
  run: number
}

/** A slice a transaction, and none once somebody has begun another run: its rows are not to be taken away. */
async function clear(db: Knex, { division_code: divisionCode, id, run }: Outdated): Promise<boolean> {
  const key: ImportKey = { divisionCode, importId: id }
  for (const table of ALL_STAGING) {
    for (let isMore = true; isMore;) {
      const outcome = await db.transaction(async (trx) => {
        const imports = importRepository(trx)
        const record = await imports.findForUpdate(divisionCode, id)
        if (record?.run !== run || !RESTING.includes(record.status)) return 'overtaken'
        if (!record.staged.isCleared) await imports.update(divisionCode, id, { staged: { isCleared: true } })
        return (await deleteStagedSlice(trx, key, table)) ? 'more' : 'done'
      })
      if (outcome === 'overtaken') return false
      isMore = outcome === 'more'
    }
  }
  return true
}

export async function sweepStaging(db: Knex, olderThan: Date): Promise<number> {
  const { rows } = await db.raw<{ rows: Outdated[] }>(OUTDATED, [[...RESTING], olderThan])
  let cleared = 0
  for (const outdated of rows) if (await clear(db, outdated)) cleared++
  return cleared
}
