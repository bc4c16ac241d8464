import Fastify, { type FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { Database } from '../../server/platform/database/open.ts'
import type { Actor } from '../../server/auth/actor.ts'
import { useCompilers } from '../../server/platform/http-compilers.ts'
import { summaryRoutes } from '../../server/summary/routes.ts'
import { summaryService } from '../../server/summary/service.ts'
import { worldX, worldY } from '../../server/tiles/mercator.ts'
import { tileRoutes } from '../../server/tiles/routes.ts'
import { tileService } from '../../server/tiles/service.ts'
import { TileVersions } from '../../server/tiles/versions.ts'
import { BENCH_DIVISION } from './fill.ts'
import { runLoad } from './load.ts'
import { prepareRival, rivalRoutes } from './rival.ts'
import { median, percentile, printTable } from './table.ts'

export interface BenchServer {
  app: FastifyInstance
  port: number
  versions: TileVersions
  close(): Promise<void>
}

/** The tile and summary routes as they are in the server, with one known asker and, for uncached figures, no cache. */
export async function startBenchServer(
  database: Database,
  actor: Actor,
  options: { isCached: boolean; hasRival?: boolean },
): Promise<BenchServer> {
  const versions = new TileVersions({ knex: database.knex, listen: database.listen })
  await versions.start()
  const app = Fastify()
  useCompilers(app)
  app.decorateRequest('actor')
  app.addHook('onRequest', async (request) => {
    request.actor = actor
  })
  const service = tileService({
    db: database.knex,
    versions,
    ...(options.isCached ? {} : { cacheBytes: 0 }),
  })
  await app.register(tileRoutes, { service })
  await app.register(summaryRoutes, { service: summaryService({ db: database.knex }) })
  if (options.hasRival) rivalRoutes(app, database.knex, versions)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const close = async (): Promise<void> => {
    await app.close()
    await versions.stop()
  }
  return { app, port, versions, close }
}

/** A stream that is the same in every run. */
export function randomStream(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const random = randomStream(7)
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1))
    ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
  }
  return mixed
}

/** Tiles with parcels in them, as `z/x/y`, without repetition. */
async function tilesAt(database: Database, z: number, most: number): Promise<string[]> {
  const points = await database.knex.raw<{ rows: { lon: number; lat: number }[] }>(
    'SELECT ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat FROM parcels TABLESAMPLE SYSTEM (20) REPEATABLE (1) LIMIT 50000',
  )
  const side = 2 ** z
  const names = points.rows.map(
    ({ lon, lat }) => `${z}/${Math.floor(worldX(lon) * side)}/${Math.floor(worldY(lat) * side)}`,
  )
  return shuffled([...new Set(names)]).slice(0, most)
}

const CLIENTS = 8
const ROUND_MS = 4_000
const ROUNDS = 3

/** Ours and the rival's in turns, so that whatever else the machine does meets both. */
export async function benchThroughput(database: Database, actor: Actor): Promise<void> {
  await prepareRival(database.knex)
  const server = await startBenchServer(database, actor, { isCached: false, hasRival: true })
  const rows: (string | number)[][] = []
  try {
    for (const z of [11, 12, 14, 15]) {
      const names = await tilesAt(database, z, 4000)
      const ratios: number[] = []
      const figures = { ours: [] as number[], rival: [] as number[], oursKb: 0, rivalKb: 0 }
      for (let round = 0; round <= ROUNDS; round += 1) {
        const run = async (prefix: string) => {
          const paths = names.map((name) => `${prefix}/${name}.mvt`)
          const result = await runLoad({ port: server.port, paths, clients: CLIENTS, forMs: ROUND_MS })
          if (result.failures > 0) throw new Error(`${result.failures} tiles failed under ${prefix}`)
          return result
        }
        const [ours, rival] = [await run('/tiles/parcels'), await run('/bench/rival')]
        if (round === 0) continue // the first round warms both
        figures.ours.push(ours.requests / ours.seconds)
        figures.rival.push(rival.requests / rival.seconds)
        figures.oursKb = ours.bytes / ours.requests / 1024
        figures.rivalKb = rival.bytes / rival.requests / 1024
        ratios.push(figures.ours.at(-1)! / figures.rival.at(-1)!)
      }
      rows.push([
        `z${z}`,
        median(figures.ours),
        median(figures.rival),
        median(ratios).toFixed(2),
        figures.oursKb,
        figures.rivalKb,
      ])
    }
  } finally {
    await server.close()
  }
  printTable(
    `Tiles a second, uncached, ${CLIENTS} clients`,
    ['zoom', 'ours', 'ST_AsMVT', 'ratio', 'ours KB', 'ST_AsMVT KB'],
    rows,
  )
}

/** An eighth of the parcels: a filter that nothing passes would spare the grouping. */
const AREA_FILTER = 'areaFromM2=4000'

/** Low zooms, the cached case and sums, one client after another answer. */
export async function benchLatency(database: Database, actor: Actor): Promise<void> {
  const server = await startBenchServer(database, actor, { isCached: false })
  const warm = await startBenchServer(database, actor, { isCached: true })
  const rows: (string | number)[][] = []
  const measure = async (label: string, port: number, paths: string[]): Promise<void> => {
    await runLoad({ port, paths: paths.slice(0, 50), clients: 1 })
    const { latenciesMs } = await runLoad({ port, paths, clients: 1 })
    rows.push([label, latenciesMs.length, median(latenciesMs), percentile(latenciesMs, 0.95)])
  }
  const repeat = (paths: string[], count: number): string[] =>
    Array.from({ length: count }, (_, i) => paths[i % paths.length]!)
  try {
    for (const z of [0, 3, 4, 5, 6, 7, 8, 9, 10]) {
      const names = await tilesAt(database, z, 200)
      await measure(
        `z${z} cells`,
        server.port,
        repeat(
          names.map((name) => `/tiles/parcels/${name}.mvt`),
          200,
        ),
      )
    }
    const low = await tilesAt(database, 8, 200)
    const filtered = (filter: string) =>
      repeat(
        low.map((name) => `/tiles/parcels/${name}.mvt?${filter}`),
        200,
      )
    await measure(
      'z8 cells, ledger=idle&status=verified',
      server.port,
      filtered('ledger=idle&status=verified'),
    )
    await measure(
      'z8 grouped from parcels, q',
      server.port,
      filtered(`q=${encodeURIComponent('0012345')}`).slice(0, 20),
    )
    await measure('z8 grouped from parcels, areaFromM2', server.port, filtered(AREA_FILTER).slice(0, 20))
    const z14 = await tilesAt(database, 14, 500)
    const paths = z14.map((name) => `/tiles/parcels/${name}.mvt`)
    await runLoad({ port: warm.port, paths, clients: CLIENTS })
    await measure('z14 from the cache', warm.port, paths)
    await measure('summary of everything', server.port, repeat(['/api/summary'], 100))
    await measure('summary, ledger=idle', server.port, repeat(['/api/summary?ledger=idle'], 100))
    await measure(
      'summary, areaFromM2 (from parcels)',
      server.port,
      repeat([`/api/summary?${AREA_FILTER}`], 20),
    )
  } finally {
    await server.close()
    await warm.close()
  }
  printTable('Latency in ms, one client', ['request', 'count', 'p50', 'p95'], rows)
}

export const benchActor = (all: Actor): Actor => ({
  ...all,
  scope: { divisionPrefix: BENCH_DIVISION, townCodes: [] },
})
