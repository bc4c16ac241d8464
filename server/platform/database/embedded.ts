import knexFactory, { type Knex } from 'knex'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { EmbeddedHost } from './bridge/host.ts'
import { lockDirectory } from './directory-lock.ts'
import { DatabaseError, reasonOf } from './errors.ts'
import { Listener } from './listener.ts'
import type { Database, OpenOptions } from './open.ts'
import { pgTypes } from './pg-types.ts'
import { meetRequirements } from './requirements.ts'
import { analyze, vacuumAnalyze } from './vacuum.ts'
import { buildCluster, copyCluster, ensureTemplate, flush, flushTree, shippedBundleUrl } from './template.ts'

const CLUSTER = 'database'
const DRAFT = 'database.initialising'
const POSTGRES_MAJOR = '18'
const DEFAULT_WATCHDOG_MS = 30_000
const VACUUM_BUDGET_MS = 15 * 60_000
/** With one connection, whoever waits longer than this has asked for it inside their own transaction. */
const ACQUIRE_WITHIN_MS = 120_000

export async function openEmbedded(options: OpenOptions): Promise<Database> {
  const lock = await lockDirectory(options.dataDir)
  try {
    const clusterDir = join(options.dataDir, CLUSTER)
    const postgisBundleUrl = await prepareCluster(clusterDir, options)
    const host = await EmbeddedHost.open({
      clusterDir,
      postgisBundleUrl,
      watchdogMs: options.watchdogMs ?? DEFAULT_WATCHDOG_MS,
      onRestart: (reason) =>
        options.onProgress?.({
          zh: `内置数据库已重新打开：${reason}`,
          en: `Embedded database reopened: ${reason}`,
        }),
    })
    return await connect(host, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function connect(host: EmbeddedHost, release: () => Promise<void>): Promise<Database> {
  const client = (): pg.ClientConfig => ({
    user: 'postgres',
    database: 'postgres',
    host: 'embedded',
    port: 1,
    ssl: false,
    types: pgTypes,
    stream: () => host.createSocket(),
  })
  const knex = knexFactory({
    client: 'pg',
    connection: () => client() as Knex.PgConnectionConfig,
    pool: { min: 0, max: 1, idleTimeoutMillis: 24 * 3600_000 },
    acquireConnectionTimeout: ACQUIRE_WITHIN_MS,
  })
  const listener = new Listener(client)
  const withStatementBudget = async <T>(ms: number, run: () => Promise<T>): Promise<T> => {
    const restore = host.relax(ms)
    return run().finally(restore)
  }
  const close = async (): Promise<void> => {
    await listener.close()
    await knex.destroy()
    await host.close()
    await release()
  }
  try {
    return {
      knex,
      mode: 'embedded',
      version: await meetRequirements(knex),
      listen: (channel, onPayload) => listener.listen(channel, onPayload),
      vacuumAnalyze: (tables) => withStatementBudget(VACUUM_BUDGET_MS, () => vacuumAnalyze(knex, tables)),
      analyze: (tables) => withStatementBudget(VACUUM_BUDGET_MS, () => analyze(knex, tables)),
      withStatementBudget,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Makes sure there is a cluster and answers with the PostGIS bundle to start it with. */
async function prepareCluster(clusterDir: string, options: OpenOptions): Promise<string> {
  const exists = await checkExisting(clusterDir)
  const template = await ensureTemplate(options.cacheDir, options.onProgress).catch((error: unknown) => {
    options.onProgress?.({
      zh: `模板缓存 ${options.cacheDir} 不可用（${reasonOf(error)}），改用随包文件，启动会慢一些。`,
      en: `The template cache ${options.cacheDir} is not usable (${reasonOf(error)}); starting from the shipped files, which is slower.`,
    })
    return null
  })
  if (!exists) {
    await initialise(clusterDir, async (draft) => {
      if (template) await copyCluster(template.clusterDir, draft)
      else await buildCluster(draft, options.onProgress)
    })
  }
  return template?.bundleUrl ?? shippedBundleUrl()
}

/** A cluster appears under its name only when it is whole and on disk: a stop half-way leaves a draft, made anew. */
async function initialise(clusterDir: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const folder = join(clusterDir, '..')
  const draft = join(folder, DRAFT)
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  await fill(draft)
  await flushTree(draft)
  await rename(draft, clusterDir)
  if (process.platform !== 'win32') await flush(folder, 'r')
}

async function checkExisting(clusterDir: string): Promise<boolean> {
  const versionFile = join(clusterDir, 'PG_VERSION')
  if (!existsSync(versionFile)) {
    if (!existsSync(clusterDir) || (await readdir(clusterDir)).length === 0) return false
    throw new DatabaseError('directory_foreign', {
      zh: `目录 ${clusterDir} 里不是本系统的数据库，未作任何改动。`,
      en: `The directory ${clusterDir} does not hold a database of this system; nothing was changed.`,
    })
  }
  const version = readFileSync(versionFile, 'utf8').trim()
  if (version === POSTGRES_MAJOR) return true
  throw new DatabaseError('embedded_version', {
    zh: `目录 ${clusterDir} 是 PostgreSQL ${version} 的数据，内置的是 ${POSTGRES_MAJOR}。请用原版本备份，再在新版本中恢复。`,
    en: `The directory ${clusterDir} holds data of PostgreSQL ${version}; the embedded one is ${POSTGRES_MAJOR}. Back up with the former version and restore into this one.`,
  })
}
