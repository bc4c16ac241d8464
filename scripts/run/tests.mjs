import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { runNode } from './child.mjs'
import { prepareChromium } from './chromium.mjs'
import { CACHE, inRoot } from './places.mjs'
import { prepareNativePostgis } from './postgis.mjs'
import { say } from './terminal.mjs'

const SUITES = ['rules', 'formats', 'data', 'database', 'api', 'client', 'ops', 'e2e']
/** What touches SQL, the bridge or start-up runs on the embedded database as well. */
const ON_BOTH_DATABASES = ['database', 'api', 'ops']
/** Files that are about one database whatever the run: once is enough. */
const OF_THE_OTHER_RUN = {
  native: ['tests/database/embedded*.test.ts'],
  embedded: ['tests/database/*-native.test.ts'],
}
const WITHOUT_DATABASE = new Set(['rules', 'formats', 'data', 'client'])

/** Runs every suite on every database the machine offers; arguments that are paths or names narrow it down. */
export async function runTests(args) {
  const { filters, options, modes: wantedModes } = split(args)
  const suites = filters.length
    ? SUITES.filter((suite) => filters.some((filter) => touches(filter, suite)))
    : SUITES
  const sum = { passed: 0, failed: 0 }
  const needsBuild = suites.some((suite) => ['e2e', 'ops'].includes(suite))
  if (needsBuild) await ensureBuilt()
  const env = suites.includes('e2e') ? await browserEnvironment(sum) : {}
  if (args.includes(BLESS)) env.QIDI_BLESS = '1'
  if (suites.some((suite) => !WITHOUT_DATABASE.has(suite))) await buildTemplate()
  for (const run of await plan(suites, wantedModes)) await runSuites(run, { filters, options, env, sum })
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1
}

/** What the tests compare with and can write themselves (tests/database/__sql__) is written anew. */
const BLESS = '--bless'
const MODE = /^--mode=(native|embedded|both)$/

function split(args) {
  const mode = args.map((arg) => MODE.exec(arg)?.[1]).find(Boolean) ?? process.env.QIDI_TEST_MODE ?? 'both'
  const rest = args.filter((arg) => !MODE.test(arg) && arg !== BLESS)
  return {
    modes: mode === 'both' ? ['native', 'embedded'] : [mode],
    filters: rest.filter((arg) => !arg.startsWith('-')).map((arg) => arg.replaceAll('\\', '/')),
    options: rest.filter((arg) => arg.startsWith('-')),
  }
}

/** `tests/api/foo.test.ts`, `api` and `foo` all mean something; what names no suite may be in any. */
function touches(filter, suite) {
  const named = /^(?:\.?\/?tests\/)?([a-z0-9]+)(?:\/|$)/.exec(filter)?.[1]
  return SUITES.includes(named) ? named === suite : true
}

/** Once and beforehand: tests that start servers would each wait for it. A fault shows in the tests themselves. */
const buildTemplate = () =>
  runNode(inRoot('node_modules', 'tsx', 'dist', 'cli.mjs'), [inRoot('scripts', 'db', 'template.ts')], {
    stdio: ['ignore', process.stderr, 'inherit'],
  })

async function browserEnvironment(sum) {
  try {
    return { CHROME_PATH: await prepareChromium() }
  } catch (error) {
    sum.failed += 1
    say(error.zh ?? error.message, `\n${error.en ?? ''}`)
    return {}
  }
}

async function plan(suites, modes) {
  if (suites.every((suite) => WITHOUT_DATABASE.has(suite))) return [{ mode: 'embedded', suites }]
  const runs = []
  const hasNative = modes.includes('native') && (await prepareNativePostgis())
  if (hasNative) runs.push({ mode: 'native', suites })
  if (!modes.includes('embedded') && hasNative) return runs
  const embedded = hasNative ? suites.filter((suite) => ON_BOTH_DATABASES.includes(suite)) : suites
  if (embedded.length) runs.push({ mode: 'embedded', suites: embedded })
  return runs.length === 2 ? runs.map((run) => ({ ...run, excluded: OF_THE_OTHER_RUN[run.mode] })) : runs
}

async function runSuites({ mode, suites, excluded = [] }, { filters, options, env, sum }) {
  say(
    `\n数据库：${mode === 'native' ? 'PostgreSQL' : '内置'}；测试组：${suites.join(' ')}`,
    `Database: ${mode}; suites: ${suites.join(' ')}`,
  )
  const report = join(CACHE, 'test-results', `${mode}.json`)
  mkdirSync(join(report, '..'), { recursive: true })
  rmSync(report, { force: true })
  const args = [
    'run',
    '--config',
    inRoot('tests', 'vitest.config.ts'),
    ...suites.map((suite) => `--project=${suite}`),
    ...excluded.map((pattern) => `--exclude=${pattern}`),
  ]
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    '--passWithNoTests',
  ]
  const code = await runNode(
    inRoot('node_modules', 'vitest', 'vitest.mjs'),
    [...args, ...reporters, ...options, ...filters],
    {
      env: { ...env, QIDI_TEST_MODE: mode, NODE_ENV: 'test' },
    },
  )
  add(sum, countsOf(report, code, { suites, isWhole: filters.length === 0 && options.length === 0 }))
}

/** Every way not to run counts: a suite without files, a file that does not load, a run that breaks off. */
function countsOf(report, code, { suites, isWhole }) {
  if (!existsSync(report)) return { passed: 0, failed: 1, remarks: [`vitest: ${code}`] }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const absent = isWhole ? suites.filter((suite) => !hasTests(suite)) : []
  const failed = numFailedTests + broken.length + absent.length
  const remarks = [
    ...broken.map(({ name }) => `${name}`),
    ...absent.map((suite) => `tests/${suite}: 没有测试 / no tests`),
  ]
  return { passed: numPassedTests, failed: failed || (code === 0 ? 0 : 1), remarks }
}

const hasTests = (suite) =>
  existsSync(inRoot('tests', suite)) &&
  readdirSync(inRoot('tests', suite), { recursive: true }).some((file) => String(file).endsWith('.test.ts'))

function add(sum, { passed, failed, remarks }) {
  sum.passed += passed
  sum.failed += failed
  for (const remark of remarks) say(`未能运行：${remark}`, 'did not run')
}
