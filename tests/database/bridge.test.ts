import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, testModes, type TestDatabase } from '../support/database.ts'

const NO_MIGRATIONS = new URL('./no-such-folder', import.meta.url).pathname
const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds() && waited < 5000; waited += 20)
    await new Promise((next) => setTimeout(next, 20))
}

describe.each(testModes())('the %s database', (mode) => {
  let db: TestDatabase
  let knex: Knex

  beforeAll(async () => {
    db = await createTestDatabase({ mode, migrationsDirectory: NO_MIGRATIONS, poolMax: 5 })
    knex = db.knex
    await knex.schema.createTable('notes', (table) => {
      table.increments('id')
      table.text('body').unique()
    })
  })
  afterAll(() => db?.drop())

  test('says what it is', () => {
    expect(db.mode).toBe(mode)
    expect(Number.parseInt(db.version.postgres, 10)).toBeGreaterThanOrEqual(15)
    expect(db.version.postgis).toMatch(/^3\.\d+\.\d+/)
  })

  test('an error carries its SQLSTATE and the connection goes on', async () => {
    await expect(knex.raw('SELECT nope')).rejects.toMatchObject({ code: '42703' })
    await expect(knex.raw('SELECT 1 / ?::int', [0])).rejects.toMatchObject({ code: '22012' })
    await expect(knex('notes').insert([{ body: 'twice' }, { body: 'twice' }])).rejects.toMatchObject({
      code: '23505',
      constraint: 'notes_body_unique',
    })
    expect((await knex.raw('SELECT ?::int AS one', [1])).rows).toEqual([{ one: 1 }])
  })

  test('an error inside a transaction rolls it back whole', async () => {
    const attempt = knex.transaction(async (trx) => {
      await trx('notes').insert({ body: 'gone' })
      await trx.raw('SELECT 1 / 0')
    })
    await expect(attempt).rejects.toMatchObject({ code: '22012' })
    expect(await knex('notes').where({ body: 'gone' })).toEqual([])
  })

  test('a savepoint undoes its own part only', async () => {
    await knex.transaction(async (trx) => {
      await trx('notes').insert({ body: 'kept' })
      await trx
        .transaction(async (inner) => {
          await inner('notes').insert({ body: 'undone' })
          throw new Error('inner')
        })
        .catch(() => undefined)
      await trx('notes').insert({ body: 'kept too' })
    })
    expect(await knex('notes').whereIn('body', ['kept', 'undone', 'kept too']).pluck('body')).toEqual([
      'kept',
      'kept too',
    ])
  })

  test('nobody sees a transaction before it commits', async () => {
    const seen: string[] = []
    let commit = (): void => {}
    const mayCommit = new Promise<void>((resolve) => (commit = resolve))
    const writing = knex.transaction(async (trx) => {
      await trx('notes').insert({ body: 'isolated' })
      seen.push(`inside ${(await trx('notes').where({ body: 'isolated' })).length}`)
      await mayCommit
    })
    await until(() => seen.length > 0)
    let hasRead = false
    const reading = knex('notes')
      .where({ body: 'isolated' })
      .then((rows) => {
        hasRead = true
        return rows
      })
    const { pool } = knex.client as { pool: { numPendingAcquires(): number } }
    // With one connection the reader waits for the writer; with several it reads beside it.
    await until(() => (mode === 'embedded' ? pool.numPendingAcquires() > 0 : hasRead))
    commit()
    const outside = await reading
    expect(outside.length).toBe(mode === 'embedded' ? 1 : 0)
    await writing
    expect(seen).toEqual(['inside 1'])
    expect(await knex('notes').where({ body: 'isolated' })).toHaveLength(1)
  })

  test('rows, counts and affected rows come as knex promises them', async () => {
    const inserted = await knex('notes')
      .insert([{ body: 'a1' }, { body: 'a2' }])
      .returning(['body'])
    expect(inserted).toEqual([{ body: 'a1' }, { body: 'a2' }])
    expect(
      await knex('notes')
        .whereIn('body', ['a1', 'a2'])
        .update({ body: knex.raw("body || '!'") }),
    ).toBe(2)
    const raw = await knex.raw("DELETE FROM notes WHERE body LIKE 'a_!'")
    expect(raw).toMatchObject({ rowCount: 2, command: 'DELETE' })
  })

  test('numbers, dates and instants arrive as what they are', async () => {
    const { rows } = await knex.raw(`SELECT
      9007199254740991::bigint AS big, count(*) AS counted, 12.50::numeric AS exact, date '2024-03-05' AS day,
      timestamptz '2024-03-05 08:30:00.123+08' AS at, timestamp '2024-03-05 08:30:00' AS local,
      ARRAY[1,2]::bigint[] AS bigs, ARRAY[date '2024-03-05', NULL] AS days, ARRAY[1.5]::numeric[] AS exacts,
      '{"a":[1,"中"]}'::jsonb AS json, '\\x00ff'::bytea AS bytes, NULL::date AS nothing`)
    expect(rows[0]).toEqual({
      big: 9007199254740991,
      counted: 1,
      exact: 12.5,
      day: '2024-03-05',
      at: new Date('2024-03-05T00:30:00.123Z'),
      local: '2024-03-05 08:30:00',
      bigs: [1, 2],
      days: ['2024-03-05', null],
      exacts: [1.5],
      json: { a: [1, '中'] },
      bytes: Buffer.from([0, 255]),
      nothing: null,
    })
    await expect(knex.raw('SELECT 9007199254740993::bigint AS n')).rejects.toThrow(/9007199254740993/)
    expect((await knex.raw('SELECT 1 AS still')).rows).toEqual([{ still: 1 }])
  })

  test('NOTIFY reaches listeners at commit, and not after a rollback', async () => {
    const heard: string[] = []
    const listening = await db.listen('tile_versions', (payload) => heard.push(payload))
    expect(listening.isUp()).toBe(true)
    await knex.raw("SELECT pg_notify('tile_versions', ?)", ['一号'])
    await knex.transaction((trx) => trx.raw("SELECT pg_notify('tile_versions', 'committed')"))
    await knex
      .transaction(async (trx) => {
        await trx.raw("SELECT pg_notify('tile_versions', 'never')")
        throw new Error('no')
      })
      .catch(() => undefined)
    await knex.raw("NOTIFY another_channel, 'unheard'")
    await until(() => heard.length >= 2)
    expect(heard).toEqual(['一号', 'committed'])
    await listening.stop()
    expect(listening.isUp()).toBe(false)
  })

  test('several listeners share one connection', async () => {
    const heard: string[] = []
    const first = await db.listen('one', (payload) => heard.push(`one ${payload}`))
    const second = await db.listen('two', (payload) => heard.push(`two ${payload}`))
    await first.stop()
    await knex.raw("NOTIFY one, 'x'")
    await knex.raw("NOTIFY two, 'y'")
    await until(() => heard.length > 0)
    expect(heard).toEqual(['two y'])
    await second.stop()
  })

  test('a large result arrives whole', async () => {
    const { rows } = await knex.raw(
      `SELECT g AS id, repeat(md5(g::text), 10) AS body FROM generate_series(1, 60000) g`,
    )
    expect(rows).toHaveLength(60000)
    expect(rows[59999]).toEqual({ id: 60000, body: expect.stringMatching(/^[0-9a-f]{320}$/) })
  })

  test('a single value of 20 MB goes there and back', async () => {
    const bytes = randomBytes(20_000_000)
    const { rows } = await knex.raw('SELECT ?::bytea AS bytes', [bytes])
    expect(bytes.equals(rows[0].bytes)).toBe(true)
  })

  test('big batches of text arrays are inserted', async () => {
    const bodies = Array.from({ length: 20000 }, (_, index) => `批量 ${index} ${'x'.repeat(200)}`)
    const { rowCount } = await knex.raw('INSERT INTO notes (body) SELECT unnest(?::text[])', [bodies])
    expect(rowCount).toBe(20000)
    const [{ count }] = await knex('notes').where('body', 'like', '批量 %').count('* as count')
    expect(count).toBe(20000)
  })

  test('two hundred statements and transactions at once all have their turn', async () => {
    await knex.raw('CREATE TABLE counters (n integer NOT NULL)')
    await knex('counters').insert({ n: 0 })
    const work = Array.from({ length: 200 }, (_, index) =>
      index % 4 === 0
        ? knex.transaction(async (trx) => {
            await trx.raw('SELECT n FROM counters FOR UPDATE')
            await trx('counters').increment('n', 1)
          })
        : knex.raw('SELECT ?::int AS i', [index]).then(({ rows }) => expect(rows[0].i).toBe(index)),
    )
    await Promise.all(work)
    expect(await knex('counters').first()).toEqual({ n: 50 })
  })

  test('several statements in one text run one after the other', async () => {
    await knex.raw('CREATE TABLE several (a int); INSERT INTO several VALUES (1), (2)')
    expect(await knex('several').pluck('a')).toEqual([1, 2])
  })

  test('Chinese text has trigrams', async () => {
    const { rows } = await knex.raw("SELECT similarity('鄂托克前旗', '鄂托克旗') > 0.2 AS similar")
    expect(rows).toEqual([{ similar: true }])
  })

  test('every Chinese coordinate system transforms to EPSG:4490', async () => {
    const { rows } = await knex.raw(`SELECT srid FROM spatial_ref_sys
      WHERE srid IN (4490, 4326, 3857, 4610, 4214) OR srid BETWEEN 4491 AND 4554 OR srid BETWEEN 2327 AND 2442
        OR srid BETWEEN 21413 AND 21463 OR srid BETWEEN 21473 AND 21483 OR srid BETWEEN 32643 AND 32653`)
    expect(rows.length).toBe(229)
    const { rows: points } = await knex.raw(
      'SELECT ST_X(p) AS lon, ST_Y(p) AS lat FROM ST_Transform(ST_SetSRID(ST_MakePoint(36500000, 4300000), 4524), 4490) p',
    )
    expect(points[0].lon).toBeCloseTo(108, 9)
    expect(points[0].lat).toBeCloseTo(38.833318, 5)
  })

  test('VACUUM ANALYZE runs on one table and on all', async () => {
    await db.vacuumAnalyze(['notes'])
    await db.vacuumAnalyze()
  })

  test('nothing global was changed in pg', async () => {
    const pg = (await import('pg')).default
    expect(pg.types.getTypeParser(20)('5')).not.toBe(5)
  })
})
