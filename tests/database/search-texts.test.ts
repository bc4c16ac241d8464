import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newChangeSetId } from '../../server/parcels/change-sets.ts'
import { completeChangeSet } from '../../server/parcels/complete.ts'
import { parcelFilterSql } from '../../server/parcels/filter.ts'
import { indexSearchTexts } from '../../server/parcels/search-texts.ts'
import { editParcel } from '../../server/parcels/write.ts'
import { TEST_ACTOR, moveParcel, seedParcels, square } from '../factories/parcels.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const DIVISION = '150623'
/** More than a change set may have for its texts to be indexed at once. */
const MANY = 1_001
let database: TestDatabase
let many: string[]

const named = (prefix: string) => (_: unknown, index: number) => ({
  ring: square((index % 100) * 120, Math.floor(index / 100) * 120),
  columns: { name: `${prefix}第${index}号`, parcel_no: `${prefix}-${index}` },
})

beforeAll(async () => {
  database = await createTestDatabase()
  const seeded = await seedParcels(database.knex, Array.from({ length: MANY }, named('查找')))
  many = seeded.ids
})
afterAll(() => database.drop())

async function found(q: string): Promise<string[]> {
  const { sql, bindings } = parcelFilterSql({ q }, 'p')
  const { rows } = await database.knex.raw<{ rows: { id: string }[] }>(
    `SELECT p.id FROM parcels p WHERE ${sql} ORDER BY p.id`,
    [...bindings],
  )
  return rows.map((row) => row.id)
}

async function rename(id: string, version: number, name: string): Promise<void> {
  const target = { divisionCode: DIVISION, changeSetId: newChangeSetId(DIVISION), recordedAt: new Date() }
  await database.knex.transaction(async (trx) => {
    await editParcel(trx, target, { id, version, columns: { name }, missing: [], status: 'registered' })
    await completeChangeSet(trx, {
      ...target,
      id: target.changeSetId,
      kind: 'edit',
      actor: TEST_ACTOR,
      effectiveOn: '2026-02-01',
    })
  })
}

const waiting = async (): Promise<number> =>
  Number((await database.knex('parcel_search').where({ is_indexed: false }).count('* as n'))[0]!['n'])

describe('what parcels are found by', () => {
  it('is found at once after a large write, before its index is made', async () => {
    expect(await waiting()).toBe(MANY)
    expect(await found('第77号')).toEqual([many[77]])
  })

  it('follows an edit made while its text waits', async () => {
    await rename(many[5]!, 1, '改作湿地')
    expect(await found('湿地')).toEqual([many[5]])
    expect(await found('第5号')).toEqual([])
  })

  it('is the same after it has moved under its index, whoever moves it and however often', async () => {
    const moved = await Promise.all([indexSearchTexts(database.knex), indexSearchTexts(database.knex)])
    expect(moved[0]! + moved[1]!).toBe(MANY)
    expect(await waiting()).toBe(0)
    expect(await indexSearchTexts(database.knex)).toBe(0)
    expect(await found('湿地')).toEqual([many[5]])
    expect(await found('查找-1000')).toEqual([many[1000]])
  })

  it('follows an edit and a later import of a text under the index', async () => {
    await rename(many[6]!, 1, '改作林地')
    await moveParcel(database.knex, many[7]!, square(50_000, 0), { name: '移到草地' })
    expect(await found('林地')).toEqual([many[6]])
    expect(await found('草地')).toEqual([many[7]])
    expect(await found('第6号')).toEqual([])
  })

  it('is not disturbed by writers while texts move', async () => {
    const { ids } = await seedParcels(database.knex, Array.from({ length: MANY }, named('同时')))
    const edits = Array.from({ length: 12 }, (_, index) => rename(ids[index * 80]!, 1, `改过${index}`))
    await Promise.all([indexSearchTexts(database.knex), ...edits])
    expect(await found('改过')).toHaveLength(12)
    expect(await found('同时第80号')).toEqual([])
    expect(await waiting()).toBe(0)
  })

  it('of two characters is found through the index', async () => {
    await database.vacuumAnalyze(['parcels', 'parcel_search'])
    const { sql, bindings } = parcelFilterSql({ q: '湿地' }, 'p')
    const plan = await database.knex.raw<{ rows: Record<string, string>[] }>(
      `EXPLAIN SELECT p.id FROM parcels p WHERE ${sql}`,
      [...bindings],
    )
    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('parcel_search_trigrams')
  })
})
