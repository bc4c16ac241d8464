import { connect, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { redactConnectionString } from '../../server/platform/database/native.ts'
import { openDatabase } from '../../server/platform/database/open.ts'
import { createTestDatabase, nativeIsAvailable, type TestDatabase } from '../support/database.ts'

const folders = { dataDir: tmpdir(), cacheDir: tmpdir() }

describe('a connection string', () => {
  test.each([
    ['postgresql://qidi:s3cret@db:5432/qidi', 'postgresql://qidi:***@db:5432/qidi'],
    ['postgres://qidi:a@b:c@db/qidi?sslmode=require', 'postgres://qidi:***@db/qidi?sslmode=require'],
    ['postgresql://db/qidi?user=qidi&password=s3cret&x=1', 'postgresql://db/qidi?user=qidi&password=***&x=1'],
    ['postgresql://db/qidi', 'postgresql://db/qidi'],
  ])('is shown without its password: %s', (given, shown) => {
    expect(redactConnectionString(given)).toBe(shown)
  })

  test('never stands in an error with its password', async () => {
    const refused = openDatabase({
      ...folders,
      databaseUrl: 'postgresql://qidi:s3cret@127.0.0.1:1/qidi',
      reachableWithinMs: 1500,
    })
    const error = await refused.then(
      () => null,
      (reason: Error) => reason,
    )
    expect(error).toMatchObject({ problem: 'unreachable' })
    expect(error?.message).toContain('qidi:***@127.0.0.1:1')
    expect(error?.message).not.toContain('s3cret')
  })
})

/** Not run where there is no native server and none was asked for; the embedded tests stand for the rest. */
describe.runIf(nativeIsAvailable() && process.env.QIDI_TEST_MODE !== 'embedded')(
  'the native database',
  () => {
    const opened: TestDatabase[] = []
    afterAll(() => Promise.all(opened.map((db) => db.drop())))
    const create = async (): Promise<TestDatabase> => {
      const db = await createTestDatabase({ mode: 'native', migrationsDirectory: '/nowhere' })
      opened.push(db)
      return db
    }
    const onServer = async (db: TestDatabase, ...statements: string[]): Promise<void> => {
      const client = new pg.Client({ connectionString: db.databaseUrl?.replace(/[^/]*$/, 'postgres') })
      await client.connect()
      for (const statement of statements) await client.query(statement)
      await client.end()
    }
    const addressOf = (db: TestDatabase, name: string): string =>
      db.databaseUrl?.replace(/[^/]*$/, name) ?? ''

    test('is waited for while it comes up, and the wait is told', async () => {
      const db = await create()
      const target = new URL(db.databaseUrl ?? '')
      const behind = Number(target.port)
      const gate = createServer((socket) => forward(socket, behind))
      const port = await freePortOf(createServer())
      target.port = String(port)
      const told: string[] = []
      setTimeout(() => gate.listen(port, '127.0.0.1'), 1500)
      const late = await openDatabase({
        ...folders,
        databaseUrl: target.href,
        onProgress: ({ en }) => told.push(en),
      })
      expect((await late.knex.raw('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
      await late.close()
      gate.close()
      expect(told[0]).toMatch(/Waiting for the database .*\*\*\*.*ECONNREFUSED/)
    })

    test('without UTF-8 letters is refused, because Chinese search would find nothing', async () => {
      const db = await create()
      const name = `c_locale_${process.pid}`
      await onServer(
        db,
        `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
      )
      const refused = openDatabase({ ...folders, databaseUrl: addressOf(db, name) })
      await expect(refused).rejects.toMatchObject({
        problem: 'text_not_unicode',
        zh: expect.stringContaining('中文检索'),
      })
      await onServer(db, `DROP DATABASE ${name} WITH (FORCE)`)
    })

    test('that lacks an extension and may not create it says what to run', async () => {
      const db = await create()
      const name = `bare_${process.pid}`
      const address = new URL(addressOf(db, name))
      Object.assign(address, { username: `plain_${process.pid}`, password: 'plain' })
      await onServer(
        db,
        `CREATE DATABASE ${name} TEMPLATE template0`,
        `CREATE ROLE plain_${process.pid} LOGIN PASSWORD 'plain'`,
      )
      const refused = openDatabase({ ...folders, databaseUrl: address.href })
      await expect(refused).rejects.toMatchObject({
        problem: 'extension_missing',
        message: expect.stringContaining('CREATE EXTENSION postgis;'),
      })
      await onServer(db, `DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE plain_${process.pid}`)
    })

    test('a listener whose connection is cut comes back', async () => {
      const db = await create()
      const heard: string[] = []
      const listening = await db.listen('versions', (payload) => heard.push(payload))
      await db.knex.raw(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
      )
      const waitFor = async (holds: () => boolean): Promise<void> => {
        for (let waited = 0; !holds() && waited < 5000; waited += 5)
          await new Promise((next) => setTimeout(next, 5))
      }
      await waitFor(() => !listening.isUp())
      expect(listening.isUp()).toBe(false)
      await waitFor(() => listening.isUp())
      await db.knex.raw("NOTIFY versions, 'again'")
      await waitFor(() => heard.length > 0)
      expect(heard).toEqual(['again'])
    })
  },
)

async function freePortOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

function forward(socket: Socket, port: number): void {
  const target = connect(port, '127.0.0.1')
  socket.on('error', () => target.destroy()).pipe(target)
  target.on('error', () => socket.destroy()).pipe(socket)
}
