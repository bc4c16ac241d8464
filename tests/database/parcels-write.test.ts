import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FIELDS } from '#contract/fields.ts'
import { verifyChain } from '../../server/parcels/audit.ts'
import { newChangeSetId } from '../../server/parcels/change-sets.ts'
import { undoChangeSet } from '../../server/parcels/undo.ts'
import { completeChangeSet } from '../../server/parcels/complete.ts'
import { editParcel } from '../../server/parcels/write.ts'
import { polygonalFromWkb } from '../../server/kernel/wkb.ts'
import { TEST_ACTOR, moveParcel, seedParcels, square } from '../factories/parcels.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const DIVISION = '150623'
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const rowOf = (id: string) => database.knex('parcels').where({ id }).first()
const versionsOf = (id: string) =>
  database.knex('parcel_versions').where({ parcel_id: id }).orderBy('version')

async function edit(id: string, version: number, columns: Record<string, unknown>, status = 'registered') {
  const changeSetId = newChangeSetId(DIVISION)
  const recordedAt = new Date('2026-02-01T00:00:00Z')
  await database.knex.transaction(async (trx) => {
    await editParcel(
      trx,
      { divisionCode: DIVISION, changeSetId, recordedAt },
      { id, version, columns, missing: [], status },
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
  return changeSetId
}

const undo = (changeSetId: string) =>
  database.knex.transaction((trx) =>
    undoChangeSet(trx, changeSetId, {
      divisionCode: DIVISION,
      id: newChangeSetId(DIVISION),
      kind: 'undo_import',
      actor: TEST_ACTOR,
      recordedAt: new Date('2026-03-01T00:00:00Z'),
      effectiveOn: '2026-03-01',
    }),
  )

describe('the parcels table', () => {
  it('has a column for every field of the field table', async () => {
    const columns = await database
      .knex('information_schema.columns')
      .where({ table_name: 'parcels' })
      .pluck('column_name')
    expect(FIELDS.filter((field) => !columns.includes(field.column)).map((field) => field.column)).toEqual([])
  })
})

describe('writing parcels', () => {
  it('keeps the surveyed coordinates bit-exact and derives the rest in the same write', async () => {
    const ring = square(0.1234567891, 7000.987654321)
    const { ids } = await seedParcels(database.knex, [
      { ring, columns: { name: '示例地块', document_area_m2: 10000 } },
    ])
    const row = await database
      .knex('parcels')
      .where({ id: ids[0] })
      .first(
        database.knex.raw(
          '*, ST_AsBinary(survey_geom) AS wkb, ST_SRID(geom) AS srid, ST_Contains(geom, inner_point) AS inside',
        ),
      )
    expect(polygonalFromWkb(row.wkb).coordinates).toEqual([ring])
    expect(row).toMatchObject({
      survey_srid: 4524,
      srid: 4490,
      inside: true,
      version: 1,
      document_area_m2: 10000,
    })
    expect(row.cell_x).toBe(Math.floor(((107.48 + 180) / 360) * 2 ** 13))
    expect(row.projected_area_m2).toBeCloseTo(10000, 3)
  })

  it('keeps a version with its geometry and an event for the first status', async () => {
    const { ids, changeSetId } = await seedParcels(database.knex, [
      { ring: square(500, 0), extra: { 备注列: '原样' } },
    ])
    const versions = await versionsOf(ids[0]!)
    expect(versions).toHaveLength(1)
    expect(versions[0].attributes).toMatchObject({ status: 'registered', extra: { 备注列: '原样' } })
    expect(versions[0].recorded_to).toBeNull()
    expect((await rowOf(ids[0]!)).geom_hash).toBe(versions[0].geom_hash)
    expect(await database.knex('parcel_events').where({ change_set_id: changeSetId }).first()).toMatchObject({
      parcel_id: ids[0],
      from_status: null,
      to_status: 'registered',
    })
  })

  it('closes a version when the next begins, so that any past instant has exactly one', async () => {
    const { ids } = await seedParcels(database.knex, [{ ring: square(700, 0) }])
    await edit(ids[0]!, 1, { name: '改名' })
    const [first, second] = await versionsOf(ids[0]!)
    expect(first.recorded_to).toEqual(second.recorded_from)
    expect(second).toMatchObject({ version: 2, recorded_to: null })
    expect(second.attributes.name).toBe('改名')
  })

  it('refuses an edit at a version that has moved on', async () => {
    const { ids } = await seedParcels(database.knex, [{ ring: square(900, 0) }])
    await edit(ids[0]!, 1, { name: '一' })
    const target = { divisionCode: DIVISION, changeSetId: newChangeSetId(DIVISION), recordedAt: new Date() }
    const isWritten = await database.knex.transaction((trx) =>
      editParcel(trx, target, {
        id: ids[0]!,
        version: 1,
        columns: { name: '二' },
        missing: [],
        status: 'registered',
      }),
    )
    expect(isWritten).toBe(false)
  })

  it('refuses two parcels of one ledger with the same 台账编号, and allows it across ledgers', async () => {
    const columns = { parcel_no: '同号-1' }
    await seedParcels(database.knex, [{ ring: square(1100, 0), columns }])
    await seedParcels(database.knex, [{ ring: square(1300, 0), columns, ledger: 'idle' }])
    await expect(seedParcels(database.knex, [{ ring: square(1500, 0), columns }])).rejects.toThrow(
      /parcels_parcel_no_once/,
    )
  })
})

describe('history', () => {
  beforeAll(async () => {
    const { ids } = await seedParcels(database.knex, [{ ring: square(0, 9000) }])
    await moveParcel(database.knex, ids[0]!, square(300, 9000))
  })

  it.each(['change_sets', 'parcel_events', 'parcel_geometries', 'parcel_versions'])(
    'refuses DELETE on %s',
    async (table) => {
      await expect(database.knex(table).del()).rejects.toThrow(/append-only/)
    },
  )

  it('refuses UPDATE of a kept version, a link, an event or a geometry', async () => {
    await expect(database.knex('parcel_versions').update({ status: 'removed' })).rejects.toThrow(
      /append-only/,
    )
    await expect(database.knex('change_sets').update({ reason: '改写' })).rejects.toThrow(/append-only/)
    await expect(database.knex('parcel_events').update({ note: '改写' })).rejects.toThrow(/append-only/)
    await expect(database.knex('parcel_geometries').update({ survey_srid: 1 })).rejects.toThrow(/append-only/)
  })
})

describe('the hash chain', () => {
  it('holds over imports, edits and undos, one link each', async () => {
    const before = await verifyChain(database.knex, DIVISION)
    const { ids } = await seedParcels(database.knex, [{ ring: square(0, 500) }, { ring: square(200, 500) }])
    await edit(ids[0]!, 1, { name: '链' })
    const after = await verifyChain(database.knex, DIVISION)
    expect(before.ok && after.ok && after.links - before.links).toBe(2)
  })

  it.each([
    [
      'content',
      'the hash of a kept version',
      "UPDATE parcel_versions SET row_hash = 'x' WHERE parcel_id = ?",
    ],
    [
      'content',
      'its attributes',
      `UPDATE parcel_versions SET attributes = attributes || '{"name": "改写"}' WHERE parcel_id = ?`,
    ],
    ['current', 'a parcel past its history', "UPDATE parcels SET name = '改写' WHERE id = ?"],
    [
      'current',
      'its ground',
      'UPDATE parcels SET survey_geom = ST_Translate(survey_geom, 1, 0) WHERE id = ?',
    ],
    [
      'geometry',
      'ground it had before',
      'UPDATE parcel_geometries SET geom = NULL WHERE hash = (SELECT geom_hash FROM parcel_versions WHERE parcel_id = ? AND version = 1)',
    ],
  ])('names the link (%s) when somebody altered %s behind the triggers', async (reason, _what, sql) => {
    const own = await createTestDatabase()
    try {
      await seedParcels(own.knex, [{ ring: square(0, 0) }])
      const { ids } = await seedParcels(own.knex, [{ ring: square(200, 0) }, { ring: square(400, 0) }])
      await moveParcel(own.knex, ids[1]!, square(800, 0))
      expect(await verifyChain(own.knex, DIVISION)).toEqual({ ok: true, links: 3 })
      for (const table of ['parcel_versions', 'parcel_geometries'])
        await own.knex.raw(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
      await own.knex.raw(sql, [reason === 'geometry' ? ids[1]! : ids[0]!])
      expect(await verifyChain(own.knex, DIVISION)).toEqual({ ok: false, seq: 2, reason })
    } finally {
      await own.drop()
    }
  })

  it('gives concurrent writers distinct, gapless places', async () => {
    const links = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        seedParcels(database.knex, [{ ring: square(index * 200, 12000) }]),
      ),
    )
    const seqs = links.map((link) => link.seq).sort((a, b) => a - b)
    expect(seqs.map((seq) => seq - seqs[0]!)).toEqual([0, 1, 2, 3, 4, 5])
  })
})

describe('undoing an import', () => {
  it('withdraws the parcels it created and keeps their ids and history', async () => {
    const { ids, changeSetId } = await seedParcels(database.knex, [{ ring: square(0, 15000) }])
    await undo(changeSetId)
    expect(await rowOf(ids[0]!)).toMatchObject({ is_withdrawn: true, version: 2 })
    expect(await versionsOf(ids[0]!)).toHaveLength(2)
  })

  it('puts changed parcels back as they were, geometry included, as a new version', async () => {
    const { ids } = await seedParcels(database.knex, [
      { ring: square(0, 17000), columns: { name: '原名', document_area_m2: 12.5 } },
    ])
    const before = await rowOf(ids[0]!)
    const changeSetId = await edit(ids[0]!, 1, { name: '新名', document_area_m2: 99, holder: '示例甲公司' })
    await undo(changeSetId)
    expect(await rowOf(ids[0]!)).toMatchObject({
      name: '原名',
      document_area_m2: 12.5,
      holder: null,
      version: 3,
      geom_hash: before.geom_hash,
      cell_x: before.cell_x,
    })
    const versions = await versionsOf(ids[0]!)
    expect(versions[2].row_hash).toBe(versions[0].row_hash)
  })

  it('is refused, naming the parcel, when a later change built on it; nothing is undone', async () => {
    const { ids, changeSetId } = await seedParcels(database.knex, [
      { ring: square(0, 19000), columns: { parcel_no: '后改-1' } },
      { ring: square(200, 19000) },
    ])
    await edit(ids[0]!, 1, { name: '后来的修改' })
    await expect(undo(changeSetId)).rejects.toMatchObject({
      code: 'import.undo_refused',
      params: { count: 1, parcels: '后改-1' },
    })
    expect((await rowOf(ids[1]!)).is_withdrawn).toBe(false)
  })
})
