import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { fileURLToPath } from 'node:url'
import { accountRoutes } from './auth/account-routes.ts'
import { accountService } from './auth/account-service.ts'
import { useAuthentication } from './auth/authentication.ts'
import { DEMO_ACCOUNTS } from './auth/demo-accounts.ts'
import { requirePermission } from './auth/permissions.ts'
import { ACCOUNTS_CHANGED } from './auth/repository.ts'
import { sessionRoutes } from './auth/routes.ts'
import { sessionService } from './auth/session-service.ts'
import { backupRoutes } from './backup/routes.ts'
import { backupService } from './backup/service.ts'
import { basemapRoutes } from './basemaps/routes.ts'
import { basemapService } from './basemaps/service.ts'
import { useImports } from './imports/use-imports.ts'
import { useClientFiles } from './platform/client-files.ts'
import type { Clock } from './platform/clock.ts'
import { isPublicUrlSecure, type Config } from './platform/config.ts'
import type { Database } from './platform/database/open.ts'
import { openFileStore } from './platform/files.ts'
import { useHealth } from './platform/health.ts'
import { createHttpServer } from './platform/http-server.ts'
import { openJobs } from './platform/jobs.ts'
import { useMetrics } from './platform/metrics.ts'
import { useUpkeep } from './platform/upkeep.ts'
import { parcelRoutes } from './parcels/routes.ts'
import { parcelService } from './parcels/service.ts'
import { readCountyFile, readCountySource } from './reference/county-source.ts'
import { referenceRoutes } from './reference/routes.ts'
import { referenceService } from './reference/service.ts'
import { summaryRoutes } from './summary/routes.ts'
import { summaryService } from './summary/service.ts'
import { tileRoutes } from './tiles/routes.ts'
import { tileService } from './tiles/service.ts'
import { TileVersions } from './tiles/versions.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** A new one-time token for the first administrator; null once there is one. */
    renewSetupToken(): Promise<string | null>
  }
}

export interface AppDeps {
  config: Config
  database: Database
  clock: Clock
  /** Pino options, or false; silent when left out. */
  logger?: FastifyServerOptions['logger']
  /** What command-line tools on this machine sign in with (DATA_DIR/server.json). */
  localToken?: string
  /** Where the built client is; dist/client of this project when left out. */
  clientDir?: string
}

const CLIENT_DIRECTORY = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/client' : '../client', import.meta.url),
)
/** Outlines, towns and basemap layers that come with the program. */
const REFERENCE_DIRECTORY = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../data/reference' : '../../data/reference', import.meta.url),
)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The whole server, ready to listen or to be asked by `inject`: the table of contents. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { config, database, clock } = deps
  const db = database.knex
  const app = await createHttpServer(config, deps.logger ?? false)

  // Platform: files, jobs, measurements, the page
  const files = openFileStore(config.dataDir, () => clock.now())
  const jobs = openJobs({
    db,
    now: () => clock.now(),
    log: app.log,
    isExclusive: database.mode === 'embedded',
  })
  app.addHook('onReady', async () => jobs.start())
  app.addHook('onClose', () => jobs.stop())
  useUpkeep(app, DAY_MS, async () => void (await files.sweepOrphans(db, DAY_MS)))
  await useClientFiles(app, deps.clientDir ?? CLIENT_DIRECTORY)
  useHealth(app, db)

  // Who may
  const sessions = sessionService({ db, clock, localToken: deps.localToken ?? null, ...config })
  const accounts = accountService({ db, clock, sessions, divisionCode: config.divisionCode })
  useAuthentication(app, { sessions, publicUrl: () => config.publicUrl })
  const listening = await database.listen(ACCOUNTS_CHANGED, () => sessions.forget())
  app.addHook('onClose', () => listening.stop())
  useUpkeep(app, HOUR_MS, () => sessions.deleteOutdated())
  useMetrics(app, {
    knex: db,
    countJobs: () => jobs.countByStatus(),
    authorize: (request) => requirePermission(request.actor, 'system.operate'),
  })
  await app.register(sessionRoutes, {
    sessions,
    accounts,
    isSecure: isPublicUrlSecure(config),
    demoAccounts: config.mode === 'demo' ? DEMO_ACCOUNTS.map(({ name }) => name) : null,
  })
  await app.register(accountRoutes, { accounts })
  app.decorate('renewSetupToken', () => accounts.renewSetupToken())

  // Features
  await app.register(backupRoutes, { service: backupService({ database, files, clock }) })
  await app.register(basemapRoutes, { service: basemapService({ settings: config, clock, log: app.log }) })
  const reference = referenceService({
    db,
    divisionCode: config.divisionCode,
    referenceDir: REFERENCE_DIRECTORY,
  })
  await reference.load(
    config.countyFile
      ? await readCountyFile(config.countyFile, config.divisionCode)
      : await readCountySource(REFERENCE_DIRECTORY, config.divisionCode),
  )
  await app.register(referenceRoutes, { service: reference })

  const tileVersions = new TileVersions({ knex: db, listen: database.listen })
  await tileVersions.start()
  app.addHook('onClose', () => tileVersions.stop())
  await app.register(tileRoutes, { service: tileService({ db, versions: tileVersions }) })
  await app.register(summaryRoutes, { service: summaryService({ db }) })
  await app.register(parcelRoutes, { service: parcelService({ db, clock, tileVersions }) })
  await useImports(app, {
    config,
    database,
    clock,
    files,
    jobs,
    county: () => reference.facts(),
    tileVersions,
  })
  return app
}
