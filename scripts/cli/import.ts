import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatumParameters, ImportIssue, ImportView } from '../../server/contract/import.ts'
import type { ApiClient } from './api-client.ts'
import { CommandError, fromCaller, readArguments, runTool, say, textTable } from './command-line.ts'
import {
  checkSurvey,
  chooseDatum,
  commitSurvey,
  type DatumChoice,
  type SurveyOptions,
} from './import-survey.ts'
import { connect } from './running-server.ts'

const USAGE = `用法 usage: npm run import -- FILE… [--ledger approved_unsupplied|idle] [--layer NAME] [--encoding NAME]
  [--crs EPSG:4524] [--mapping FILE.json|TEMPLATE-ID] [--datum-parameters FILE.json | --uncalibrated]
  [--commit] [--leave-out] [--limit N]
  文件作为一次入库一起读取；不加 --commit 只检查。退出码：0 成功，1 有问题未入库，2 用法错误。
  The files are read together as one import; without --commit they are only checked.
  Exit codes: 0 done, 1 not imported, 2 wrong usage.`

const OPTIONS = {
  ledger: { type: 'string' },
  layer: { type: 'string' },
  encoding: { type: 'string' },
  crs: { type: 'string' },
  mapping: { type: 'string' },
  'datum-parameters': { type: 'string' },
  uncalibrated: { type: 'boolean', default: false },
  commit: { type: 'boolean', default: false },
  'leave-out': { type: 'boolean', default: false },
  limit: { type: 'string', default: '50' },
  help: { type: 'boolean', default: false },
} as const

async function mappingOf(given: string | undefined): Promise<string | undefined> {
  if (given === undefined || !existsSync(fromCaller(given))) return given
  const { readFile } = await import('node:fs/promises')
  return readFile(fromCaller(given), 'utf8')
}

/** 西安80、北京54: parameters from a file, or 位置未校准; null when nothing was said. */
async function datumOf(parameters: string | undefined, isUncalibrated: boolean): Promise<DatumChoice | null> {
  if (isUncalibrated) return { uncalibrated: true }
  if (parameters === undefined) return null
  const { readFile } = await import('node:fs/promises')
  const path = fromCaller(parameters)
  try {
    return { datumParameters: JSON.parse(await readFile(path, 'utf8')) as DatumParameters }
  } catch (error) {
    throw new CommandError(
      `读不出转换参数文件 ${path}：应为 JSON，例如 {"method":"plane4","dx":0,"dy":0,"theta":0,"k":1}`,
      `Cannot read the parameters in ${path}: ${String(error)}`,
      2,
    )
  }
}

function filesOf(positionals: string[]): string[] {
  if (positionals.length === 0) throw new CommandError('没有给出文件。', USAGE, 2)
  const files = positionals.map(fromCaller)
  const missing = files.filter((file) => !existsSync(file))
  if (missing.length === 0) return files
  throw new CommandError(`找不到文件：${missing.join('、')}`, `No such file: ${missing.join(', ')}`, 2)
}

const COUNT_LABELS: [keyof ImportView['counts'], string][] = [
  ['features', '读取 read'],
  ['ready', '可入库 ready'],
  ['draft', '其中待补录 drafts'],
  ['repaired', '已修复 repaired'],
  ['blocked', '有问题 blocked'],
  ['new', '新增 new'],
  ['changed', '变更 changed'],
  ['unchanged', '未变 unchanged'],
]

const SEVERITY = { error: '错误 error', warning: '警告 warning', hint: '提示 hint', note: '说明 note' }

const issueRow = ({ row, field, severity, value, message, code }: ImportIssue): string[] => [
  row === null ? '—' : String(row),
  SEVERITY[severity],
  field ?? '',
  value ?? '',
  message,
  code,
]

