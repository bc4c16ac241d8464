import { existsSync, readdirSync } from 'node:fs'
import { ensureBuilt } from './build.mjs'
import { runNode } from './child.mjs'
import { prepareChromium } from './chromium.mjs'
import { inRoot } from './places.mjs'
import { prepareNativePostgis } from './postgis.mjs'
import { say } from './terminal.mjs'
import { emptyReports, readReports, tellReport } from './test-report.mjs'

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
  const sum = { passed: 0, failures: [], files: [] }
  const needsBuild = suites.some((suite) => ['e2e', 'ops'].includes(suite))
  if (needsBuild) await ensureBuilt()
  const env = suites.includes('e2e') ? await browserEnvironment(sum) : {}
  if (args.includes(BLESS)) env.QIDI_BLESS = '1'
  if (suites.some((suite) => !WITHOUT_DATABASE.has(suite))) await buildTemplate()
  for (const run of await plan(suites, wantedModes)) await runSuites(run, { filters, options, env, sum })
  tellReport(sum)
  console.log(`${sum.passed} passed, ${sum.failures.length} failed`)
  return sum.failures.length === 0 && sum.passed > 0 ? 0 : 1
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
    const message = [error.zh ?? error.message, error.en].filter(Boolean).join('\n')
    sum.failures.push({ mode: 'browser', file: 'tests/e2e', name: '', message })
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
  const reports = emptyReports(mode)
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
    `--outputFile.json=${reports.tests}`,
    `--reporter=${inRoot('scripts', 'run', 'test-extras.mjs')}`,
    '--passWithNoTests',
  ]
  const code = await runNode(
    inRoot('node_modules', 'vitest', 'vitest.mjs'),
    [...args, ...reporters, ...options, ...filters],
    {
      env: { ...env, QIDI_TEST_MODE: mode, QIDI_TEST_EXTRAS: reports.extras, NODE_ENV: 'test' },
    },
  )
  const { passed, failures, files } = readReports(reports, mode, code)
  sum.passed += passed
  sum.failures.push(...failures)
  sum.files.push(...files)
  const isWhole = filters.length === 0 && options.length === 0
  for (const suite of isWhole ? suites.filter((suite) => !hasTests(suite)) : [])
    sum.failures.push({ mode, file: `tests/${suite}`, name: '', message: '没有测试 / no tests' })
}

const hasTests = (suite) =>
  existsSync(inRoot('tests', suite)) &&
  readdirSync(inRoot('tests', suite), { recursive: true }).some((file) => String(file).endsWith('.test.ts'))
