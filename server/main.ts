/** Reads the configuration, opens the database, listens, and stops in good order: the only file that starts anything. */
import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { DEMO_ACCOUNTS, seedDemoAccounts } from './auth/demo-accounts.ts'
import { newSecret } from './auth/secrets.ts'
import { systemClock } from './platform/clock.ts'
import { ConfigError, loadConfig, type Config } from './platform/config.ts'
import {
  checkDataDirectory,
  markDataDirectory,
  removeServerFile,
  StartRefused,
  writeServerFile,
} from './platform/data-directory.ts'
import { DatabaseError } from './platform/database/errors.ts'
import { migrate } from './platform/database/migrations.ts'
import { openDatabase, type Database } from './platform/database/open.ts'
import { stopGracefully } from './platform/graceful-stop.ts'
import { claimDatabase } from './platform/installation-mode.ts'
import { listen } from './platform/listening.ts'
import { loggerOptions } from './platform/logging.ts'
import {
  localUrl,
  printConfig,
  printReady,
  printStartFault,
  printStep,
  printStopping,
  reachableUrl,
} from './platform/terminal.ts'

async function openMigrated(config: Config): Promise<Database> {
  printStep({ zh: '打开数据库', en: 'Opening the database' })
  const database = await openDatabase({
    databaseUrl: config.databaseUrl ?? undefined,
    listenUrl: config.databaseListenUrl ?? undefined,
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    poolMax: config.databasePoolMax,
    onProgress: printStep,
  })
  printStep({ zh: '更新表结构', en: 'Bringing the tables up to date' })
  await migrate(database.knex)
  await claimDatabase(database.knex, config.mode, systemClock.now())
  return database
}

async function start(): Promise<void> {
  const config = loadConfig(process.env)
  printConfig(config)
  await checkDataDirectory(config.dataDir, config.mode)
  const database = await openMigrated(config)
  await markDataDirectory(config.dataDir, config.mode)
  if (config.mode === 'demo')
    await seedDemoAccounts(database.knex, config.demoPassword, { divisionPrefix: config.divisionCode })
  const token = newSecret()
  printStep({ zh: '启动服务', en: 'Starting the server' })
  const app = await buildApp({
    config,
    database,
    clock: systemClock,
    logger: loggerOptions(config.logLevel),
    localToken: token,
  })
  stopGracefully({
    onFault: (error, message) => app.log.fatal({ err: error }, message),
    async stop() {
      printStopping()
      await app.close()
      await removeServerFile(config.dataDir)
      await database.close()
    },
  })
  await listen(app, config).catch(async (error: unknown) => {
    await app.close()
    await database.close()
    throw error
  })
  const { port } = app.server.address() as AddressInfo
  await writeServerFile(config.dataDir, { url: localUrl(config.host, port), token, pid: process.pid })
  printReady({
    config,
    url: reachableUrl(config, port),
    setupToken: await app.renewSetupToken(),
    demoAccounts: DEMO_ACCOUNTS.map(({ name }) => name),
  })
}

start().catch((error: unknown) => {
  const isKnown =
    error instanceof ConfigError || error instanceof StartRefused || error instanceof DatabaseError
  printStartFault(
    isKnown ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
  )
  process.exit(1)
})
