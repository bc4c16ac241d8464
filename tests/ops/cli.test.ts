import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOUNDARY_TXT_EXAMPLE } from '../../scripts/fixtures/boundary-txt-dialects.ts'
import { createTestDatabase, defaultTestMode, type TestDatabase } from '../support/database.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RUN = join(ROOT, 'scripts/run.mjs')
const SAMPLE = join(ROOT, 'data/sample')
const folder = mkdtempSync(join(tmpdir(), 'qidi at work '))
const dataDir = join(folder, 'live data')

let database: TestDatabase | null = null
let server: ChildProcess
let ended: Promise<number | null>

const environment = (): Record<string, string> => {
  // npm tells where it was called from; here the folder is the tool's own.
  const {
    NODE_ENV: _,
    DATABASE_URL: _url,
    INIT_CWD: _cwd,
    ...inherited
  } = process.env as Record<string, string>
  const url = database?.databaseUrl
  return {
    ...inherited,
    DATA_DIR: dataDir,
    PORT: '0',
    HOST: '127.0.0.1',
    ...(url ? { DATABASE_URL: url } : {}),
  }
}

function tool(name: string, args: string[] = [], env: Record<string, string> = {}) {
  const options = { cwd: folder, encoding: 'utf8', env: { ...environment(), ...env } } as const
  return spawnSync(process.execPath, [RUN, name, ...args], options)
}

function startServer(): Promise<string> {
  server = spawn(process.execPath, [RUN, 'start'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ended = new Promise((resolve) => server.once('exit', (code) => resolve(code)))
  return new Promise((resolve, reject) => {
    createInterface({ input: server.stdout! }).on('line', (line) => {
      const url = /^Qidi ready at (\S+)$/.exec(line)?.[1]
      if (url) resolve(url)
    })
    void ended.then((code) => reject(new Error(`the server ended with ${code}`)))
  })
}

beforeAll(async () => {
  if (defaultTestMode() === 'native') database = await createTestDatabase({ mode: 'native' })
  await startServer()
})

afterAll(async () => {
  if (server.exitCode === null) server.kill('SIGTERM')
  await ended
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const CLEAN = join(SAMPLE, '2022年批而未供土地调查.zip')
const FAULTY = join(SAMPLE, '昂素镇调查_有问题.zip')

describe('npm run import, with a running server', () => {
  it('only checks until told to commit', () => {
    const { status, stdout, stderr } = tool('import', [CLEAN, '--ledger', 'approved_unsupplied'])
    expect(stderr).toContain('--commit')
    expect(stdout).toMatch(/坐标系 CRS EPSG:4524/)
    expect(stdout).toMatch(/新增 new \d+/)
    expect(status).toBe(0)
  })

  it('imports once, and finds nothing new the second time', () => {
    const args = [CLEAN, '--ledger', 'approved_unsupplied', '--commit']
    const first = tool('import', args)
    expect(first.stdout).toContain('已入库')
    expect(first.status).toBe(0)
    const second = tool('import', args)
    expect(second.stdout).toContain('没有新增或变更')
    expect(second.status).toBe(0)
  })

  it('names each fault in a table and imports nothing unless rows may be left out', () => {
    const args = [FAULTY, '--ledger', 'approved_unsupplied', '--commit']
    const stopped = tool('import', args)
    expect(stopped.stdout).toMatch(/^行 row +程度 severity/m)
    expect(stopped.stdout).toMatch(/^\d+ +错误 error/m)
    expect(stopped.status).toBe(1)
    expect(tool('import', [...args, '--leave-out']).status).toBe(0)
  })

  it('leaves a survey of another datum alone until told what to do with it', () => {
    const xian80 = join(folder, '西安80.txt')
    writeFileSync(xian80, BOUNDARY_TXT_EXAMPLE.replace(/坐标系=[^\r\n]*/, '坐标系=80国家大地坐标系'))
    const asked = tool('import', [xian80, '--ledger', 'approved_unsupplied'])
    expect(asked.stderr).toContain('--uncalibrated')
    expect(asked.status).toBe(1)
    expect(tool('import', [xian80, '--ledger', 'approved_unsupplied', '--uncalibrated']).status).toBe(0)
    expect(tool('import', [xian80, '--datum-parameters', 'package.json.none']).status).toBe(2)
  })

  it('refuses wrong usage with a code of its own', () => {
    expect(tool('import', ['nowhere.zip']).status).toBe(2)
    expect(tool('import', ['--colour', CLEAN]).status).toBe(2)
    expect(tool('import').status).toBe(2)
  })

  it('says in words that a file holds no survey', () => {
    const { status, stderr } = tool('import', [join(ROOT, 'package.json')])
    expect(stderr).not.toContain('    at ')
    expect(stderr.trim()).not.toBe('')
    expect(status).toBe(1)
  })
})

describe('npm run backup and restore', () => {
  const backup = join(folder, 'today.backup')

  it('take the installation from a running server to another place, whole', async () => {
    expect(tool('audit').stdout).toMatch(/完整，共 2 环/)
    const made = tool('backup', ['today.backup'])
    expect(made.stdout).toContain('已备份到')
    expect(made.status).toBe(0)
    if (process.platform !== 'win32') expect(statSync(backup).mode & 0o777).toBe(0o600)
    expect(tool('backup', ['today.backup']).status).toBe(2)
    expect(tool('restore', ['today.backup', '--force']).status).toBe(1)

    const elsewhere = { DATA_DIR: join(folder, 'elsewhere'), DATABASE_URL: '' }
    const restored = tool('restore', ['today.backup'], elsewhere)
    expect(restored.stdout).toContain('已恢复并核对')
    expect(tool('audit', [], elsewhere).stdout).toMatch(/完整，共 2 环/)
    expect(tool('restore', ['today.backup'], elsewhere).status).toBe(1)
    expect(tool('migrate', [], elsewhere).stdout).toContain('已是最新')
    // Whose directory it is came along: the demo may not take it for its own.
    const marker = readFileSync(join(folder, 'elsewhere', 'qidi.json'), 'utf8')
    expect(JSON.parse(marker)).toEqual({ mode: 'live' })
  })
})

describe('npm start', () => {
  it('stops in good order when told to, and leaves no address behind', async () => {
    expect(JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'))).toMatchObject({
      pid: expect.any(Number),
    })
    server.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false)
  })

  it('is not needed for an import: a server is started for as long as it takes', () => {
    const { status, stdout, stderr } = tool('import', [CLEAN, '--ledger', 'approved_unsupplied'])
    expect(stderr).toContain('临时启动一个')
    expect(stdout).toMatch(/未变 unchanged [1-9]/)
    expect(status).toBe(0)
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false)
  })
})
