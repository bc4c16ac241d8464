import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

interface Pool {
  acquireConnection(): Promise<pg.Client>
  releaseConnection(client: pg.Client): Promise<void>
}

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ mode: 'embedded' })
})
afterAll(() => database.drop())

test('a statement that stops short is an error, never a short answer', async () => {
  const pool = database.knex.client as Pool
  const client = await pool.acquireConnection()
  try {
    // A row limit makes the server stop short on purpose, as a lost geometry exception does by accident.
    const query = { text: 'SELECT * FROM generate_series(1, 3)', values: [], rows: 1 }
    await expect(client.query(query)).rejects.toMatchObject({ code: 'XX000' })
  } finally {
    await pool.releaseConnection(client)
  }
  expect((await database.knex.raw('SELECT ?::int AS one', [1])).rows).toEqual([{ one: 1 }])
})
