import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let copy = ''

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'qidi a copy '))
  mkdirSync(join(copy, 'scripts'))
  for (const path of ['package.json', 'package-lock.json', 'scripts/run.mjs', 'scripts/run']) {
    cpSync(join(ROOT, path), join(copy, path), { recursive: true })
  }
})
afterEach(() => rmSync(copy, { recursive: true, force: true }))

function run(args: string[], env: Record<string, string> = {}, cwd = tmpdir()) {
  const { npm_execpath: _, INIT_CWD: _cwd, ...inherited } = process.env
  return spawnSync(process.execPath, [join(copy, 'scripts/run.mjs'), ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...inherited, NODE_ENV: '', ...env },
  })
}

describe('npm run, before anything is installed', () => {
  it('lists its commands, from any folder and a path with blanks', () => {
    const { status, stderr } = run([])
    expect(status).toBe(0)
    for (const name of ['demo', 'start', 'test', 'backup']) expect(stderr).toContain(`\n  ${name} `)
  })

  it('refuses a command that it does not have', () => {
    expect(run(['nonsense']).status).toBe(2)
  })

  it('says in words that the registry cannot be reached', () => {
    const nowhere = {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_cache: join(copy, 'empty-cache'),
      npm_config_fetch_retries: '0',
    }
    const { status, stderr } = run(['demo'], nowhere)
    expect(stderr).toContain('连不上软件包源')
    expect(stderr).toContain('registry cannot be reached')
    expect(stderr).not.toContain('    at ')
    expect(status).toBe(1)
  })

  it('says that the lock file is missing', () => {
    rmSync(join(copy, 'package-lock.json'))
    const { status, stderr } = run(['start'])
    expect(stderr).toContain('package-lock.json')
    expect(status).toBe(1)
  })
})

describe('npm run, with other packages than the lock file wants', () => {
  it('leaves them alone while a server runs on them', () => {
    const dataDir = join(copy, 'data of mine')
    mkdirSync(dataDir)
    const server = { url: 'http://127.0.0.1:1', token: 'none', pid: process.pid }
    writeFileSync(join(dataDir, 'server.json'), JSON.stringify(server))
    const { status, stderr } = run(['start'], { DATA_DIR: dataDir })
    expect(stderr).toContain('服务正在运行')
    expect(status).toBe(1)
  })
})

describe('npm run demo where a server runs already', () => {
  const demoBeside = (mode: string) => {
    mkdirSync(join(copy, 'dist/server'), { recursive: true })
    writeFileSync(join(copy, 'dist/server/main.js'), `console.log('started')`)
    const dataDir = join(copy, 'data in use')
    mkdirSync(dataDir)
    const server = { url: 'http://127.0.0.1:1', token: 'none', pid: process.pid }
    writeFileSync(join(dataDir, 'server.json'), JSON.stringify(server))
    writeFileSync(join(dataDir, 'qidi.json'), JSON.stringify({ mode }))
    return run(['demo'], { DATA_DIR: dataDir })
  }

  it('says that the demo is running', () => {
    const { status, stdout } = demoBeside('demo')
    expect(stdout).toContain('Qidi ready at http://127.0.0.1:1')
    expect(stdout).not.toContain('started')
    expect(status).toBe(0)
  })

  it('does not take the server of real data for the demo', () => {
    const { status, stdout, stderr } = demoBeside('live')
    expect(stderr).toContain('存放的是正式数据')
    expect(stderr).toContain('holds real data')
    expect(stdout).not.toContain('Qidi ready')
    expect(status).toBe(1)
  })
})

describe('npm start in an image that carries the compiled server only', () => {
  it('runs it as it is, passing its exit code on', () => {
    mkdirSync(join(copy, 'dist/server'), { recursive: true })
    const main = `console.log(process.env.QIDI_MODE, process.env.DATA_DIR); process.exitCode = 7`
    writeFileSync(join(copy, 'dist/server/main.js'), main)
    const { status, stdout } = run(['start'], { DATA_DIR: 'here', INIT_CWD: copy })
    expect(stdout.trim()).toBe(`live ${join(copy, 'here')}`)
    expect(status).toBe(7)
    expect(run(['test']).status).toBe(1)
  })
})
