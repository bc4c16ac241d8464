import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BackupDeps } from '../../server/backup/dump.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { openDatabase } from '../../server/platform/database/open.ts'
import { openFileStore } from '../../server/platform/files.ts'
import { CommandError, say } from './command-line.ts'

/** Opens an installation that holds something already; never makes one only to look at it. */
export async function withExisting<T>(work: (deps: BackupDeps) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl } = loadConfig(process.env)
  if (!databaseUrl && !existsSync(join(dataDir, 'database'))) throw nothingIn(dataDir)
  return withInstallation(async (deps) => {
    if (!(await deps.database.knex.schema.hasTable('knex_migrations'))) throw nothingIn(dataDir)
    return work(deps)
  })
}

const nothingIn = (dataDir: string): CommandError =>
  new CommandError(
    `${dataDir} 里还没有数据库。可用 DATA_DIR 指定别的数据目录。`,
    `There is no database in ${dataDir} yet. DATA_DIR names another data directory.`,
  )

/** Opens the data directory itself: for what is done while no server runs. */
export async function withInstallation<T>(work: (deps: BackupDeps) => Promise<T>): Promise<T> {
  const { dataDir, cacheDir, databaseUrl, databaseListenUrl } = loadConfig(process.env)
  const database = await openDatabase({
    dataDir,
    cacheDir,
    databaseUrl: databaseUrl ?? undefined,
    listenUrl: databaseListenUrl ?? undefined,
    onProgress: ({ zh, en }) => say(zh, en),
  })
  const files = openFileStore(dataDir, () => systemClock.now())
  return work({ database, files, clock: systemClock, onProgress: showProgress() }).finally(() =>
    database.close(),
  )
}

const EVERY_MS = 1000
const PHASES = { table: '表 table', files: '文件 files', verify: '核对 verify' }

function showProgress(): NonNullable<BackupDeps['onProgress']> {
  let saidAt = Date.now()
  return ({ phase, name, rows }) => {
    if (Date.now() - saidAt < EVERY_MS) return
    saidAt = Date.now()
    say(`  ${PHASES[phase]} ${name} ${rows}`, '')
  }
}
