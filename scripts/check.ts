/** All gates in one go: format, lint, types, dependency rules, dead code, house rules. Every one runs, then the sum. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { houseRules } from './check/house-rules.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDERS = ['server', 'client', 'migrations', 'scripts', 'tests']

interface Verdict {
  isPassed: boolean
  output: string
}

interface Gate {
  name: string
  run: () => Promise<Verdict>
}

/** The script behind a package's command, so that no shell and no .cmd file is needed. */
function commandOf(packageName: string, command = packageName): string {
  const folder = join(ROOT, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
  }
  return join(folder, typeof bin === 'string' ? bin : bin[command])
}

function run(script: string, args: string[]): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ isPassed: code === 0, output: output.trim() }))
  })
}

/** A checker that sees nothing passes: it has to have cruised something. */
async function dependencyRules(): Promise<Verdict> {
  const script = commandOf('dependency-cruiser', 'depcruise')
  const verdict = await run(script, ['--config', '.dependency-cruiser.cjs', ...FOLDERS])
  const cruised = Number(/(\d+) modules/.exec(verdict.output)?.[1] ?? 0)
  return { isPassed: verdict.isPassed && cruised > 0, output: verdict.output || 'no modules cruised' }
}

const GATES: Gate[] = [
  { name: 'house rules', run: async () => houseRules(ROOT) },
  { name: 'format', run: () => run(commandOf('prettier'), ['--check', '--log-level=warn', '.']) },
  { name: 'lint', run: () => run(commandOf('oxlint'), ['--type-aware', '--deny-warnings']) },
  { name: 'types', run: () => run(commandOf('typescript', 'tsc'), ['-p', 'tsconfig.json']) },
  { name: 'types of the client', run: () => run(commandOf('vue-tsc'), ['-p', 'client/tsconfig.json']) },
  { name: 'dependency rules', run: dependencyRules },
  { name: 'dead code', run: () => run(commandOf('knip'), ['--no-progress']) },
]

const wanted = process.argv.slice(2)
const gates = wanted.length ? GATES.filter(({ name }) => wanted.some((word) => name.includes(word))) : GATES
const failed: string[] = []
for (const { name, run: check } of gates) {
  const startedAt = Date.now()
  const { isPassed, output } = await check()
  console.log(`${isPassed ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
  if (output && (!isPassed || name === 'house rules')) console.log(output.replaceAll(/^/gm, '     '))
  if (!isPassed) failed.push(name)
}
console.log(
  failed.length ? `失败 failed: ${failed.join(', ')}` : `全部通过 all ${gates.length} checks passed`,
)
process.exitCode = failed.length || gates.length === 0 ? 1 : 0
