import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { migrate } from '../../server/platform/database/migrations.ts'
import { openDatabase, type Database, type OpenOptions } from '../../server/platform/database/open.ts'
import { findPostgresBinaries, nativeServerUrl, withRunLock } from './native-cluster.ts'

export type TestMode = Database['mode']

export interface TestDatabaseOptions {
  mode?: TestMode
  /** The repository's own by default. */
  migrationsDirectory?: string
  watchdogMs?: number
  poolMax?: number
}

export interface TestDatabase extends Database {
  /** How a child process opens the same database: native by address, embedded by directory once this one is closed. */
  databaseUrl?: string
  dataDir: string
  cacheDir: string
  /** Closes it and removes every trace. */
  drop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE_DIRECTORY = join(ROOT, '.cache')
const OWN_MIGRATIONS = join(ROOT, 'migrations')

let announced = false

/** QIDI_TEST_MODE decides; without it native where there is one, else embedded, said once a worker. */
export function defaultTestMode(): TestMode {
  const wanted = process.env.QIDI_TEST_MODE
  if (wanted === 'native' || wanted === 'embedded') return wanted
  if (wanted) throw new Error(`QIDI_TEST_MODE is "${wanted}": native or embedded`)
  if (nativeIsAvailable()) return 'native'
  if (!announced)
    console.warn('No native PostgreSQL with PostGIS found: testing on the embedded database only.')
  announced = true
  return 'embedded'
}

export const nativeIsAvailable = (): boolean =>
  Boolean(process.env.TEST_DATABASE_URL) || findPostgresBinaries() !== null

/** The modes a test of both should run in here. Native is left out only where it was not asked for and is not there. */
export function testModes(): TestMode[] {
  const wanted = process.env.QIDI_TEST_MODE
  if (wanted) return [defaultTestMode()]
  return nativeIsAvailable() ? ['native', 'embedded'] : [defaultTestMode()]
}

/** A fresh, migrated database of its own for a test file. */
export function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const mode = options.mode ?? defaultTestMode()
  return mode === 'native' ? createNative(options) : createEmbedded(options)
}

/** Changes with any migration, so that a template is never older than they are. */
function migrationsKey(directory: string): string {
  const hash = createHash('sha256')
  const files = existsSync(directory) ? readdirSync(directory).sort() : []
  for (const file of files) hash.update(file).update(readFileSync(join(directory, file)))
  return hash.digest('hex').slice(0, 16)
}

const openOptions = (dataDir: string, { watchdogMs, poolMax }: TestDatabaseOptions): OpenOptions => ({
  dataDir,
  cacheDir: CACHE_DIRECTORY,
  ...(watchdogMs ? { watchdogMs } : {}),
  ...(poolMax ? { poolMax } : {}),
})

async function migrateInto(database: Database, directory: string): Promise<void> {
  try {
    if (existsSync(directory)) await migrate(database.knex, { directory })
    await database.vacuumAnalyze()
  } finally {
    await database.close()
  }
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return work(client).finally(() => client.end())
}

async function createNative(options: TestDatabaseOptions): Promise<TestDatabase> {
  const server = await nativeServerUrl()
  const template = await nativeTemplate(server, options.migrationsDirectory ?? OWN_MIGRATIONS)
  const name = `qidi_test_${randomUUID().replaceAll('-', '')}`
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  const databaseUrl = withDatabase(server, name)
  const dataDir = mkdtempSync(join(tmpdir(), 'qidi-data-'))
  const database = await openDatabase({ ...openOptions(dataDir, options), databaseUrl })
  const drop = async (): Promise<void> => {
    await database.close()
    await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    await rm(dataDir, { recursive: true, force: true })
  }
  return { ...database, databaseUrl, dataDir, cacheDir: CACHE_DIRECTORY, drop }
}

/** A template gets its name when it is complete: one that was begun and not finished is never used. */
function nativeTemplate(server: string, migrations: string): Promise<string> {
  const template = `qidi_template_${migrationsKey(migrations)}`
  return withRunLock('native-template', async () => {
    const exists = await onServer(server, (client) =>
      client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]),
    )
    if (exists.rowCount) return template
    const draft = `qidi_draft_${randomUUID().replaceAll('-', '')}`
    await onServer(server, (client) => client.query(`CREATE DATABASE ${draft}`))
    const databaseUrl = withDatabase(server, draft)
    await migrateInto(await openDatabase({ ...openOptions(tmpdir(), {}), databaseUrl }), migrations)
    await onServer(server, (client) => client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`))
    return template
  })
}

async function createEmbedded(options: TestDatabaseOptions): Promise<TestDatabase> {
  const template = await embeddedTemplate(options.migrationsDirectory ?? OWN_MIGRATIONS)
  const dataDir = mkdtempSync(join(tmpdir(), 'qidi-data-'))
  await cp(template, join(dataDir, 'database'), { recursive: true })
  const database = await openDatabase(openOptions(dataDir, options))
  const drop = async (): Promise<void> => {
    await database.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { ...database, dataDir, cacheDir: CACHE_DIRECTORY, drop }
}

function embeddedTemplate(migrations: string): Promise<string> {
  const folder = join(CACHE_DIRECTORY, 'test-clusters')
  const template = join(folder, migrationsKey(migrations))
  return withRunLock('embedded-template', async () => {
    if (existsSync(template)) return template
    const draft = `${template}.${randomUUID().slice(0, 8)}`
    await mkdir(draft, { recursive: true })
    try {
      await migrateInto(await openDatabase(openOptions(draft, {})), migrations)
      await removeFormerTemplates(folder)
      await rename(join(draft, 'database'), template).catch((error: unknown) => {
        if (!existsSync(template)) throw error
      })
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
    return template
  })
}

const KEEP_TEMPLATES_MS = 2 * 3600_000

/** Templates of migrations that have since changed; not the newest, which another run may be copying. */
async function removeFormerTemplates(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const madeAt = await stat(path).catch(() => null)
    if (madeAt && Date.now() - madeAt.mtimeMs > KEEP_TEMPLATES_MS)
      await rm(path, { recursive: true, force: true })
  }
}
