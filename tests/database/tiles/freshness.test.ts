import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '../../../server/auth/permissions.ts'
import { newChangeSetId } from '../../../server/parcels/change-sets.ts'
import { completeChangeSet } from '../../../server/parcels/complete.ts'
import { editParcel } from '../../../server/parcels/write.ts'
import { worldX, worldY, type TileAddress } from '../../../server/tiles/mercator.ts'
import { rebuildCells } from '../../../server/tiles/rebuild.ts'
import { tileService, type TileService } from '../../../server/tiles/service.ts'
import type { TileUpkeepResult } from '../../../server/tiles/upkeep.ts'
import { TileVersions } from '../../../server/tiles/versions.ts'
import { TEST_ACTOR, seedParcels, square } from '../../factories/parcels.ts'
import { createTestDatabase, testModes, type TestDatabase } from '../../support/database.ts'
import { readTile } from '../../support/mvt.ts'

const DIVISION = '150623'
const RECORDED_AT = new Date('2026-02-01T00:00:00Z')

/** One server process: what it knows of versions, and its tiles. */
interface Process {
  versions: TileVersions
  service: TileService
}

describe.each(testModes())('a tile read after a write, on the %s database', (mode) => {
  let database: TestDatabase
  let writer: Process
  let other: Process
  /** Hears nothing: its listener is away. */
  let deaf: Process
  let ids: string[]
  let tiles: Map<string, TileAddress>

  async function startProcess(listen = database.listen): Promise<Process> {
    const versions = new TileVersions({ knex: database.knex, listen })
    await versions.start()
    return { versions, service: tileService({ db: database.knex, versions }) }
  }

  beforeAll(async () => {
    database = await createTestDatabase({ mode })
    writer = await startProcess()
    other = await startProcess()
    deaf = await startProcess(async () => ({ isUp: () => false, stop: async () => undefined }))
    const seeded = await seedParcels(
      database.knex,
      Array.from({ length: 30 }, (_, i) => ({ ring: square((i % 6) * 5000, Math.floor(i / 6) * 5000, 300) })),
    )
    writer.versions.applied(seeded.tiles)
    ids = seeded.ids
    const points = await database.knex.raw(
      'SELECT id, ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat FROM parcels',
    )
    tiles = new Map(
      points.rows.map(({ id, lon, lat }: { id: string; lon: number; lat: number }) => [
        id,
        { z: 14, x: Math.floor(worldX(lon) * 2 ** 14), y: Math.floor(worldY(lat) * 2 ** 14) },
      ]),
    )
  })
  afterAll(async () => {
    for (const process of [writer, other, deaf]) await process.versions.stop()
    await database.drop()
  })

  async function rename(id: string, name: string): Promise<TileUpkeepResult> {
    const { version, status } = await database.knex('parcels').where({ id }).first()
    const target = { divisionCode: DIVISION, changeSetId: newChangeSetId(DIVISION), recordedAt: RECORDED_AT }
    const completed = await database.knex.transaction(async (trx) => {
      await editParcel(trx, target, { id, version, columns: { name }, missing: [], status })
      return completeChangeSet(trx, {
        ...target,
        id: target.changeSetId,
        kind: 'edit',
        actor: TEST_ACTOR,
        effectiveOn: '2026-02-01',
      })
    })
    return completed.tiles
  }

  async function nameSeenBy({ service }: Process, id: string, v?: string): Promise<unknown> {
    const answer = await service.tile(systemActor, { ...tiles.get(id)!, query: v ? { v } : {} })
    if (answer.kind !== 'tile') return answer.kind
    const labels = readTile(gunzipSync(answer.gzip)).get('labels')!.features
    return labels.find(({ properties }) => properties['id'] === id)?.properties['name']
  }

  it('is never older than the write: the writer, another process told the version, one that hears nothing', async () => {
    for (let i = 0; i < 60; i += 1) {
      const id = ids[i % ids.length]!
      await Promise.all([writer, other, deaf].map((process) => nameSeenBy(process, id)))
      const result = await rename(id, `第${i}次`)
      writer.versions.applied(result)
      const seen = await Promise.all([
        nameSeenBy(writer, id),
        nameSeenBy(other, id, result.version),
        nameSeenBy(deaf, id),
      ])
      expect(seen).toEqual([`第${i}次`, `第${i}次`, `第${i}次`])
    }
  })

  it('is fresh too when many write at once and their results come back out of order', async () => {
    const results = await Promise.all(
      ids.map(async (id, i) => ({ id, name: `同时${i}`, result: await rename(id, `同时${i}`) })),
    )
    for (const { result } of results.toReversed()) writer.versions.applied(result)
    for (const { id, name, result } of results) {
      expect(await nameSeenBy(writer, id)).toBe(name)
      expect(await nameSeenBy(other, id, result.version)).toBe(name)
    }
  })

  it('reaches another process by notification alone, without anybody telling it the version', async () => {
    const id = ids[3]!
    await rename(id, '通知到了')
    await expect.poll(() => nameSeenBy(other, id), { timeout: 10_000 }).toBe('通知到了')
  })

  it('keeps its version where nothing was written, and changes it at every zoom above what was', async () => {
    const id = ids[0]!
    const near = tiles.get(id)!
    const far = { z: 14, x: near.x + 300, y: near.y }
    const ancestors = [10, 7, 3, 0].map((z) => ({ z, x: near.x >> (14 - z), y: near.y >> (14 - z) }))
    const versionsOf = (places: TileAddress[]) =>
      Promise.all(places.map(async (tile) => (await writer.versions.of(tile)).version))
    const before = await versionsOf([near, ...ancestors])
    const farBefore = await versionsOf([far])
    const result = await rename(id, '又改')
    writer.versions.applied(result)
    const after = await versionsOf([near, ...ancestors])
    expect(after.every((version, i) => version > before[i]!)).toBe(true)
    expect(await versionsOf([far])).toEqual(farBefore)
    expect(await writer.versions.current(DIVISION)).toBe(result.version)
  })

  it('gets another ETag when the cells were rebuilt, in every process', async () => {
    const tile = tiles.get(ids[0]!)!
    const etagOf = async ({ service }: Process) =>
      (await service.tile(systemActor, { ...tile, query: {} })).etag
    const before = await etagOf(writer)
    await rebuildCells(database.knex)
    await expect.poll(() => etagOf(writer), { timeout: 10_000 }).not.toBe(before)
    await expect.poll(() => etagOf(other), { timeout: 10_000 }).not.toBe(before)
    expect(await etagOf(deaf)).toBe(await etagOf(writer))
  })

  it('is not disturbed by a version nobody ever gave out', async () => {
    const id = ids[1]!
    const name = await nameSeenBy(writer, id)
    expect(await nameSeenBy(writer, id, `${DIVISION}.999999999`)).toBe(name)
    expect(await nameSeenBy(writer, id, '999999.1')).toBe(name)
  })
})
