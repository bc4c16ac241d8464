import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ImportView, PatchImport } from '../../server/contract/import.ts'
import type { ApiClient } from './api-client.ts'

/** What may be said beside the files; the names are those of the form's fields. */
export interface SurveyOptions {
  ledger?: string
  layer?: string
  encoding?: string
  crs?: string
  /** JSON or the id of a saved template. */
  mapping?: string
}

/** What is said of the datum once the survey has been read: parameters, or that its position stays uncalibrated. */
export type DatumChoice = Pick<PatchImport, 'uncalibrated' | 'datumParameters'>

export type OnImportProgress = (text: string) => void

const POLL_MS = 250
const MOVING = new Set(['uploaded', 'checking', 'committing'])

/** Uploads files as one import and waits until its checks have ended, one way or another. */
export async function checkSurvey(
  client: ApiClient,
  files: string[],
  options: SurveyOptions,
  onProgress?: OnImportProgress,
): Promise<ImportView> {
  const form = new FormData()
  for (const [name, value] of Object.entries(options)) if (value !== undefined) form.set(name, value)
  for (const path of files) form.append('file', new Blob([await readFile(path)]), basename(path))
  const { id } = await client.send<{ id: string }>('POST', '/api/imports', form)
  return settled(client, id, onProgress)
}

/** Settles the datum of a survey that waits for it, and checks again. */
export async function chooseDatum(
  client: ApiClient,
  id: string,
  choice: DatumChoice,
  onProgress?: OnImportProgress,
): Promise<ImportView> {
  await client.send('PATCH', `/api/imports/${id}`, choice)
  return settled(client, id, onProgress)
}

export async function commitSurvey(
  client: ApiClient,
  id: string,
  onBlocked: 'stop' | 'leave_out',
  onProgress?: OnImportProgress,
): Promise<ImportView> {
  await client.send('POST', `/api/imports/${id}/commit`, { onBlocked })
  return settled(client, id, onProgress)
}

async function settled(client: ApiClient, id: string, onProgress?: OnImportProgress): Promise<ImportView> {
  let said = ''
  for (;;) {
    const view = await client.get<ImportView>(`/api/imports/${id}`)
    if (!MOVING.has(view.status)) return view
    const text = view.progress ? `${view.progress.message}${share(view.progress)}` : ''
    if (text && text !== said) onProgress?.((said = text))
    await sleep(POLL_MS)
  }
}

const share = ({ done, total }: { done: number; total: number | null }): string =>
  total ? ` ${done}/${total}` : done ? ` ${done}` : ''
