import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Knex } from 'knex'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/open.ts'
import type { FileStore } from '../platform/files.ts'
import {
  BACKUP_FORMAT,
  HEADER_ENTRY,
  MANIFEST_ENTRY,
  type BackupHeader,
  type BackupManifest,
  type OnBackupProgress,
} from './archive.ts'
import { TableDigest } from './table-digest.ts'
import { backupTables, selectAll, sequencePositions, type BackupTable } from './tables.ts'
import { TAR_END, tarHeader, tarPadding } from './tar.ts'

export interface BackupDeps {
  database: Database
  files: FileStore
  clock: Clock
  onProgress?: OnBackupProgress
}

const FETCH_ROWS = 500
const PART_BYTES = 4 * 1024 * 1024
const STATEMENT_BUDGET_MS = 15 * 60_000
/** Fast enough not to hold the database up; hex shapes still shrink to half. */
const GZIP_LEVEL = 3

/** Writes the whole installation, as of one moment, into a stream; answers with what was written. */
export function writeBackup(deps: BackupDeps, out: Writable): Promise<BackupManifest> {
  return deps.database.withStatementBudget(STATEMENT_BUDGET_MS, () =>
    deps.database.knex.transaction(
      async (trx) => {
        const manifest: BackupManifest = {
          tables: {},
          sequences: {},
          files: { count: 0, bytes: 0, missing: [] },
        }
        await pipeline(Readable.from(archive(trx, deps, manifest)), createGzip({ level: GZIP_LEVEL }), out)
        return manifest
      },
      { isolationLevel: 'repeatable read', readOnly: true },
    ),
  )
}

async function* archive(trx: Knex, deps: BackupDeps, manifest: BackupManifest): AsyncGenerator<Buffer> {
  const tables = await backupTables(trx)
  const header: BackupHeader = {
    format: BACKUP_FORMAT,
    product: 'qidi',
    createdAt: deps.clock.now().toISOString(),
    migrations: await trx('knex_migrations').orderBy('name').pluck('name'),
    tables,
  }
  yield* entry(HEADER_ENTRY, json(header))
  for (const table of tables) {
    const digest = new TableDigest()
    yield* tableEntries(trx, table, digest, deps.onProgress)
    manifest.tables[table.name] = { rows: digest.rows, digest: String(digest) }
  }
  yield* fileEntries(trx, deps, manifest)
  manifest.sequences = await sequencePositions(trx)
  yield* entry(MANIFEST_ENTRY, json(manifest))
  yield TAR_END
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 1)}\n`)

function* entry(name: string, content: Buffer): Generator<Buffer> {
  yield tarHeader(name, content.length)
  yield content
  yield tarPadding(content.length)
}

/** Rows of a table as lines; a cursor lives and dies with the transaction, so it suits PgBouncer as well. */
export async function* tableLines(trx: Knex, table: BackupTable): AsyncGenerator<string[]> {
  await trx.raw(`DECLARE backup_rows NO SCROLL CURSOR FOR ${selectAll(table)}`)
  for (;;) {
    const { rows } = await trx.raw<{ rows: Record<string, string | null>[] }>(
      `FETCH ${FETCH_ROWS} FROM backup_rows`,
    )
    if (rows.length === 0) break
    yield rows.map((row) => JSON.stringify(table.columns.map(({ name }) => row[name])))
  }
  await trx.raw('CLOSE backup_rows')
}

async function* tableEntries(
  trx: Knex,
  table: BackupTable,
  digest: TableDigest,
  onProgress?: OnBackupProgress,
): AsyncGenerator<Buffer> {
  let part: string[] = []
  let bytes = 0
  let number = 0
  const finished = (): Generator<Buffer> => {
    number += 1
    const name = `tables/${table.name}/${String(number).padStart(6, '0')}.ndjson`
    const content = Buffer.from(`${part.join('\n')}\n`)
    part = []
    bytes = 0
    return entry(name, content)
  }
  for await (const lines of tableLines(trx, table)) {
    for (const line of lines) {
      digest.add(line)
      part.push(line)
      bytes += line.length
      if (bytes >= PART_BYTES) yield* finished()
    }
    onProgress?.({ phase: 'table', name: table.name, rows: digest.rows })
  }
  if (part.length > 0) yield* finished()
}

/** The kept files once each, whoever names them; one that has gone is noted, not a reason to have no backup. */
async function* fileEntries(trx: Knex, deps: BackupDeps, manifest: BackupManifest): AsyncGenerator<Buffer> {
  const hashes: string[] = await trx('files').distinct('sha256').orderBy('sha256').pluck('sha256')
  for (const sha256 of hashes) {
    const path = deps.files.pathOf(sha256)
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    )
    if (size === null) {
      manifest.files.missing.push(sha256)
      continue
    }
    yield tarHeader(`files/${sha256}`, size)
    if (size > 0) yield* createReadStream(path, { end: size - 1 }) as AsyncIterable<Buffer>
    yield tarPadding(size)
    manifest.files.count += 1
    manifest.files.bytes += size
    deps.onProgress?.({ phase: 'files', name: sha256.slice(0, 8), rows: manifest.files.count })
  }
}
