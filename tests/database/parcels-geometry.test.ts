import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newChangeSetId } from '../../server/parcels/change-sets.ts'
import { parcelRepository } from '../../server/parcels/repository.ts'
import { undoChangeSet } from '../../server/parcels/undo.ts'
import { TEST_ACTOR, moveParcel, seedParcels, square } from '../factories/parcels.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const DIVISION = '150623'
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const hashOf = async (id: string): Promise<string> =>
  (await database.knex('parcels').where({ id }).first('geom_hash')).geom_hash

const kept = (hash: string) => database.knex('parcel_geometries').where({ hash })

describe('the geometry of a parcel', () => {
  it('is kept apart only once another has taken its place, and then is found by its hash as before', async () => {
    const repository = parcelRepository(database.knex)
    const { ids } = await seedParcels(database.knex, [{ ring: square(0, 0) }])
    const first = await hashOf(ids[0]!)
    const asSeeded = await repository.findGeometry(DIVISION, first)
    expect(await kept(first)).toHaveLength(0)
    await moveParcel(database.knex, ids[0]!, square(500, 0))
    expect(await hashOf(ids[0]!)).not.toBe(first)
    expect(await kept(first)).toHaveLength(1)
    expect(await repository.findGeometry(DIVISION, first)).toEqual(asSeeded)
  })

  it('is that of the day when the parcel is asked for as it was', async () => {
    const { ids } = await seedParcels(database.knex, [{ ring: square(0, 1000) }])
    const repository = parcelRepository(database.knex)
    const before = await repository.findAt(DIVISION, ids[0]!, new Date('2026-01-10T00:00:00Z'))
    await moveParcel(database.knex, ids[0]!, square(2000, 1000))
    const then = await repository.findAt(DIVISION, ids[0]!, new Date('2026-01-10T00:00:00Z'))
    const now = await repository.findAt(DIVISION, ids[0]!, new Date('2026-01-21T00:00:00Z'))
    expect(then).toEqual(before)
    expect(Number(now!['min_lon'])).toBeGreaterThan(Number(then!['max_lon']))
  })

  it('comes back when the change that replaced it is undone, and the undone one stays known', async () => {
    const { ids } = await seedParcels(database.knex, [{ ring: square(0, 2000) }])
    const rowOf = () =>
      database.knex('parcels').where({ id: ids[0] }).first('geom', 'survey_geom', 'inner_point', 'cell_x')
    const before = await rowOf()
    const first = await hashOf(ids[0]!)
    const moved = await moveParcel(database.knex, ids[0]!, square(3000, 2000))
    const second = await hashOf(ids[0]!)
    await database.knex.transaction((trx) =>
      undoChangeSet(trx, moved, {
        divisionCode: DIVISION,
        id: newChangeSetId(DIVISION),
        kind: 'undo_import',
        actor: TEST_ACTOR,
        recordedAt: new Date('2026-02-01T00:00:00Z'),
        effectiveOn: '2026-02-01',
      }),
    )
    expect(await hashOf(ids[0]!)).toBe(first)
    expect(await rowOf()).toEqual(before)
    expect(await kept(second)).toHaveLength(1)
  })
})
