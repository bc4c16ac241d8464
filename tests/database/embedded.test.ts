import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const migrationless = { mode: 'embedded', migrationsDirectory: '/nowhere' } as const

describe('the watchdog of the embedded database', () => {
  const BUDGET_MS = 400
  let db: TestDatabase
  const tooLong = (knex: TestDatabase['knex']): Promise<unknown> =>
    knex.raw('SELECT count(*) FROM generate_series(1, 2000000000)').then(() => 'finished')

  beforeAll(async () => {
    db = await createTestDatabase({ ...migrationless, watchdogMs: BUDGET_MS })
    await db.knex.raw('CREATE TABLE kept (id int)')
  })
  afterAll(() => db?.drop())

  test('ends a statement that runs too long, and nothing committed is lost', async () => {
    await db.knex('kept').insert({ id: 1 })
    const startedAt = performance.now()
    await expect(tooLong(db.knex)).rejects.toMatchObject({
      code: '57014',
      message: expect.stringContaining('400 ms'),
    })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    expect(await db.knex('kept').pluck('id')).toEqual([1])
  })

  test('rolls the transaction of that statement back and leaves others waiting, not failing', async () => {
    const attempt = db.knex.transaction(async (trx) => {
      await trx('kept').insert({ id: 2 })
      await trx.raw('SELECT count(*) FROM generate_series(1, 2000000000)')
    })
    const waiting = db.knex('kept').pluck('id')
    await expect(attempt).rejects.toMatchObject({ code: '57014' })
    expect(await waiting).toEqual([1])
  })

  test('a transaction that swallows the error cannot commit what went before it', async () => {
    await db.knex
      .transaction(async (trx) => {
        await trx('kept').insert({ id: 3 })
        await trx.raw('SELECT count(*) FROM generate_series(1, 2000000000)').catch(() => undefined)
        await expect(trx('kept').insert({ id: 4 })).rejects.toMatchObject({ code: '25P02' })
      })
      .catch(() => undefined)
    expect(await db.knex('kept').pluck('id')).toEqual([1])
  })

  test('gives more time to whom a budget was given', async () => {
    const slow = 'SELECT count(*) FROM generate_series(1, 6000000)'
    const startedAt = performance.now()
    await db.withStatementBudget(60_000, () => db.knex.raw(slow))
    expect(performance.now() - startedAt).toBeGreaterThan(BUDGET_MS)
    await expect(tooLong(db.knex)).rejects.toMatchObject({ code: '57014' })
  })

  test('a listener is told it was down, comes back and hears again', async () => {
    const heard: string[] = []
    const listening = await db.listen('versions', (payload) => heard.push(payload))
    const failing = expect(tooLong(db.knex)).rejects.toMatchObject({ code: '57014' })
    const states = new Set<boolean>()
    const watch = setInterval(() => states.add(listening.isUp()), 5)
    await failing
    clearInterval(watch)
    expect(states).toContain(false)
    for (let waited = 0; !listening.isUp() && waited < 5000; waited += 10) await sleep(10)
    expect(listening.isUp()).toBe(true)
    await db.knex.raw("NOTIFY versions, 'again'")
    for (let waited = 0; heard.length === 0 && waited < 5000; waited += 10) await sleep(10)
    expect(heard).toEqual(['again'])
    await listening.stop()
  })

  test('a long statement does not block the event loop', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 5)
    await db.withStatementBudget(60_000, () =>
      db.knex.raw('SELECT count(*) FROM generate_series(1, 5000000)'),
    )
    clearInterval(timer)
    // A blocked loop takes no turn before the answer is there, however slow the machine.
    expect(turns).toBeGreaterThan(10)
  })
})

describe('the session behind the embedded database', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase(migrationless)
    await db.knex.raw('CREATE TABLE kept (id int)')
  })
  afterAll(() => db?.drop())

  test('COPY FROM STDIN is refused instead of ending the session', async () => {
    await expect(db.knex.raw('COPY kept FROM STDIN')).rejects.toMatchObject({ code: '0A000' })
    expect((await db.knex.raw('SELECT 1 AS alive')).rows).toEqual([{ alive: 1 }])
  })

  test('a server that stops under a statement is started again, with an error for that statement only', async () => {
    // The comment hides COPY from the bridge: PGlite then exits, as it would on a panic.
    const attempt = db.knex.transaction(async (trx) => {
      await trx('kept').insert({ id: 7 })
      await trx.raw('/* hidden */ COPY kept FROM STDIN')
    })
    const waiting = db.knex('kept').pluck('id')
    await expect(attempt).rejects.toMatchObject({ code: 'XX000' })
    expect(await waiting).toEqual([])
  })

  test('a connection that goes away in a transaction is rolled back', async () => {
    const config = db.knex.client.config.connection() as pg.ClientConfig
    const client = new pg.Client(config)
    client.on('error', () => undefined)
    await client.connect()
    await client.query('BEGIN')
    await client.query('INSERT INTO kept VALUES (1)')
    const waiting = db.knex('kept').pluck('id')
    await client.end()
    expect(await waiting).toEqual([])
  })

  test('an error in the middle of a batch of messages skips to the next Sync', async () => {
    const client = new pg.Client(db.knex.client.config.connection() as pg.ClientConfig)
    await client.connect()
    await expect(client.query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' })
    await expect(client.query('INSERT INTO kept VALUES ($1::int / 0)', [1])).rejects.toMatchObject({
      code: '22012',
    })
    await client.query('INSERT INTO kept VALUES ($1)', [5])
    expect((await client.query('SELECT id FROM kept')).rows).toEqual([{ id: 5 }])
    await client.end()
  })

  test('files are flushed: fsync is on and the write-ahead log uses it', async () => {
    const { rows } = await db.knex.raw(
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'wal_sync_method') ORDER BY name",
    )
    expect(rows.map(({ setting }: { setting: string }) => setting)).toEqual(['on', 'on', 'on', 'fsync'])
  })

  test('the write-ahead log is cut back by checkpoints when the session rests', async () => {
    await db.knex.raw(
      'CREATE TABLE bulky AS SELECT g, repeat(md5(g::text), 20) AS t FROM generate_series(1, 60000) g',
    )
    const distance = async (): Promise<number> => {
      const sql =
        'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()'
      return (await db.knex.raw(sql)).rows[0].bytes
    }
    expect(await distance()).toBeGreaterThan(16 * 1024 * 1024)
    await sleep(3500)
    expect(await distance()).toBeLessThan(1024 * 1024)
  })
})
