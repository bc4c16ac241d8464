import { createReadStream } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import type { Knex } from 'knex'
import { migrate, migrationNames, migrateTo, rollbackAll } from '../platform/database/migrations.ts'
import { renewTileEpoch } from '../tiles/rebuild.ts'
import {
  BACKUP_FORMAT,
  FILE_ENTRY,
  HEADER_ENTRY,
  MANIFEST_ENTRY,
  TABLE_ENTRY,
  type BackupHeader,
  type BackupManifest,
} from './archive.ts'
import { BackupError } from './backup-error.ts'
import { tableLines, type BackupDeps } from './dump.ts'
import { TableDigest } from './table-digest.ts'
import { backupTables, insertMany, setSequences, type BackupTable } from './tables.ts'
import { readTar, type TarEntry } from './tar.ts'

export interface RestoreOptions {
  /** Throws away what the database holds; without it only an empty one is filled. */
  isForced?: boolean
}

export interface RestoreResult {
  header: BackupHeader
  manifest: BackupManifest
}

const STATEMENT_BUDGET_MS = 30 * 60_000
const INSERT_ROWS = 500
const LARGEST_FILE_BYTES = 2 ** 43
/** A row in any of these is somebody's work. */
const TRUTH = ['parcels', 'change_sets', 'users', 'imports', 'files']

/** Fills a database of either mode from a backup: all of it, verified, or nothing. */
export async function restoreBackup(
  deps: BackupDeps,
  path: string,
  { isForced = false }: RestoreOptions = {},
): Promise<RestoreResult> {
  const { database } = deps
  await proveWhole(path)
  if (!isForced) await refuseUnlessEmpty(database.knex)
  const result = await database.withStatementBudget(STATEMENT_BUDGET_MS, () =>
    database.knex.transaction((trx) => restoreWithin(trx, deps, createReadStream(path))),
  )
  await migrate(database.knex)
  // Tile counters went back: what browsers kept under the same numbers is another history's.
  await renewTileEpoch(database.knex)
  await database.vacuumAnalyze()
  return result
}

/** Reads the file once to its checksum: bytes altered on the way are told before anything in them is believed. */
async function proveWhole(path: string): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  await pipeline(Readable.from(unzipped(createReadStream(path))), nowhere)
}

async function refuseUnlessEmpty(knex: Knex): Promise<void> {
  for (const table of TRUTH) {
    if (!(await knex.schema.hasTable(table))) continue
    if ((await knex(table).first(knex.raw('1 AS one'))) === undefined) continue
    throw new BackupError(
      `数据库里已有数据（${table}），未作任何改动。要用备份取代它们，请加 --force。`,
      `The database holds data already (${table}); nothing was changed. --force replaces it by the backup.`,
    )
  }
}

async function restoreWithin(
  trx: Knex.Transaction,
  deps: BackupDeps,
  source: Readable,
): Promise<RestoreResult> {
  const entries = readTar(unzipped(source))
  const header = await readHeader(entries)
  await prepareStructure(trx, header)
  const digests = new Map(header.tables.map(({ name }) => [name, new TableDigest()]))
  const manifest = await readContent(trx, deps, header, digests, entries)
  await setSequences(trx, manifest.sequences)
  compare(manifest, digests, '备份文件', 'the backup')
  await verify(trx, deps, header, manifest)
  return { header, manifest }
}

/** Faults of the compressed stream are said in words. */
async function* unzipped(source: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw damaged(error)
    throw error
  }
}

async function readHeader(entries: AsyncGenerator<TarEntry>): Promise<BackupHeader> {
  const { value: first } = await entries.next()
  const header = first?.name === HEADER_ENTRY ? parsed<BackupHeader>(await text(first.body)) : null
  if (header?.product !== 'qidi') throw damaged()
  if (header.format <= BACKUP_FORMAT) return header
  throw new BackupError(
    '备份由更新的版本生成，请先升级本系统。',
    'The backup was made by a later version: update this one first.',
  )
}

