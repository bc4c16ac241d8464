import { gunzipSync } from 'node:zlib'
import type { Actor } from '../../server/auth/actor.ts'
import { newChangeSetId } from '../../server/parcels/change-sets.ts'
import { completeChangeSet } from '../../server/parcels/complete.ts'
import { editParcel } from '../../server/parcels/write.ts'
import type { Database } from '../../server/platform/database/open.ts'
import { worldX, worldY } from '../../server/tiles/mercator.ts'
import type { TileUpkeepResult } from '../../server/tiles/upkeep.ts'
import { BENCH_DIVISION } from './fill.ts'
import { median, percentile, printTable } from './table.ts'
import { startBenchServer, type BenchServer } from './tiles.ts'

const EDITS = 1000
const ZOOM = 14

interface Edited {
  id: string
  version: number
  missing: string[]
  status: string
  lon: number
  lat: number
}

async function edit(
  database: Database,
  actor: Actor,
  parcel: Edited,
  name: string,
): Promise<TileUpkeepResult> {
  const changeSetId = newChangeSetId(BENCH_DIVISION)
  const recordedAt = new Date()
  const target = { divisionCode: BENCH_DIVISION, changeSetId, recordedAt }
  const completed = await database.knex.transaction(async (trx) => {
    await editParcel(trx, target, { ...parcel, columns: { name } })
    const effectiveOn = recordedAt.toISOString().slice(0, 10)
    return completeChangeSet(trx, { ...target, id: changeSetId, kind: 'edit', actor, effectiveOn })
  })
  return completed.tiles
}

async function read(
  server: BenchServer,
  parcel: Edited,
  query: string,
): Promise<{ body: Buffer; ms: number }> {
  const side = 2 ** ZOOM
  const [x, y] = [Math.floor(worldX(parcel.lon) * side), Math.floor(worldY(parcel.lat) * side)]
  const startedAt = performance.now()
  const response = await fetch(`http://127.0.0.1:${server.port}/tiles/parcels/${ZOOM}/${x}/${y}.mvt${query}`)
  const body = Buffer.from(await response.arrayBuffer())
  const ms = performance.now() - startedAt
  const isZipped = body[0] === 0x1f && body[1] === 0x8b
  return { body: isZipped ? gunzipSync(body) : body, ms }
}

/** Every edit is followed at once by a read of its tile: from the writing process, and from another one with `?v=`. */
export async function benchFreshness(database: Database, actor: Actor): Promise<void> {
  const writer = await startBenchServer(database, actor, { isCached: true })
  const other = await startBenchServer(database, actor, { isCached: true })
  const found = await database.knex.raw<{ rows: Edited[] }>(
    `SELECT id, version, missing, status, ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat
     FROM parcels TABLESAMPLE SYSTEM (10) REPEATABLE (2) LIMIT ?`,
    [EDITS],
  )
  const figures = {
    'the writing process': { stale: 0, ms: [] as number[] },
    'another process, ?v=': { stale: 0, ms: [] as number[] },
  }
  const writes: number[] = []
  try {
    for (const [i, parcel] of found.rows.entries()) {
      const name = `改名后${i}号`
      await Promise.all([read(writer, parcel, ''), read(other, parcel, '')])
      const startedAt = performance.now()
      const result = await edit(database, actor, parcel, name)
      writes.push(performance.now() - startedAt)
      writer.versions.applied(result)
      const answers = {
        'the writing process': await read(writer, parcel, ''),
        'another process, ?v=': await read(other, parcel, `?v=${result.version}`),
      }
      for (const [who, { body, ms }] of Object.entries(answers)) {
        const figure = figures[who as keyof typeof figures]
        figure.ms.push(ms)
        if (!body.includes(name)) figure.stale += 1
      }
    }
  } finally {
    await writer.close()
    await other.close()
  }
  printTable(
    `A z${ZOOM} tile read right after an edit (the edit itself: p50 ${median(writes).toFixed(1)} ms, p95 ${percentile(writes, 0.95).toFixed(1)} ms)`,
    ['read from', 'edits', 'stale', 'p50 ms', 'p95 ms'],
    Object.entries(figures).map(([who, { stale, ms }]) => [
      who,
      ms.length,
      stale,
      median(ms),
      percentile(ms, 0.95),
    ]),
  )
}
