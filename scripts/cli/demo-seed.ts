import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ImportList, ImportView } from '../../server/contract/import.ts'
import type { Summary } from '../../server/contract/summary.ts'
import { signIn, type ApiClient } from './api-client.ts'
import { CommandError } from './command-line.ts'
import { checkSurvey, commitSurvey, type SurveyOptions } from './import-survey.ts'

export interface DemoSeed {
  url: string
  dataDir: string
  password: string
  sampleFolder: string
  say: (zh: string, en: string) => void
}

interface Survey {
  title: string
  files: string[]
  ledger: string
  options: SurveyOptions
  onBlocked: 'stop' | 'leave_out'
}

/** What has been imported stands in the data directory, so that a demo cut short goes on where it stopped. */
const DONE_FILE = 'demo-surveys.json'

/** Imports the sample surveys as a clerk would, each once; answers with lines that say what was imported. */
export async function seedDemo({ url, dataDir, password, sampleFolder, say }: DemoSeed): Promise<string[]> {
  const { surveys } = JSON.parse(readFileSync(join(sampleFolder, 'manifest.json'), 'utf8')) as {
    surveys: Survey[]
  }
  const doneFile = join(dataDir, DONE_FILE)
  const done = existsSync(doneFile) ? (JSON.parse(readFileSync(doneFile, 'utf8')) as string[]) : []
  const left = surveys.filter(({ title }) => !done.includes(title))
  if (left.length === 0) return []
  const client = await signIn(url, 'clerk', password)
  const open = await notImported(client, left)
  const lines: string[] = []
  for (const survey of open) {
    say(`正在导入示例：${survey.title}…`, 'Importing a sample survey…')
    lines.push(await importSurvey(client, survey, sampleFolder, (text) => say(`  ${text}`, '')))
    done.push(survey.title)
    writeFileSync(doneFile, JSON.stringify(done))
  }
  return [...lines, await sumLines(client)]
}

/** The imports say what was written, the map what stands in the ledger: parcels taken out of it make the difference. */
async function sumLines(client: ApiClient): Promise<string> {
  const shown = (await client.get<Summary>('/api/summary')).total.count
  const removed = (await client.get<Summary>('/api/summary?status=removed')).total.count
  if (removed === 0) return `  共 ${shown} 宗，都在图上  (${shown} parcels, all on the map)`
  const all = shown + removed
  const where = `${client.url}/map?status=removed`
  return [
    `  共 ${all} 宗：图上和合计中 ${shown} 宗；另有 ${removed} 宗“已剔除”（误入库），平时不显示，见 ${where}`,
    `  (${all} parcels: ${shown} on the map; ${removed} were removed from the ledger and show only there)`,
  ].join('\n')
}

/** A restored installation has the samples and not the file that says so. */
async function notImported(client: ApiClient, surveys: Survey[]): Promise<Survey[]> {
  const { items } = await client.get<ImportList>('/api/imports?limit=500')
  const committed = new Set(
    items.filter(({ status }) => status === 'committed').map(({ fileName }) => fileName),
  )
  return surveys.filter(({ files }) => !files.some((name) => committed.has(basename(name))))
}

async function importSurvey(
  client: ApiClient,
  survey: Survey,
  folder: string,
  onProgress: (text: string) => void,
): Promise<string> {
  const startedAt = Date.now()
  const files = survey.files.map((name) => join(folder, name))
  const checked = await checkSurvey(client, files, { ledger: survey.ledger, ...survey.options }, onProgress)
  if (checked.status !== 'ready') throw failure(survey, checked)
  const view = await commitSurvey(client, checked.id, survey.onBlocked, onProgress)
  if (view.status !== 'committed') throw failure(survey, view)
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  const { features, blocked, new: added, changed } = view.counts
  const sum = `读取 ${features} 宗，新增 ${added}，变更 ${changed}，有问题未入库 ${blocked}`
  return `  ${survey.title}：${sum}，${seconds} 秒  (${features} read, ${added} new, ${changed} changed, ${blocked} left out, ${seconds} s)`
}

const failure = ({ title }: Survey, { status, problem, detected }: ImportView): CommandError =>
  new CommandError(
    `“${title}”未能入库：${problem?.detail ?? `${status} ${detected.needsChoice.join('、')}`}`,
    `"${title}" was not imported: ${problem?.code ?? status}`,
  )
