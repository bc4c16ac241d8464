/**
 * Content-addressed files under `DATA_DIR/files/ab/cdef…`. A row in `files` names the owner; access goes through the
 * owner's service, never by hash. The same bytes are kept once.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Knex } from 'knex'
import { newPublicId } from '../kernel/public-id.ts'

export interface StoredBytes {
  sha256: string
  bytes: number
}

export interface FileRow {
  divisionCode: string
  id: string
  sha256: string
  bytes: number
  name: string
  mediaType: string
  ownerKind: string
  ownerId: string
}

export interface NewFile {
  divisionCode: string
  name: string
  mediaType: string
  ownerKind: string
  ownerId: string
  createdBy: string
}

/** Thrown while reading when the stream is longer than allowed; nothing is kept. */
export class FileTooLargeError extends Error {
  readonly limitBytes: number
  constructor(limitBytes: number) {
    super(`file exceeds ${limitBytes} bytes`)
    this.limitBytes = limitBytes
  }
}

export interface FileStore {
  /** Streams to disk, hashing; rejects with FileTooLargeError past the limit. */
  put(content: Readable, limitBytes: number): Promise<StoredBytes>
  pathOf(sha256: string): string
  read(sha256: string): Readable
  register(db: Knex, file: NewFile, stored: StoredBytes): Promise<FileRow>
  listOf(db: Knex, divisionCode: string, ownerKind: string, ownerId: string): Promise<FileRow[]>
  /** Removes contents no row names and that are older than the age; returns how many. */
  sweepOrphans(db: Knex, olderThanMs: number): Promise<number>
}

const SHA256 = /^[0-9a-f]{64}$/

interface FileRecord {
  division_code: string
  id: string
  sha256: string
  bytes: number
  name: string
  media_type: string
  owner_kind: string
  owner_id: string
}

const toFileRow = (row: FileRecord): FileRow => ({
  divisionCode: row.division_code,
  id: row.id,
  sha256: row.sha256,
  bytes: Number(row.bytes),
  name: row.name,
  mediaType: row.media_type,
  ownerKind: row.owner_kind,
  ownerId: row.owner_id,
})

function countingHash(
  limitBytes: number,
  sum: { bytes: number; hash: ReturnType<typeof createHash> },
): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum.bytes += chunk.length
      if (sum.bytes > limitBytes) return done(new FileTooLargeError(limitBytes))
      sum.hash.update(chunk)
      done(null, chunk)
    },
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

export function openFileStore(dataDir: string, now: () => Date): FileStore {
  const root = join(dataDir, 'files')
  const pathOf = (sha256: string): string => {
    if (!SHA256.test(sha256)) throw new Error('not a sha256')
    return join(root, sha256.slice(0, 2), sha256.slice(2))
  }

  async function put(content: Readable, limitBytes: number): Promise<StoredBytes> {
    await mkdir(join(root, 'incoming'), { recursive: true })
    const incoming = join(root, 'incoming', randomUUID())
    const sum = { bytes: 0, hash: createHash('sha256') }
    try {
      await pipeline(content, countingHash(limitBytes, sum), createWriteStream(incoming, { mode: 0o600 }))
      const handle = await open(incoming, 'r')
      await handle.sync()
      await handle.close()
      const sha256 = sum.hash.digest('hex')
      const path = pathOf(sha256)
      if (await exists(path)) {
        // Taken in again it is young again: a sweep must not take it before its row is written.
        await utimes(path, new Date(), new Date())
        await unlink(incoming)
      } else {
        await mkdir(join(root, sha256.slice(0, 2)), { recursive: true })
        await rename(incoming, path)
      }
      return { sha256, bytes: sum.bytes }
    } catch (error) {
      await rm(incoming, { force: true })
      throw error
    }
  }

  /** False for what is gone meanwhile. */
  async function isOlder(path: string, ageMs: number): Promise<boolean> {
    const found = await stat(path).catch(() => null)
    return found !== null && now().getTime() - found.mtimeMs >= ageMs
  }

  async function sweepOrphans(db: Knex, olderThanMs: number): Promise<number> {
    let removed = 0
    const folders = await readdir(root).catch(() => [] as string[])
    for (const folder of folders) {
      for (const name of await readdir(join(root, folder))) {
        const path = join(root, folder, name)
        if (!(await isOlder(path, olderThanMs))) continue
        const sha256 = folder + name
        const isNamed = SHA256.test(sha256) && (await db('files').where({ sha256 }).first('id')) !== undefined
        // While the table was asked, the same bytes may have been taken in again.
        if (isNamed || !(await isOlder(path, olderThanMs))) continue
        await unlink(path)
        removed++
      }
    }
    return removed
  }

  return {
    put,
    pathOf,
    read: (sha256) => createReadStream(pathOf(sha256)),
    async register(db, file, stored) {
      const record = {
        division_code: file.divisionCode,
        id: newPublicId(file.divisionCode),
        sha256: stored.sha256,
        bytes: stored.bytes,
        name: file.name,
        media_type: file.mediaType,
        owner_kind: file.ownerKind,
        owner_id: file.ownerId,
      }
      await db('files').insert({ ...record, created_by: file.createdBy, created_at: now() })
      return toFileRow(record)
    },
    async listOf(db, divisionCode, ownerKind, ownerId) {
      const rows = await db<FileRecord>('files')
        .where({ division_code: divisionCode, owner_kind: ownerKind, owner_id: ownerId })
        .orderBy('id')
      return rows.map(toFileRow)
    },
    sweepOrphans,
  }
}
