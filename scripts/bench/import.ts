/** A whole survey of many polygons, uploaded, checked and committed over HTTP, beside the bare load by ogr2ogr. */
import { execFile } from 'node:child_process'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ImportView } from '../../server/contract/import.ts'
import { createTestApp, type SignedIn, type TestApp } from '../../tests/support/app.ts'
import { BENCH_FIELDS, benchRecord } from '../data/bench/table.ts'
import { writeShapefileStream } from '../data/bench/streaming-shapefile.ts'
import { gaussKrugerPrj } from '../data/gauss-kruger-prj.ts'
import { generateParcels } from '../data/generate-million.ts'
import { median, printTable } from './table.ts'

const run = promisify(execFile)
const PARTS = ['shp', 'shx', 'dbf', 'prj', 'cpg']
const POLL_MS = 50
const MEMORY_SAMPLE_MS = 20
const LOADS_BY_OGR2OGR = 3

const seconds = (ms: number): string => (ms / 1000).toFixed(1)
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Wall time of the bare load into a table of the same database; null without ogr2ogr. */
async function loadByOgr2ogr(databaseUrl: string, path: string): Promise<number | null> {
  const { username, password, hostname, port, pathname } = new URL(databaseUrl)
  const target = `PG:host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)} dbname=${pathname.slice(1)}`
  const args = ['-f', 'PostgreSQL', target, path, '-nln', 'bench_bare', '-nlt', 'MULTIPOLYGON', '-overwrite']
  const times: number[] = []
  for (let i = 0; i < LOADS_BY_OGR2OGR; i += 1) {
    const startedAt = performance.now()
    try {
      await run('ogr2ogr', args, { env: { ...process.env, PG_USE_COPY: 'YES' } })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    times.push(performance.now() - startedAt)
  }
  return median(times)
}

/** Highest resident memory of this process while something runs, in MB, and where it began. */
async function watchingMemory<T>(
  work: () => Promise<T>,
): Promise<{ result: T; fromMb: number; peakMb: number }> {
  const megabytes = (): number => process.memoryUsage.rss() / 2 ** 20
  const fromMb = megabytes()
  let peakMb = fromMb
  const timer = setInterval(() => (peakMb = Math.max(peakMb, megabytes())), MEMORY_SAMPLE_MS)
  try {
    return { result: await work(), fromMb, peakMb }
  } finally {
    clearInterval(timer)
  }
}

interface Client {
  get(path: string): Promise<ImportView>
  post(path: string, body: FormData | object): Promise<unknown>
}

function clientOf(port: number, { cookie, csrfToken }: SignedIn): Client {
  const headers = { cookie, 'x-csrf-token': csrfToken }
  const answer = async (response: Response): Promise<unknown> => {
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  const url = (path: string): string => `http://127.0.0.1:${port}${path}`
  return {
    get: async (path) => (await answer(await fetch(url(path), { headers }))) as ImportView,
    post: async (path, body) =>
      answer(
        await fetch(url(path), {
          method: 'POST',
          ...(body instanceof FormData
            ? { headers, body }
            : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        }),
      ),
  }
}

async function settled(client: Client, id: string): Promise<ImportView> {
  for (;;) {
    const view = await client.get(`/api/imports/${id}`)
    if (!['uploaded', 'checking', 'committing'].includes(view.status)) return view
    await wait(POLL_MS)
  }
}

async function importSurvey(test: TestApp, port: number, base: string) {
  const client = clientOf(port, await test.as('clerk'))
  const startedAt = performance.now()
  const form = new FormData()
  for (const part of PARTS) {
    const path = `${base}.${part}`
    if (await stat(path).catch(() => null)) form.append('file', await openAsBlob(path), `survey.${part}`)
  }
  form.append('ledger', 'approved_unsupplied')
  const { id } = (await client.post('/api/imports', form)) as { id: string }
  const uploadedAt = performance.now()
  const checked = await settled(client, id)
  if (checked.status !== 'ready')
    throw new Error(`the survey is ${checked.status}: ${JSON.stringify(checked)}`)
  const checkedAt = performance.now()
  await client.post(`/api/imports/${id}/commit`, { onBlocked: 'leave_out' })
  const committed = await settled(client, id)
  if (committed.status !== 'committed') throw new Error(`the import is ${committed.status}`)
  const committedAt = performance.now()
  const record = await test.database
    .knex('imports')
    .where({ id })
    .first<{ timings: Record<string, number> }>()
  return {
    counts: committed.counts,
    uploadMs: uploadedAt - startedAt,
    checkMs: checkedAt - uploadedAt,
    commitMs: committedAt - checkedAt,
    totalMs: committedAt - startedAt,
    timings: record?.timings ?? {},
  }
}

/** Steps of the checks in the order they are done, the quickest together. */
function checkSteps({ commit: _commit, ...timings }: Record<string, number>): [string, number][] {
  const order = ['unpack', 'detect', 'decide', 'read', 'match', 'overlap_in_file', 'overlap_with_parcels']
  const rest = Object.entries(timings).filter(([name]) => !order.includes(name))
  return [
    ...order.map((name): [string, number] => [name, timings[name] ?? 0]),
    ['all other checks', rest.reduce((sum, [, ms]) => sum + ms, 0)],
  ]
}

export async function benchImport(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'qidi-bench-'))
  const base = join(folder, 'survey')
  const test = await createTestApp({ mode: 'native' })
  try {
    await writeShapefileStream(`${base}.shp`, {
      fields: BENCH_FIELDS,
      features: generateParcels(count, 1, { ledger: 'approved_unsupplied' }),
      record: benchRecord,
      prj: gaussKrugerPrj(36),
    })
    await test.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = test.app.server.address() as AddressInfo
    const bareMs = await loadByOgr2ogr(test.database.databaseUrl!, `${base}.shp`)
    const { result, fromMb, peakMb } = await watchingMemory(() => importSurvey(test, port, base))
    const share = (ms: number): string => `${((ms / result.totalMs) * 100).toFixed(0)} %`
    const rows: string[][] = [
      ['upload', seconds(result.uploadMs), share(result.uploadMs)],
      ['all checks', seconds(result.checkMs), share(result.checkMs)],
      ...checkSteps(result.timings).map(([name, ms]) => [`  ${name}`, seconds(ms), share(ms)]),
      ['commit', seconds(result.commitMs), share(result.commitMs)],
      ['whole import', seconds(result.totalMs), '100 %'],
      ['ogr2ogr, bare load', bareMs === null ? 'not installed' : seconds(bareMs), ''],
      ['ratio', bareMs === null ? '' : (result.totalMs / bareMs).toFixed(1), ''],
    ]
    printTable(`Import of ${count.toLocaleString('en')} polygons`, ['step', 'seconds', 'share'], rows)
    console.log(
      `\n${JSON.stringify(result.counts)}\nmemory: ${fromMb.toFixed(0)} MB before, ${peakMb.toFixed(0)} MB at most`,
    )
  } finally {
    await test.close()
    await rm(folder, { recursive: true, force: true })
  }
}
