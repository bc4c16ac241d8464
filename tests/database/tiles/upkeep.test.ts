import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CAUSES_BY_LEDGER } from '#contract/codes/ledger.ts'
import * as tilesMigration from '../../../migrations/0007_tiles.ts'
import { newChangeSetId } from '../../../server/parcels/change-sets.ts'
import { undoChangeSet } from '../../../server/parcels/undo.ts'
import { completeChangeSet } from '../../../server/parcels/complete.ts'
import { editParcel } from '../../../server/parcels/write.ts'
import { countCellFaults, rebuildCells } from '../../../server/tiles/rebuild.ts'
import { TEST_ACTOR, seedParcels, square, type ParcelSeed } from '../../factories/parcels.ts'
import { createTestDatabase, testModes, type TestDatabase } from '../../support/database.ts'

const DIVISION = '150623'
const TOWNS = ['150623100', '150623101', null]
const STATUSES = ['registered', 'verified', 'executing', 'removed']

/** A repeatable stream of numbers in 0..1 (linear congruential, Numerical Recipes' constants). */
function randomStream(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

describe.each(testModes())('cells and sums on the %s database', (mode) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ mode })
  })
  afterAll(() => database.drop())

  const random = randomStream(20_260_105)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!

  function seed(): ParcelSeed {
    const ledger = pick(['approved_unsupplied', 'idle'] as const)
    return {
      ledger,
      status: pick(STATUSES),
      ring: square(random() * 80_000, random() * 80_000, 50 + random() * 900),
      columns: {
        cause: pick([null, ...CAUSES_BY_LEDGER[ledger]]),
        town_code: pick(TOWNS),
        document_area_m2: pick([null, Math.round(random() * 1e9) / 1e4]),
      },
    }
  }

  async function edit(id: string): Promise<string> {
    const row = await database.knex('parcels').where({ id }).first()
    const changeSetId = newChangeSetId(DIVISION)
    const recordedAt = new Date('2026-02-01T00:00:00Z')
    await database.knex.transaction(async (trx) => {
      await editParcel(
        trx,
        { divisionCode: DIVISION, changeSetId, recordedAt },
        {
          id,
          version: row.version,
          columns: {
            town_code: pick(TOWNS),
            cause: pick([null, 'other']),
            document_area_m2: pick([null, 12.5]),
          },
          missing: [],
          status: pick(STATUSES),
        },
      )
      await complete(trx, changeSetId, 'edit', recordedAt)
    })
    return changeSetId
  }

  const complete = (
    trx: Parameters<typeof completeChangeSet>[0],
    id: string,
    kind: 'edit' | 'undo_import',
    recordedAt: Date,
  ) =>
    completeChangeSet(trx, {
      divisionCode: DIVISION,
      id,
      kind,
      actor: TEST_ACTOR,
      recordedAt,
      effectiveOn: '2026-02-01',
    })

  it('equal what the parcels say after imports, edits and an undo, row by row', async () => {
    const first = await seedParcels(database.knex, Array.from({ length: 300 }, seed))
    const second = await seedParcels(database.knex, Array.from({ length: 200 }, seed))
    for (let i = 0; i < 80; i += 1) await edit(pick(first.ids))
    await database.knex.transaction((trx) =>
      undoChangeSet(trx, second.changeSetId, {
        divisionCode: DIVISION,
        id: newChangeSetId(DIVISION),
        kind: 'undo_import',
        actor: TEST_ACTOR,
        recordedAt: new Date('2026-03-01T00:00:00Z'),
        effectiveOn: '2026-03-01',
      }),
    )
    expect(await countCellFaults(database.knex)).toEqual({ cells: 0, rollups: 0 })
    const { count } = (await database.knex('summary_rollups').sum('count as count').first())!
    expect(Number(count)).toBe(300)
  })

  it('are found wrong when they are, and put right by a rebuild that voids every cached tile', async () => {
    const before = await database.knex('tile_epoch').first()
    await database.knex('tile_cells').where({ level: 13 }).limit(1).update({ count: 77 })
    await database.knex('summary_rollups').where({ status: 'verified' }).delete()
    const faults = await countCellFaults(database.knex)
    expect(faults.cells).toBeGreaterThan(0)
    expect(faults.rollups).toBeGreaterThan(0)
    await rebuildCells(database.knex)
    expect(await countCellFaults(database.knex)).toEqual({ cells: 0, rollups: 0 })
    expect((await database.knex('tile_epoch').first()).epoch).not.toBe(before.epoch)
  })

  it('are filled by the migration where parcels are there already', async () => {
    await tilesMigration.down(database.knex)
    await tilesMigration.up(database.knex)
    expect(await countCellFaults(database.knex)).toEqual({ cells: 0, rollups: 0 })
    expect(await database.knex('tile_heads')).toMatchObject([{ division_code: DIVISION }])
  })

  it('keep no row that counts nothing', async () => {
    for (const table of ['tile_cells', 'summary_rollups']) {
      expect(await database.knex(table).where('count', '<=', 0)).toEqual([])
    }
  })

  it('give a write one number in its county and bump the tiles a shape left and came to', async () => {
    const { tiles, ids } = await seedParcels(database.knex, [{ ring: square(0, 0, 100) }])
    expect(tiles.version).toBe(`${DIVISION}.${tiles.number}`)
    expect(tiles.tiles).toHaveLength(1)
    const bumped = await database.knex('tile_versions').where({ ...tiles.tiles[0], division_code: DIVISION })
    expect(Number(bumped[0].version)).toBe(tiles.number)
    const edited = await edit(ids[0]!)
    const after = await database.knex('tile_versions').where({ ...tiles.tiles[0], division_code: DIVISION })
    expect(Number(after[0].version)).toBeGreaterThan(tiles.number)
    expect(edited).toMatch(/^150623-/)
  })

  it('count a shape of many tiles for every tile instead of listing them', async () => {
    const { tiles } = await seedParcels(database.knex, [
      {
        srid: 4490,
        ring: [
          [-170, -80],
          [170, -80],
          [170, 80],
          [-170, 80],
          [-170, -80],
        ],
      },
    ])
    expect(tiles.tiles).toEqual([{ x: -1, y: -1 }])
  })
})

describe('writers at the same time', () => {
  it('neither lose a count nor lock each other out', async () => {
    const database = await createTestDatabase({ mode: testModes()[0]! })
    try {
      const { ids } = await seedParcels(
        database.knex,
        Array.from({ length: 40 }, (_, i) => ({ ring: square(i * 3000, (i % 7) * 4000) })),
      )
      await Promise.all(
        ids.map(async (id, i) => {
          const changeSetId = newChangeSetId(DIVISION)
          const recordedAt = new Date('2026-02-01T00:00:00Z')
          await database.knex.transaction(async (trx) => {
            await editParcel(
              trx,
              { divisionCode: DIVISION, changeSetId, recordedAt },
              { id, version: 1, columns: { document_area_m2: i }, missing: [], status: 'verified' },
            )
            await completeChangeSet(trx, {
              divisionCode: DIVISION,
              id: changeSetId,
              kind: 'edit',
              actor: TEST_ACTOR,
              recordedAt,
              effectiveOn: '2026-02-01',
            })
          })
        }),
      )
      expect(await countCellFaults(database.knex)).toEqual({ cells: 0, rollups: 0 })
      const head = await database.knex('tile_heads').first()
      expect(Number(head.version)).toBe(41)
    } finally {
      await database.drop()
    }
  })
})
