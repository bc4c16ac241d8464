import type {
  CommitImport,
  CreateMappingTemplate,
  ImportEvent,
  ImportList,
  ImportView,
  MappingTemplate,
  PatchImport,
  UndoImport,
} from '#contract/import.ts'
import type { ImportAbsent, ImportChanges, ImportIssueList, ImportPreview } from '#contract/import-rows.ts'
import type { Static } from 'typebox'
import type { Ledger } from '#contract/codes/ledger.ts'
import { ApiProblem, get, httpEvents, problemFrom, send, uploadHeaders, type RequestOptions } from './http.ts'

type Query = NonNullable<RequestOptions['query']>

const path = (id: string, part = ''): string => `/api/imports/${encodeURIComponent(id)}${part}`

export const fetchImports = (query: Query, signal?: AbortSignal): Promise<ImportList> =>
  get<ImportList>('/api/imports', { query, signal })

export const fetchImport = (id: string, signal?: AbortSignal): Promise<ImportView> =>
  get<ImportView>(path(id), { signal })

export async function patchImport(id: string, body: PatchImport): Promise<ImportView> {
  return (await send<ImportView>('PATCH', path(id), { body })).data
}

/** A ledger table for a survey that is there already, in the place of the one before. */
export async function putImportTable(id: string, file: File): Promise<ImportView> {
  const form = new FormData()
  form.append('file', file, file.name)
  return (await send<ImportView>('PUT', path(id, '/table'), { body: form })).data
}

export async function deleteImportTable(id: string): Promise<ImportView> {
  return (await send<ImportView>('DELETE', path(id, '/table'))).data
}

export async function recheckImport(id: string): Promise<ImportView> {
  return (await send<ImportView>('POST', path(id, '/recheck'))).data
}

export async function deleteImport(id: string): Promise<void> {
  await send('DELETE', path(id))
}

export async function commitImport(id: string, body: CommitImport): Promise<ImportView> {
  return (await send<ImportView>('POST', path(id, '/commit'), { body })).data
}

export async function undoImport(id: string, body: Static<typeof UndoImport>): Promise<ImportView> {
  return (await send<ImportView>('POST', path(id, '/undo'), { body })).data
}

export const fetchImportIssues = (id: string, query: Query, signal?: AbortSignal): Promise<ImportIssueList> =>
  get<ImportIssueList>(path(id, '/issues'), { query, signal })

export const fetchImportPreview = (id: string, query: Query, signal?: AbortSignal): Promise<ImportPreview> =>
  get<ImportPreview>(path(id, '/preview'), { query, signal })

export const fetchImportChanges = (id: string, query: Query, signal?: AbortSignal): Promise<ImportChanges> =>
  get<ImportChanges>(path(id, '/changes'), { query, signal })

export const fetchAbsentParcels = (id: string, query: Query, signal?: AbortSignal): Promise<ImportAbsent> =>
  get<ImportAbsent>(path(id, '/absent'), { query, signal })

export const reportUrl = (id: string): string => path(id, '/report.xlsx')

/** An uploaded file as it came; counted from 0 here, from 1 on the wire. */
export const originalUrl = (id: string, index: number): string => path(id, `/files/${index + 1}`)

export const fetchTemplates = async (signal?: AbortSignal): Promise<MappingTemplate[]> =>
  (await get<{ items: MappingTemplate[] }>('/api/import-templates', { signal })).items

export async function createTemplate(body: Static<typeof CreateMappingTemplate>): Promise<MappingTemplate> {
  return (await send<MappingTemplate>('POST', '/api/import-templates', { body })).data
}

export async function deleteTemplate(id: string): Promise<void> {
  await send('DELETE', `/api/import-templates/${encodeURIComponent(id)}`)
}

export interface Upload {
  files: readonly File[]
  ledger: Ledger | null
  /** Share 0..1 of the bytes that have gone. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

function fail(request: XMLHttpRequest): ApiProblem {
  if (request.status === 0) {
    httpEvents.reachable(false)
    return new ApiProblem({ status: 0, code: 'request.unreachable', detail: '' })
  }
  const problem = problemFrom(request.status, request.statusText, request.responseText)
  if (problem.code === 'auth.required') httpEvents.unauthenticated()
  return problem
}

/** Sends files as one import and answers with its id. XMLHttpRequest, since fetch can't tell how much has gone. */
export function uploadImport({ files, ledger, onProgress, signal }: Upload): Promise<string> {
  const form = new FormData()
  if (ledger) form.append('ledger', ledger)
  for (const file of files) form.append('file', file, file.name)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status === 201) resolve((JSON.parse(request.responseText) as { id: string }).id)
      else reject(fail(request))
    })
    request.addEventListener('error', () => reject(fail(request)))
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
    signal.addEventListener('abort', abort, { once: true })
    request.open('POST', '/api/imports')
    for (const [name, value] of uploadHeaders()) request.setRequestHeader(name, value)
    request.send(form)
  })
}

export interface ImportEventHandlers {
  onEvent: (event: ImportEvent) => void
  /** The stream broke or was never there: ask by polling until it is back. */
  onBroken: () => void
}

/** Listens to an import's progress and to whatever else is done to it; returns how to stop. */
export function listenToImport(id: string, handlers: ImportEventHandlers): () => void {
  const source = new EventSource(path(id, '/events?stay=true'))
  const take = (event: MessageEvent<string>): void => {
    try {
      handlers.onEvent(JSON.parse(event.data) as ImportEvent)
    } catch {
      // A line that is no JSON is no news.
    }
  }
  source.addEventListener('progress', take)
  source.addEventListener('error', () => handlers.onBroken())
  return () => source.close()
}