async function report(client: ApiClient, view: ImportView, limit: number): Promise<void> {
  const { detected, counts } = view
  console.log(
    `编码 encoding ${detected.encoding ?? '—'}；坐标系 CRS ${detected.crs ?? '—'} ${detected.crsName?.zh ?? ''}`,
  )
  if (detected.plausibility) console.log(detected.plausibility)
  console.log(COUNT_LABELS.map(([key, label]) => `${label} ${counts[key]}`).join('  '))
  const total = Object.values(view.issueCounts).reduce((sum, count) => sum + count, 0)
  if (total === 0) return
  const shown = view.issues.slice(0, limit)
  const head = ['行 row', '程度 severity', '字段 field', '值 value', '说明 what is wrong', '代码 code']
  console.log(textTable([head, ...shown.map(issueRow)]))
  if (total > shown.length) {
    const where = `${client.url}/imports/${view.id}`
    console.log(
      `共 ${total} 条，此处列出 ${shown.length} 条；全部见 ${where}  (${shown.length} of ${total} shown)`,
    )
  }
}

/** Null when the checks ended well; else why nothing can be imported, and what to do. */
function obstacle(view: ImportView): CommandError | null {
  if (view.status === 'needs_choice') {
    const { needsChoice, crsCandidates } = view.detected
    const layers = view.layers.filter(({ selectable }) => selectable).map(({ name }) => name)
    return new CommandError(
      `需要您决定：${needsChoice.join('、')}。图层：${layers.join('、')}；可能的坐标系：${crsCandidates.map(({ crs, name }) => `${crs} ${name.zh}`).join('、') || '未知'}。`,
      'A choice is yours: say --layer, --crs, --datum-parameters or --uncalibrated.',
    )
  }
  // Nobody is there to look before it is imported: what was said and not used stops it.
  if (view.status === 'ready' && view.issueCounts['choice_ignored'])
    return new CommandError(
      '命令行里指定的选项有用不上的（见上），没有入库。请改正后重试。',
      'An option above means nothing here and was not used; nothing was imported. Correct it and try again.',
    )
  if (view.status === 'ready' || view.status === 'committed') return null
  return new CommandError(view.problem?.detail ?? `状态 ${view.status}`, view.problem?.code ?? view.status)
}

async function importFiles(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, USAGE)
  if (values.help) return (console.log(USAGE), 0)
  const files = filesOf(positionals)
  const { ledger, layer, encoding, crs } = values
  const options: SurveyOptions = { ledger, layer, encoding, crs, mapping: await mappingOf(values.mapping) }
  const datum = await datumOf(values['datum-parameters'], values.uncalibrated)
  const { client, close } = await connect()
  try {
    const startedAt = Date.now()
    const onProgress = (text: string): void => say(`  ${text}`, '')
    say(`正在检查 ${files.map((file) => basename(file)).join('、')}…`, 'Checking…')
    const checked = await checkSurvey(client, files, options, onProgress)
    const waitsForDatum = checked.status === 'needs_choice' && checked.detected.needsChoice.includes('datum')
    const view = waitsForDatum && datum ? await chooseDatum(client, checked.id, datum, onProgress) : checked
    await report(client, view, Number(values.limit))
    const reason = obstacle(view)
    if (reason) throw reason
    if (!values.commit) {
      say('只作检查，没有入库；加 --commit 入库。', 'Checked only; --commit imports.')
      return view.counts.blocked > 0 ? 1 : 0
    }
    if (view.counts.new + view.counts.changed === 0) {
      console.log('没有新增或变更，无需入库 nothing new, nothing changed')
      return view.counts.blocked > 0 ? 1 : 0
    }
    const committed = await commitSurvey(
      client,
      view.id,
      values['leave-out'] ? 'leave_out' : 'stop',
      onProgress,
    )
    if (committed.status !== 'committed')
      throw obstacle(committed) ?? new CommandError('未能入库。', committed.status)
    console.log(`已入库 imported: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
    return 0
  } finally {
    await close()
  }
}

await runTool(importFiles)
