import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DatabaseError } from '../../server/platform/database/errors.ts'
import { migrate, pendingCount, rollbackAll } from '../../server/platform/database/migrations.ts'
import { createTestDatabase, testModes, type TestDatabase } from '../support/database.ts'

const createTable = (name: string): string => `
  export const up = (knex: { raw(sql: string): Promise<unknown> }) => knex.raw('CREATE TABLE ${name} (id int)')
  export const down = (knex: { raw(sql: string): Promise<unknown> }) => knex.raw('DROP TABLE ${name}')
`

describe.each(testModes())('migrations on the %s database', (mode) => {
  let db: TestDatabase
  let directory: string
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text)
  const has = (table: string): Promise<boolean> => db.knex.schema.hasTable(table)

  beforeAll(async () => {
    db = await createTestDatabase({ mode, migrationsDirectory: '/nowhere', poolMax: 4 })
  })
  afterAll(() => db?.drop())
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'qidi-migrations-'))
    write('0001_first.ts', createTable('first'))
    write('0002_second.ts', createTable('second'))
    write('README.md', 'not a migration')
    write('notes.ts', 'not a migration either')
    await db.knex.raw('DROP TABLE IF EXISTS first, second, third, knex_migrations, knex_migrations_lock')
    return () => rmSync(directory, { recursive: true, force: true })
  })

  test('go up, all the way down and up again', async () => {
    expect(await pendingCount(db.knex, { directory })).toBe(2)
    expect(await migrate(db.knex, { directory })).toEqual(['0001_first', '0002_second'])
    expect(await pendingCount(db.knex, { directory })).toBe(0)
    expect(await migrate(db.knex, { directory })).toEqual([])
    expect(await rollbackAll(db.knex, { directory })).toEqual(['0002_second', '0001_first'])
    expect(await has('first')).toBe(false)
    expect(await migrate(db.knex, { directory })).toHaveLength(2)
    expect(await has('second')).toBe(true)
  })

  test('are recorded without an extension, so that compiled and source code agree', async () => {
    await migrate(db.knex, { directory })
    expect(await db.knex('knex_migrations').orderBy('id').pluck('name')).toEqual([
      '0001_first',
      '0002_second',
    ])
  })

  test('are all or nothing: a broken one takes its predecessors of the same run along', async () => {
    write('0003_third.ts', createTable('third').replace('CREATE TABLE third', 'CREATE TABEL third'))
    await expect(migrate(db.knex, { directory })).rejects.toMatchObject({ code: '42601' })
    expect([await has('first'), await has('second')]).toEqual([false, false])
    write('0004_fourth.ts', createTable('fourth'))
    expect(await pendingCount(db.knex, { directory })).toBe(4)
  })

  test('run although a killed process left its lock behind', async () => {
    await migrate(db.knex, { directory })
    await db.knex('knex_migrations_lock').update({ is_locked: 1 })
    write('0003_third.ts', createTable('third'))
    expect(await migrate(db.knex, { directory })).toEqual(['0003_third'])
    await db.knex('knex_migrations_lock').update({ is_locked: 1 })
    expect(await rollbackAll(db.knex, { directory })).toHaveLength(3)
  })

  test('refuse to run outside a transaction', async () => {
    write('0003_third.ts', `${createTable('third')}\nexport const config = { transaction: false }`)
    const refused = migrate(db.knex, { directory })
    await expect(refused).rejects.toBeInstanceOf(DatabaseError)
    await expect(refused).rejects.toMatchObject({ problem: 'migration_not_transactional' })
  })

  test('started twice at once run once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrate(db.knex, { directory })))
    expect(runs.flat().sort()).toEqual(['0001_first', '0002_second'])
    expect(await db.knex('knex_migrations').count('* as count').first()).toEqual({ count: 2 })
  })
})