/** Empty tables of exactly the structure the backup had; what came later is migrated afterwards. */
async function prepareStructure(trx: Knex.Transaction, header: BackupHeader): Promise<void> {
  const known = new Set(await migrationNames())
  const unknown = header.migrations.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new BackupError(
      `备份的数据库结构比本系统新（${unknown.join('、')}），请先升级本系统。`,
      `The backup has a later database structure than this version knows (${unknown.join(', ')}): update first.`,
    )
  }
  await rollbackAll(trx)
  await migrateTo(trx, header.migrations)
  const tables = await backupTables(trx)
  for (const { name } of tables.toReversed()) await trx(name).delete()
}

async function readContent(
  trx: Knex.Transaction,
  deps: BackupDeps,
  header: BackupHeader,
  digests: Map<string, TableDigest>,
  entries: AsyncGenerator<TarEntry>,
): Promise<BackupManifest> {
  const tables = new Map(header.tables.map((table) => [table.name, table]))
  for await (const { name, body } of entries) {
    if (name === MANIFEST_ENTRY) return parsed<BackupManifest>(await text(body))
    const table = tables.get(TABLE_ENTRY.exec(name)?.[1] ?? '')
    const sha256 = FILE_ENTRY.exec(name)?.[1]
    if (table) {
      const digest = digests.get(table.name) as TableDigest
      await insertLines(trx, table, (await text(body)).split('\n').filter(Boolean), digest)
      deps.onProgress?.({ phase: 'table', name: table.name, rows: digest.rows })
    } else if (sha256) await putFile(deps, sha256, body)
  }
  throw damaged()
}

async function insertLines(
  trx: Knex,
  table: BackupTable,
  lines: string[],
  digest: TableDigest,
): Promise<void> {
  const sql = insertMany(table)
  for (let from = 0; from < lines.length; from += INSERT_ROWS) {
    const batch = lines.slice(from, from + INSERT_ROWS)
    for (const line of batch) digest.add(line)
    const rows = batch.map((line) => parsed<(string | null)[]>(line))
    await trx.raw(
      sql,
      table.columns.map((_, column) => rows.map((row) => row[column])) as unknown as Knex.RawBinding[],
    )
  }
}

async function putFile(deps: BackupDeps, sha256: string, body: AsyncGenerator<Buffer>): Promise<void> {
  const stored = await deps.files.put(Readable.from(body), LARGEST_FILE_BYTES)
  if (stored.sha256 !== sha256) throw damaged()
}

/** Reads everything back in the same transaction: what the database holds now is what was backed up. */
async function verify(
  trx: Knex,
  deps: BackupDeps,
  header: BackupHeader,
  manifest: BackupManifest,
): Promise<void> {
  const digests = new Map<string, TableDigest>()
  for (const table of header.tables) {
    const digest = new TableDigest()
    for await (const lines of tableLines(trx, table)) for (const line of lines) digest.add(line)
    digests.set(table.name, digest)
    deps.onProgress?.({ phase: 'verify', name: table.name, rows: digest.rows })
  }
  compare(manifest, digests, '恢复后的数据库', 'the restored database')
}

function compare(manifest: BackupManifest, digests: Map<string, TableDigest>, zh: string, en: string): void {
  for (const [name, { rows, digest }] of Object.entries(manifest.tables)) {
    const found = digests.get(name)
    if (found?.rows === rows && String(found) === digest) continue
    throw new BackupError(
      `核对不符：${zh}的表 ${name} 应有 ${rows} 行且内容一致，实为 ${found?.rows ?? 0} 行。未恢复任何数据。`,
      `Verification failed: table ${name} of ${en} should have ${rows} rows of the same content and has ${found?.rows ?? 0}. Nothing was restored.`,
    )
  }
}

function parsed<T>(json: string): T {
  try {
    return JSON.parse(json) as T
  } catch (error) {
    throw damaged(error)
  }
}

function damaged(cause?: unknown): BackupError {
  return new BackupError(
    '备份文件已损坏，或不是起底的备份，未恢复任何数据。',
    'The backup is damaged, or is no backup of Qidi; nothing was restored.',
    { cause },
  )
}
