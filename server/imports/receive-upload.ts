/** A multipart upload to files on disk and fields as they came; fields may come before or after the files. */
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../platform/problems.ts'
import { PASTED_NAME } from './pipeline/sources.ts'
import type { ImportService, ReceivedFile } from './service.ts'

const NAME_MAX = 180

/** The name without its folders, whichever slash they were written with, and without what no file name holds. */
function fileName(given: string | undefined): string {
  const name = basename((given ?? '').replaceAll('\\', '/'))
    .replace(/[\u0000-\u001f\u007f]/g, '')
    .trim()
  return name === '' || name === '.' || name === '..' ? 'upload' : name.slice(-NAME_MAX)
}

export interface ReceivedUpload {
  files: ReceivedFile[]
  fields: ReadonlyMap<string, string>
}

export async function receiveUpload(
  request: FastifyRequest,
  service: ImportService,
): Promise<ReceivedUpload> {
  if (!request.isMultipart()) throw new ProblemError('request.unsupported_media_type')
  const files: ReceivedFile[] = []
  const fields = new Map<string, string>()
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (part.valueTruncated) throw new ProblemError('request.too_large', { field: part.fieldname })
      fields.set(part.fieldname, String(part.value))
      continue
    }
    const received = await service.receive(fileName(part.filename), part.file)
    if (part.file.truncated) throw new ProblemError('import.file_too_large', { name: received.name })
    // An empty file field of a form is sent as a nameless file of no bytes.
    if (received.stored.bytes > 0 || part.filename) files.push(received)
  }
  const text = fields.get('text')
  if (text !== undefined && text.trim() !== '')
    files.push(await service.receive(PASTED_NAME, Readable.from([Buffer.from(text, 'utf8')])))
  return { files, fields }
}
