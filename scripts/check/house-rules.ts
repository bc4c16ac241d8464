import { readFileSync, readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

interface Finding {
  isFault: boolean
  text: string
}

const FOLDERS = ['server', 'client', 'migrations', 'scripts', 'tests']
const SOURCE = /\.(ts|mts|mjs|vue)$/
const LONGEST_FILE = 350
const NAMELESS_FOLDERS = /(^|\/)(utils?|helpers?|common|misc|types)\//
const SUPPRESSIONS = /@ts-(ignore|nocheck|expect-error)|(eslint|oxlint)-disable|prettier-ignore/
const FOCUS_OR_SKIP = /\b(describe|it|test)\.(only|skip|todo)\b/
/** Spelt in parts, so that this file does not find itself. */
const ELSEWHERE = new RegExp(['\\.\\./', 'shared/|/', 'work/|/', 'home/'].join(''))

/** What no ready-made checker knows: the rules of this house. Long files are only remarked on. */
export function houseRules(root: string): { isPassed: boolean; output: string } {
  const files = FOLDERS.flatMap((folder) => filesUnder(root, folder))
  const findings = [...files.flatMap((file) => findingsIn(root, file)), ...lockFindings(root)]
  const lines = findings.map(({ isFault, text }) => `${isFault ? 'fault' : 'remark'}: ${text}`)
  return { isPassed: files.length > 0 && !findings.some(({ isFault }) => isFault), output: lines.join('\n') }
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

function findingsIn(root: string, file: string): Finding[] {
  const text = readFileSync(join(root, file), 'utf8')
  const lines = text.split('\n')
  const findings: Finding[] = []
  const fault = (what: string): number => findings.push({ isFault: true, text: `${file}: ${what}` })
  if (lines.length > LONGEST_FILE)
    findings.push({ isFault: false, text: `${file}: ${lines.length} lines; about 300 are enough` })
  if (NAMELESS_FOLDERS.test(file)) fault('a folder without a domain name')
  if (!file.endsWith('.vue') && /[A-Z]/.test(basename(file).replace('zh-CN', '')))
    fault('file names are kebab-case')
  const isThisRule = file === 'scripts/check/house-rules.ts'
  for (const [index, line] of lines.entries()) {
    if (isThisRule) break
    if (SUPPRESSIONS.test(line)) fault(`line ${index + 1} silences a checker`)
    if (file.startsWith('tests/') && FOCUS_OR_SKIP.test(line)) fault(`line ${index + 1} leaves tests out`)
    if (ELSEWHERE.test(line)) fault(`line ${index + 1} points outside the project`)
  }
  return findings
}

/** Download addresses in the lock file would tie every installation to one registry. */
function lockFindings(root: string): Finding[] {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const text = 'package-lock.json carries download addresses ("resolved")'
  return /"resolved"\s*:/.test(lock) ? [{ isFault: true, text }] : []
}
