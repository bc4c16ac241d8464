import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { CACHE, ROOT } from './places.mjs'

const REPORTS = join(CACHE, 'test-results')
/** What failed as it is said at the end; .ci/run says it again at its own. */
const FAILURES = join(REPORTS, 'failed.txt')
const SLOWEST = 10
const MESSAGE_LINES = 6

/** Where a run on a database leaves what it found, emptied for a new one. */
export function emptyReports(mode) {
  const reports = { tests: join(REPORTS, `${mode}.json`), extras: join(REPORTS, `${mode}-extras.json`) }
  mkdirSync(REPORTS, { recursive: true })
  for (const report of Object.values(reports)) rmSync(report, { force: true })
  return reports
}

/** Every way not to run counts: a file that does not load, a hook that throws, a run that breaks off. */
export function readReports(reports, mode, code) {
  const failures = []
  const note = (file, name, message) => failures.push({ mode, file, name, message })
  const { numPassedTests, testResults } = read(reports.tests) ?? { numPassedTests: 0, testResults: [] }
  const { files, unhandled } = read(reports.extras) ?? { files: [], unhandled: [] }
  for (const { name: path, status, message, assertionResults } of testResults) {
    const before = failures.length
    for (const test of assertionResults.filter((test) => test.status === 'failed'))
      note(within(path), nameOf(test), test.failureMessages.join('\n'))
    const { errors = [] } = files.find((file) => file.path === path) ?? {}
    for (const error of errors) note(within(path), error.name, error.message)
    if (status === 'failed' && failures.length === before)
      note(within(path), '', message || '未能运行 / did not run')
  }
  for (const message of unhandled) note('vitest', '', message)
  if (code !== 0 && failures.length === 0)
    note('vitest', '', `退出码 ${code}，原因见上面的输出 / exit code ${code}: its output above says why`)
  return {
    passed: numPassedTests,
    failures,
    files: files.map(({ path, ms }) => ({ mode, file: within(path), ms })),
  }
}

const read = (report) => (existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null)
const within = (path) => relative(ROOT, path).replaceAll('\\', '/')
const nameOf = ({ ancestorTitles, title }) => [...ancestorTitles, title].filter(Boolean).join(' > ')

/** The end of a long log, for who reads it: where the time went, and last what failed. */
export function tellReport({ files, failures }) {
  const slowest = files.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST)
  if (slowest.length > 0) console.log('\n最慢的测试文件  Slowest test files')
  for (const { ms, file, mode } of slowest)
    console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file} [${mode}]`)
  const told = failures.map((failure) => `${failureText(failure)}\n`).join('')
  mkdirSync(REPORTS, { recursive: true })
  writeFileSync(FAILURES, told)
  if (told) process.stdout.write(`\n失败  Failed\n${told}`)
}

/** The first lines of the message: where in the code it arose is in the log. */
function failureText({ file, name, mode, message }) {
  const lines = stripVTControlCharacters(message).split('\n')
  const first = lines.filter((line) => line.trim() && !/^\s+at /.test(line)).slice(0, MESSAGE_LINES)
  return [`× ${file}${name && ` > ${name}`} [${mode}]`, ...first.map((line) => `    ${line}`)].join('\n')
}
