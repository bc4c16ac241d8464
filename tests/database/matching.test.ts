import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchRows } from '../../server/imports/matching/match.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestDatabase, testModes, type TestDatabase } from '../support/database.ts'

const KEY = { divisionCode: '150623', importId: 'none' }

describe.each(testModes())('matching rows with parcels (%s)', (mode) => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase({ mode })
    await seedParcels(
      database.knex,
      Array.from({ length: 1000 }, (_, i) => ({
        ring: square((i % 50) * 120, Math.floor(i / 50) * 120),
        columns: { supervision_no: `1506232020B${String(i).padStart(5, '0')}` },
      })),
    )
    await database.vacuumAnalyze(['parcels'])
  })
  afterAll(() => database.drop())

  it('finds a supervision number by its index, never by reading every parcel for every row', async () => {
    const asked: { sql: string; bindings: unknown[] }[] = []
    database.knex.on('query', (query: { sql: string; bindings: unknown[] }) => asked.push(query))
    await matchRows(database.knex, KEY, [], { from: 1, to: 100 })
    const { sql, bindings } = asked[0]!
    const { rows } = await database.knex.raw<{ rows: Record<string, string>[] }>(
      `EXPLAIN ${sql.replace(/\$\d+/g, '?')}`,
      bindings as string[],
    )
    const plan = rows.map((row) => Object.values(row)[0]).join('\n')
    expect(plan).toContain('parcels_supervision_no_once')
  })
})
