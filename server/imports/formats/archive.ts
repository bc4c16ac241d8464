import { createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { crc32 } from 'node:zlib'
import { readHead } from './file-window.ts'
import { inspectMembers, type Member } from './archive-members.ts'
import { SurveyFault, type SourceFile } from './types.ts'

export interface ArchiveLimits {
  maxEntries: number
  /** Uncompressed, all archives of the upload together. */
  maxTotalBytes: number
  /** Uncompressed to compressed, beyond `freeBytes`. */
  maxRatio: number
  /** Small archives may be as dense as they like: an empty DBF packs to almost nothing. */
  freeBytes: number
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  maxEntries: 2_000,
  maxTotalBytes: 4 * 1024 ** 3,
  maxRatio: 200,
  freeBytes: 10 * 1024 ** 2,
}

export interface UploadedFile {
  /** Name as the sender's computer had it. */
  name: string
  path: string
}

export interface UnpackedUpload {
  files: SourceFile[]
  /** Members that are no part of a survey (documents, indexes, locks), by name. */
  ignored: string[]
}

/**
 * Unpacks zips of the upload into `workDir` and lists everything that could be part of a survey.
 * Members are written under numbers, never under their own names, so no name can lead out of the folder.
 */
export async function unpackUploads(
  uploads: readonly UploadedFile[],
  workDir: string,
  limits: Partial<ArchiveLimits> = {},
): Promise<UnpackedUpload> {
  const all = { ...ARCHIVE_LIMITS, ...limits }
  const unpacked: UnpackedUpload = { files: [], ignored: [] }
  const budget = { leftBytes: all.maxTotalBytes, leftEntries: all.maxEntries, nextNumber: 1 }
  const kinds = new Map<UploadedFile, 'zip' | 'file'>()
  for (const upload of uploads) kinds.set(upload, await kindOf(upload))
  const isOnlyZip = [...kinds.values()].filter((kind) => kind === 'zip').length === 1
  for (const upload of uploads) {
    if (kinds.get(upload) === 'zip') await unpackZip(upload, workDir, { ...all, budget, unpacked, isOnlyZip })
    else unpacked.files.push({ name: upload.name, path: upload.path, bytes: (await stat(upload.path)).size })
  }
  return unpacked
}

const TABLES = new Set(['.xlsx', '.xls', '.csv'])
const OTHER_ARCHIVES = new Set(['.rar', '.7z', '.tar', '.gz', '.tgz', '.bz2', '.xz'])

/** By the first bytes, then by suffix: a renamed zip is still a zip, an .xlsx is not one to unpack. */
async function kindOf(upload: UploadedFile): Promise<'zip' | 'file'> {
  const suffix = extname(upload.name).toLowerCase()
  if (OTHER_ARCHIVES.has(suffix)) throw new SurveyFault('archive_unsupported', { name: upload.name })
  const head = await readHead(upload.path)
  // A ledger table that can't be read is told and does not stop the survey; and no table is unpacked, whatever it holds.
  if (TABLES.has(suffix)) return 'file'
  if (head.toString('latin1').startsWith('%TSD-Header-###%')) {
    throw new SurveyFault('member_encrypted', { name: upload.name })
  }
  const magic = head.toString('latin1', 0, 4)
  const isZip = magic === 'PK\u0003\u0004' || magic === 'PK\u0005\u0006'
  if (suffix === '.zip' && !isZip) throw new SurveyFault('archive_damaged', { name: upload.name })
  const isOffice = ['.xlsx', '.xlsm', '.docx', '.kmz', '.ovkmz'].includes(suffix)
  return isZip && !isOffice ? 'zip' : 'file'
}

interface Unpacking extends ArchiveLimits {
  budget: { leftBytes: number; leftEntries: number; nextNumber: number }
  unpacked: UnpackedUpload
  /** Members of a single zip keep their own paths; of several, the zip's name stands in front. */
  isOnlyZip: boolean
}

async function unpackZip(upload: UploadedFile, workDir: string, job: Unpacking): Promise<void> {
  const zip = await openZip(upload)
  try {
    const members = inspectMembers(await listEntries(zip, upload, job), upload.name)
    await mkdir(workDir, { recursive: true })
    const archiveBytes = (await stat(upload.path)).size
    const prefix = job.isOnlyZip ? '' : `${upload.name}/`
    let written = 0
    for (const member of members) {
      if (!member.isWanted) {
        job.unpacked.ignored.push(prefix + member.name)
        continue
      }
      const path = join(workDir, `${String(job.budget.nextNumber++).padStart(4, '0')}.bin`)
      const left = { job, upload, archiveBytes, written }
      const bytes = await extract(zip, member, path, left)
      written += bytes
      job.budget.leftBytes -= bytes
      job.unpacked.files.push({ name: prefix + member.name, path, bytes })
    }
  } finally {
    zip.close()
  }
}

async function openZip(upload: UploadedFile): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(upload.path, { autoClose: false, decodeStrings: false })
  } catch {
    throw new SurveyFault('archive_damaged', { name: upload.name })
  }
}

async function listEntries(zip: ZipFile, upload: UploadedFile, job: Unpacking): Promise<Entry[]> {
  const tooMany = () =>
    new SurveyFault('archive_too_many_entries', { name: upload.name, limit: job.maxEntries })
  if (zip.entryCount > job.budget.leftEntries) throw tooMany()
  const entries: Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry)
  } catch {
    throw new SurveyFault('archive_damaged', { name: upload.name })
  }
  job.budget.leftEntries -= entries.length
  const declared = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0)
  if (declared > job.budget.leftBytes) throw tooLarge(upload, job)
  return entries
}

const tooLarge = (upload: UploadedFile, job: Unpacking): SurveyFault =>
  new SurveyFault('archive_too_large', { name: upload.name, limitBytes: job.maxTotalBytes })

interface Progress {
  job: Unpacking
  upload: UploadedFile
  archiveBytes: number
  /** Bytes this archive has given so far. */
  written: number
}

/** Streams one member to disk; sizes in the headers are not believed, the bytes are counted. */
async function extract(zip: ZipFile, member: Member, path: string, progress: Progress): Promise<number> {
  const { job, upload } = progress
  let bytes = 0
  let checksum = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      checksum = crc32(chunk, checksum)
      const excess = progress.written + bytes - job.freeBytes
      if (bytes > job.budget.leftBytes) done(tooLarge(upload, job))
      else if (excess > job.maxRatio * progress.archiveBytes) {
        done(
          new SurveyFault('archive_ratio', { name: upload.name, member: member.name, limit: job.maxRatio }),
        )
      } else done(null, chunk)
    },
  })
  const damaged = () => new SurveyFault('archive_damaged', { name: upload.name, member: member.name })
  try {
    await pipeline(
      await zip.openReadStreamPromise(member.entry),
      counter,
      createWriteStream(path, { flags: 'wx' }),
    )
  } catch (error) {
    if (error instanceof SurveyFault) throw error
    if (isDiskError(error)) throw error
    throw damaged()
  }
  if (checksum !== member.entry.crc32) throw damaged()
  return bytes
}

/** A full or read-only disk is our trouble, not the archive's. */
function isDiskError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['ENOSPC', 'EACCES', 'EROFS', 'EMFILE', 'EDQUOT', 'EEXIST', 'ENOENT'].includes(code)
}
