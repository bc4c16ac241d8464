/** Uploads and waiting, as a page or a script does it. */
import { randomBytes } from 'node:crypto'
import type { ImportView } from '#contract/import.ts'
import type { SignedIn } from './app.ts'

export interface UploadFile {
  name: string
  data: Buffer | string
}

/** A multipart body; `fieldsLast` puts the fields behind the files. */
export function multipartOf(
  files: readonly UploadFile[],
  fields: Record<string, string> = {},
  fieldsLast = false,
): { payload: Buffer; headers: Record<string, string> } {
  const boundary = `----qidi${randomBytes(12).toString('hex')}`
  const fieldParts = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  )
  const fileParts = files.map(({ name, data }) =>
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n` +
          'content-type: application/octet-stream\r\n\r\n',
      ),
      Buffer.from(data),
      Buffer.from('\r\n'),
    ]),
  )
  const parts = fieldsLast ? [...fileParts, ...fieldParts] : [...fieldParts, ...fileParts]
  return {
    payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}

export async function upload(
  person: SignedIn,
  files: readonly UploadFile[],
  fields: Record<string, string> = {},
): Promise<string> {
  const response = await person.inject({ method: 'POST', url: '/api/imports', ...multipartOf(files, fields) })
  if (response.statusCode !== 201) throw new Error(`upload answered ${response.statusCode}: ${response.body}`)
  return response.json<{ id: string }>().id
}

export const getImport = async (person: SignedIn, id: string): Promise<ImportView> =>
  (await person.inject(`/api/imports/${id}`)).json<ImportView>()

const WORKING: readonly string[] = ['uploaded', 'checking', 'committing']

/** Whatever a test is about: no row may be blocked without an error that says why. */
function withReasons(view: ImportView): ImportView {
  if (view.status !== 'ready' || view.issues.length >= 200) return view
  const named = new Set(view.issues.filter(({ severity }) => severity === 'error').map(({ row }) => row))
  if (named.size < view.counts.blocked)
    throw new Error(`import ${view.id} blocks ${view.counts.blocked} rows and names ${named.size}`)
  return view
}

/** Waits until the import rests. */
export async function settled(person: SignedIn, id: string, withinMs = 60_000): Promise<ImportView> {
  const until = Date.now() + withinMs
  for (;;) {
    const view = await getImport(person, id)
    if (!WORKING.includes(view.status)) return withReasons(view)
    if (Date.now() > until)
      throw new Error(`import ${id} is still ${view.status}: ${JSON.stringify(view.progress)}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** Uploads and waits for the checks. */
export const importFiles = async (
  person: SignedIn,
  files: readonly UploadFile[],
  fields: Record<string, string> = {},
): Promise<ImportView> => settled(person, await upload(person, files, fields))

export async function commit(
  person: SignedIn,
  id: string,
  onBlocked: 'stop' | 'leave_out' = 'leave_out',
): Promise<ImportView> {
  const response = await person.inject({
    method: 'POST',
    url: `/api/imports/${id}/commit`,
    payload: { onBlocked },
  })
  if (response.statusCode !== 202) throw new Error(`commit answered ${response.statusCode}: ${response.body}`)
  return settled(person, id)
}

/** Takes a committed import back and waits. */
export async function undo(person: SignedIn, id: string): Promise<ImportView> {
  const response = await person.inject({ method: 'POST', url: `/api/imports/${id}/undo`, payload: {} })
  if (response.statusCode !== 202) throw new Error(`undo answered ${response.statusCode}: ${response.body}`)
  for (const until = Date.now() + 60_000; ;) {
    const view = await getImport(person, id)
    if (view.status !== 'committed' || view.notice !== null) return view
    if (Date.now() > until) throw new Error(`import ${id} is still committed`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

export const parcelTotal = async (person: SignedIn): Promise<number> =>
  (await person.inject('/api/parcels?limit=1')).json<{ total: number }>().total
