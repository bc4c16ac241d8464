import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { ImportView } from '#contract/import.ts'
import { openDatabase } from '../../server/platform/database/open.ts'
import { verifyChain } from '../../server/parcels/audit.ts'
import { completeAttributes, squares, surveyZip } from '../factories/surveys.ts'
import { createTestDatabase, testModes, type TestDatabase, type TestMode } from '../support/database.ts'
import { multipartOf } from '../support/imports.ts'

/**
 * The server is killed, as by a power cut, at random moments of checks and commit. Afterwards every parcel of the
 * survey is there or none is, the import says which, and it can be finished.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PARCELS = 1_500
const KILLS = 3
const START_MS = 60_000

interface Server {
  process: ChildProcess
  url: string
  token: string
}

interface ServerFile {
  url: string
  token: string
  pid: number
}

let running: Server | null = null
afterEach(() => running?.process.kill('SIGKILL'))

async function startServer(env: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, QIDI_MODE: 'demo', HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    const file = readServerFile(env['DATA_DIR']!)
    if (file && file.pid === child.pid) return { process: child, url: file.url, token: file.token }
    if (child.exitCode !== null) throw new Error(`server ended with ${child.exitCode}:\n${output}`)
    await pause(50)
  }
  throw new Error(`server did not start:\n${output}`)
}

function readServerFile(dataDir: string): ServerFile | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as ServerFile
  } catch {
    return null
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function kill(server: Server): Promise<void> {
  const ended = new Promise((resolve) => server.process.once('exit', resolve))
  server.process.kill('SIGKILL')
  await ended
}

async function call<T>(
  server: Server,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${server.token}`, ...(init.headers as Record<string, string>) },
  })
  return { status: response.status, body: (await response.json()) as T }
}

const importOf = async (server: Server, id: string): Promise<ImportView> =>
  (await call<ImportView>(server, `/api/imports/${id}`)).body

async function settled(server: Server, id: string): Promise<ImportView> {
  const until = Date.now() + START_MS
  for (;;) {
    const view = await importOf(server, id)
    if (!['uploaded', 'checking', 'committing'].includes(view.status)) return view
    if (Date.now() > until) throw new Error(`still ${view.status}: ${JSON.stringify(view.progress)}`)
    await pause(50)
  }
}

const parcelCount = async (server: Server): Promise<number> =>
  (await call<{ total: number }>(server, '/api/parcels?limit=1')).body.total

async function uploadSurvey(server: Server): Promise<string> {
  const { payload, headers } = multipartOf([{ name: 'survey.zip', data: surveyZip(squares(PARCELS)) }])
  const { status, body } = await call<{ id: string }>(server, '/api/imports', {
    method: 'POST',
    body: new Uint8Array(payload),
    headers,
  })
  expect(status).toBe(201)
  return body.id
}

/** A ledger table for the survey, and the server killed as soon as it has said yes. */
async function addTable(server: Server, id: string): Promise<void> {
  const rows = Array.from({ length: PARCELS }, (_unused, index) =>
    String(completeAttributes(index + 1).台账编号),
  )
  const data = ['台账编号,备注', ...rows.map((number) => `${number},补录`)].join('\n')
  const { payload, headers } = multipartOf([{ name: '台账.csv', data }])
  const init = { method: 'PUT', body: new Uint8Array(payload), headers }
  expect((await call(server, `/api/imports/${id}/table`, init)).status).toBe(200)
}

const commitOnce = (server: Server, id: string): Promise<{ status: number }> =>
  call(server, `/api/imports/${id}/commit`, {
    method: 'POST',
    body: JSON.stringify({ onBlocked: 'stop' }),
    headers: { 'content-type': 'application/json' },
  })

describe.each(testModes())('a server killed in the middle of an import (%s)', (mode: TestMode) => {
  it('leaves all of it or nothing, and goes on after the restart', async () => {
    let database: TestDatabase | null = null
    const dataDir = mkdtempSync(join(tmpdir(), 'qidi-crash-'))
    const env: Record<string, string> = { DATA_DIR: dataDir }
    if (mode === 'native') {
      database = await createTestDatabase({ mode })
      env['DATABASE_URL'] = database.databaseUrl!
    } else env['DATABASE_URL'] = ''
    try {
      running = await startServer(env)
      const id = await uploadSurvey(running)
      for (let round = 0; round < KILLS; round++) {
        await pause(60 + Math.random() * 600)
        await kill(running)
        running = await startServer(env)
        expect(['uploaded', 'checking', 'ready']).toContain((await importOf(running, id)).status)
        expect(await parcelCount(running)).toBe(0)
      }
      expect(await settled(running, id)).toMatchObject({
        status: 'ready',
        counts: { ready: PARCELS, blocked: 0 },
      })
      await addTable(running, id)
      await kill(running)
      running = await startServer(env)
      expect(await settled(running, id)).toMatchObject({
        status: 'ready',
        join: { matchedCount: PARCELS },
        counts: { ready: PARCELS, blocked: 0 },
      })
      for (let round = 0; round < KILLS; round++) {
        const { status } = await commitOnce(running, id)
        if (status === 409) break
        expect(status).toBe(202)
        await pause(Math.random() * 900)
        await kill(running)
        running = await startServer(env)
        const view = await settled(running, id)
        expect(await parcelCount(running)).toBe(view.status === 'committed' ? PARCELS : 0)
      }
      if ((await importOf(running, id)).status === 'ready') await commitOnce(running, id)
      expect((await settled(running, id)).status).toBe('committed')
      expect(await parcelCount(running)).toBe(PARCELS)
      await kill(running)
      const reopened = await openDatabase({
        dataDir,
        cacheDir: join(ROOT, '.cache'),
        ...(database ? { databaseUrl: database.databaseUrl! } : {}),
      })
      expect(await verifyChain(reopened.knex, '150623')).toEqual({ ok: true, links: 1 })
      await reopened.close()
    } finally {
      running?.process.kill('SIGKILL')
      await database?.drop()
      await rm(dataDir, { recursive: true, force: true })
      rmSync(dataDir, { recursive: true, force: true })
    }
  }, 300_000)
})
