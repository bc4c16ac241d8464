import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { lockDirectory } from '../../server/platform/database/directory-lock.ts'
import type { BilingualMessage } from '../../server/platform/database/errors.ts'
import { openDatabase } from '../../server/platform/database/open.ts'

const CHILD = fileURLToPath(new URL('./embedded-child.ts', import.meta.url))
const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url))
const folders: string[] = []
const newFolder = (): string => {
  folders.push(mkdtempSync(join(tmpdir(), 'qidi-embedded-')))
  return folders[folders.length - 1]
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

interface Child {
  process: ChildProcess
  lines: string[]
  said(start: string): Promise<string>
}

function startChild(task: 'hold' | 'insert', dataDir: string): Child {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, task, dataDir, CACHE], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const said = async (start: string): Promise<string> => {
    for (let waited = 0; waited < 30_000; waited += 10) {
      const line = lines.find((candidate) => candidate.startsWith(start))
      if (line) return line
      await sleep(10)
    }
    throw new Error(`the child never said "${start}": ${lines.join(' | ')}`)
  }
  return { process: child, lines, said }
}

const killed = async ({ process: child }: Child): Promise<void> => {
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
}

describe('the directory of the embedded database', () => {
  test('is refused to a second process in words, and free again after kill -9', async () => {
    const dataDir = newFolder()
    const first = startChild('hold', dataDir)
    await first.said('open')
    const second = startChild('hold', dataDir)
    const refusal = await second.said('refused')
    expect(refusal).toContain('正由另一个进程使用')
    expect(refusal).toContain(`in use by another process (pid ${first.process.pid})`)
    await killed(first)
    const third = startChild('hold', dataDir)
    await third.said('open')
    await killed(third)
  })

  test('is refused to the same process too, and released on close', async () => {
    const directory = newFolder()
    const lock = await lockDirectory(directory)
    await expect(lockDirectory(directory)).rejects.toMatchObject({ problem: 'directory_in_use' })
    await lock.release()
    expect(readdirSync(directory)).toEqual([])
    await (await lockDirectory(directory)).release()
  })

  test('holds every acknowledged row after kill -9, again and again', async () => {
    const dataDir = newFolder()
    let acknowledged = 0
    for (let round = 1; round <= 4; round += 1) {
      const child = startChild('insert', dataDir)
      await child.said(`written ${acknowledged + 1}`)
      await sleep(Math.random() * 400)
      await killed(child)
      acknowledged = Number(
        child.lines
          .filter((line) => line.startsWith('written'))
          .at(-1)
          ?.split(' ')[1],
      )
      const db = await openDatabase({ dataDir, cacheDir: CACHE })
      const ids = await db.knex('written').where('id', '>', 0).orderBy('id').pluck('id')
      const [{ pairs }] = await db.knex('written').where('id', '<', 0).count('* as pairs')
      await db.close()
      expect(ids.length).toBeGreaterThanOrEqual(acknowledged)
      expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => index + 1))
      expect(pairs).toBe(ids.length)
      acknowledged = ids.length
    }
  })

  test('of somebody else is left alone', async () => {
    const dataDir = newFolder()
    mkdirSync(join(dataDir, 'database'))
    writeFileSync(join(dataDir, 'database/letter.txt'), 'dear diary')
    await expect(openDatabase({ dataDir, cacheDir: CACHE })).rejects.toMatchObject({
      problem: 'directory_foreign',
    })
    expect(readdirSync(join(dataDir, 'database'))).toEqual(['letter.txt'])
  })

  test('of another PostgreSQL is refused', async () => {
    const dataDir = newFolder()
    mkdirSync(join(dataDir, 'database'))
    writeFileSync(join(dataDir, 'database/PG_VERSION'), '14\n')
    await expect(openDatabase({ dataDir, cacheDir: CACHE })).rejects.toMatchObject({
      problem: 'embedded_version',
    })
  })

  test('a first start that was interrupted is begun anew', async () => {
    const dataDir = newFolder()
    mkdirSync(join(dataDir, 'database.initialising/base'), { recursive: true })
    const db = await openDatabase({ dataDir, cacheDir: CACHE })
    expect((await db.knex.raw('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await db.close()
    expect(readdirSync(dataDir)).toEqual(['database'])
  })
})

describe('the start of the embedded database', () => {
  const openTimed = async (dataDir: string, cacheDir: string) => {
    const said: BilingualMessage[] = []
    const startedAt = performance.now()
    const db = await openDatabase({ dataDir, cacheDir, onProgress: (message) => said.push(message) })
    const ms = performance.now() - startedAt
    const { rows } = await db.knex.raw(
      "SELECT ST_AsText(ST_Point(108, 39, 4490)) AS p, similarity('土地', '土地') AS s",
    )
    await db.close()
    return { ms, said, row: rows[0] }
  }
  const works = { p: 'POINT(108 39)', s: 1 }

  test('from a template is quick, also the first time', async () => {
    const dataDir = newFolder()
    const first = await openTimed(dataDir, CACHE)
    const later = await openTimed(dataDir, CACHE)
    expect([first.row, later.row]).toEqual([works, works])
    expect(first.said).toEqual([])
    console.log(`embedded start: first ${Math.round(first.ms)} ms, later ${Math.round(later.ms)} ms`)
  })

  test('works from compiled JavaScript as from source', async () => {
    const outDir = join(CACHE, `compiled-${process.pid}`)
    const sources = ['open', 'migrations', 'bridge/worker'].map(
      (name) => `server/platform/database/${name}.ts`,
    )
    const config = join(CACHE, `compiled-${process.pid}.json`)
    const files = sources.map((source) => join(CACHE, '..', source))
    writeFileSync(
      config,
      JSON.stringify({
        extends: '../tsconfig.build.json',
        compilerOptions: { noEmit: false, outDir, rootDir: '..', typeRoots: ['../node_modules/@types'] },
        include: [],
        files,
      }),
    )
    folders.push(outDir, config)
    execFileSync(process.execPath, [join(CACHE, '../node_modules/typescript/bin/tsc'), '-p', config], {
      stdio: 'inherit',
    })
    const script = `
      import { openDatabase } from ${JSON.stringify(pathToFileURL(join(outDir, 'server/platform/database/open.js')).href)}
      const db = await openDatabase({ dataDir: process.argv[1], cacheDir: process.argv[2] })
      console.log((await db.knex.raw('SELECT 6 * 7 AS answer')).rows[0].answer)
      await db.close()`
    const args = ['--input-type=module', '-e', script, newFolder(), CACHE]
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()).toBe('42')
  }, 240_000)

  test('builds the template when there is none and says so', async () => {
    const cacheDir = newFolder()
    const built = await openTimed(newFolder(), cacheDir)
    expect(built.row).toEqual(works)
    const [first, ...others] = built.said
    expect(first).toMatchObject({
      zh: expect.stringContaining('模板'),
      en: expect.stringContaining('template'),
    })
    expect(others.filter(({ zh }) => /^ {2}\d\/4 /.test(zh)).map(({ en }) => en)).toEqual([
      '1/4 creating an empty database',
      '2/4 adding PostGIS',
      '3/4 trimming the coordinate systems',
      '4/4 compacting and writing to disk',
    ])
    expect(others.at(-1)?.zh).toMatch(/已备好，用时 \d+ 秒/)
    // It is never silent for long, and promises no time it cannot keep.
    expect(others.length).toBeGreaterThan(built.ms / 4_000)
    expect(built.said.map(({ zh }) => zh).join('')).not.toContain('约')
    expect(readdirSync(cacheDir)).toHaveLength(1)
    const second = await openTimed(newFolder(), cacheDir)
    expect(second.said).toEqual([])
  }, 240_000)

  test('falls back to the shipped files where the cache cannot be used', async () => {
    const blocked = join(newFolder(), 'a-file')
    writeFileSync(blocked, '')
    const dataDir = newFolder()
    const first = await openTimed(dataDir, blocked)
    const later = await openTimed(dataDir, blocked)
    expect([first.row, later.row]).toEqual([works, works])
    expect(first.said.map(({ en }) => en).join('\n')).toContain('shipped files')
    expect(first.said.map(({ zh }) => zh).join('\n')).toContain('1/4 建立空数据库')
    const withCache = await openTimed(dataDir, CACHE)
    expect(withCache.row).toEqual(works)
  }, 240_000)
})
