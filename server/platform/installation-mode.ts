import type { Knex } from 'knex'
import { StartRefused } from './data-directory.ts'

const KEY = 'installation.mode'

/** The mode that filled this database; null for one that has never been started. */
export async function modeOfDatabase(knex: Knex): Promise<'live' | 'demo' | null> {
  const row = (await knex('settings').where({ key: KEY }).first('value')) as { value: unknown } | undefined
  return row?.value === 'live' || row?.value === 'demo' ? row.value : null
}

/**
 * A database belongs to the mode that filled it first. A demo pointed at a real database by DATABASE_URL would set
 * known passwords there.
 */
export async function claimDatabase(knex: Knex, mode: 'live' | 'demo', now: Date): Promise<void> {
  await knex('settings')
    .insert({ key: KEY, value: JSON.stringify(mode), updated_at: now, updated_by: 'system' })
    .onConflict('key')
    .ignore()
  const row = (await knex('settings').where({ key: KEY }).first('value')) as { value: unknown }
  if (row.value === mode) return
  throw new StartRefused(
    mode === 'live'
      ? {
          zh: '这个数据库存放的是演示数据，正式系统不能使用。请换一个 DATABASE_URL 或 DATA_DIR。',
          en: 'This database holds demo data, which the real system must not use. Set another DATABASE_URL or DATA_DIR.',
        }
      : {
          zh: '这个数据库存放的是正式数据，演示不能使用。请换一个 DATABASE_URL 或 DATA_DIR。',
          en: 'This database holds real data, which the demo must not use. Set another DATABASE_URL or DATA_DIR.',
        },
  )
}
