import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const SUITE = `
import { describe, expect, it } from 'vitest'
describe('a parcel', () => {
  it('has a place', () => {})
  it('has two corners', () => expect('four corners').toBe('two corners'))
})`
const HOOK = `
import { beforeAll, describe, it } from 'vitest'
describe('a survey', () => {
  beforeAll(() => { throw new Error('no stage to stand on') })
  it('is read', () => {})
})`
const QUICK = `
import { it } from 'vitest'
it('is over at once', () => {})`
const BROKEN = `throw new Error('this file does not load')`
const CONFIG = `
import { defineConfig } from 'vitest/config'
const api = { test: { name: 'api', root: process.cwd(), include: ['tests/api/*.test.ts'] } }
export default defineConfig({ test: { projects: [api] } })`

/** Stands for npm: what is installed lies ready, and the tests are those of one suite. */
const NPM = `#!/bin/sh
case "$1" in
  ci) cp -R packages node_modules ;;
  test) exec node scripts/run.mjs test tests/api ;;
esac`

let copy = ''
let log = ''
let status: number | null = null

function put(path: string, text: string, isProgram = false): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), text)
  if (isProgram) chmodSync(join(copy, path), 0o755)
}

/** A project with nothing but the real scripts and a few files of tests. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'qidi tests '))
  for (const path of ['package.json', 'scripts/run.mjs', 'scripts/run', '.ci/run'])
    cpSync(join(ROOT, path), join(copy, path), { recursive: true })
  put('package-lock.json', '{"packages": {}}')
  put('packages/.package-lock.json', '{"packages": {}}')
  for (const name of ['vitest', 'tsx'])
    symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'packages', name), 'junction')
  put('scripts/db/template.ts', '')
  put('.ci/smoke.mjs', 'process.exitCode = 1')
  put('tests/vitest.config.ts', CONFIG)
  put('tests/api/parcels.test.ts', SUITE)
  put('tests/api/surveys.test.ts', HOOK)
  put('tests/api/broken.test.ts', BROKEN)
  for (const number of [1, 2, 3]) put(`tests/api/quick-${number}.test.ts`, QUICK)
  put('bin/npm', NPM, true)
  put('bin/git', '#!/bin/sh\n', true)
  // Whoever is no administrator installs no system packages.
  put('bin/id', '#!/bin/sh\necho 1000', true)
  const run = spawnSync('bash', [join(copy, '.ci/run')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${join(copy, 'bin')}:${process.env.PATH}`,
      TEST_DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing',
      QIDI_TEST_MODE: 'both',
    },
  })
  log = run.stdout
  status = run.status
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const sectionOf = (title: string): string => {
  const section = log.split('\n== ').find((candidate) => candidate.startsWith(`${title} (`))
  if (!section) throw new Error(`no section "${title}" in:\n${log}`)
  return section.trimEnd()
}

const linesOf = (mode: string): RegExp[] =>
  [
    `^× tests/api/broken.test.ts [${mode}]$`,
    '^    Error: this file does not load$',
    `^× tests/api/parcels.test.ts > a parcel > has two corners [${mode}]$`,
    "^    AssertionError: expected 'four corners' to be 'two corners'",
    `^× tests/api/surveys.test.ts > a survey [${mode}]$`,
    '^    Error: no stage to stand on$',
  ].map((line) => new RegExp(line.replaceAll(/[[\].]/g, String.raw`\$&`)))
const FAILED = ['native', 'embedded'].flatMap(linesOf)

function expectLines(text: string, wanted: RegExp[]): void {
  const lines = text.split('\n')
  expect(lines).toHaveLength(wanted.length)
  for (const [index, pattern] of wanted.entries()) expect(lines[index]).toMatch(pattern)
}

describe('npm test, at its end', () => {
  it('names what failed, test, hook or file, on which database and why, right before its sum', () => {
    const [, end] = sectionOf('tests').split('\n失败  Failed\n')
    expectLines(end ?? '', [...FAILED, /^8 passed, 6 failed$/])
  })

  it('names the ten slowest files, the slowest first', () => {
    const [, end] = sectionOf('tests').split('\n最慢的测试文件  Slowest test files\n')
    const [list] = (end ?? '').split('\n\n')
    const line = /^ +(\d+\.\d) s {2}tests\/api\/[\w-]+\.test\.ts \[(?:native|embedded)\]$/
    expectLines(
      list ?? '',
      Array.from({ length: 10 }, () => line),
    )
    const seconds = (list ?? '').split('\n').map((text) => Number(line.exec(text)?.[1]))
    expect(seconds).toEqual(seconds.toSorted((a, b) => b - a))
  })
})

describe('.ci/run, at its end', () => {
  it('says once more which steps and tests failed, right before its sum', () => {
    const [, ...end] = sectionOf('sum').split('\n')
    expectLines(end.join('\n'), [/^FAILED: smoke run of the demo$/, ...FAILED, /^14 passed, 7 failed$/])
    expect(status).toBe(1)
  })
})
