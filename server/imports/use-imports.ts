import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Database } from '../platform/database/open.ts'
import type { FileStore } from '../platform/files.ts'
import type { Jobs } from '../platform/jobs.ts'
import { useUpkeep } from '../platform/upkeep.ts'
import type { TileUpkeepResult } from '../tiles/upkeep.ts'
import { registerImportJobs } from './jobs.ts'
import { STAGING_TABLES } from './pipeline/stage-rows.ts'
import type { CountyFacts } from './pipeline/run-context.ts'
import { importRoutes } from './routes.ts'
import { importService, type ImportService } from './service.ts'
import { templateRoutes } from './template-routes.ts'
import { templateService } from './template-service.ts'

const SWEEP_EVERY_MS = 3_600_000

export interface ImportFeatureDeps {
  config: Config
  database: Database
  clock: Clock
  files: FileStore
  jobs: Jobs
  county: () => Promise<CountyFacts>
  tileVersions: { applied(result: TileUpkeepResult): void }
}

/** Routes, jobs and recovery of the import feature. */
export async function useImports(app: FastifyInstance, deps: ImportFeatureDeps): Promise<ImportService> {
  const { config, database, clock, files, jobs } = deps
  const db = database.knex
  const { divisionCode, uploadMaxBytes, uploadMaxFiles, stagingKeepMs } = config
  const templates = templateService({ db, clock, divisionCode })
  const service = importService({
    db,
    clock,
    files,
    jobs,
    templates,
    divisionCode,
    uploadMaxBytes,
    stagingKeepMs,
    county: deps.county,
  })
  registerImportJobs(jobs, {
    db,
    files,
    now: () => clock.now(),
    today: () => clock.today(),
    pathOf: (sha256) => files.pathOf(sha256),
    workRoot: join(config.dataDir, 'work'),
    maxUnpackedBytes: config.unzippedMaxBytes,
    county: deps.county,
    withStatementBudget: (ms, run) => database.withStatementBudget(ms, run),
    analyze: (tables) => database.analyze(tables),
    vacuumAnalyze: (tables) => database.vacuumAnalyze(tables),
    applied: (completed) => deps.tileVersions.applied(completed.tiles),
  })
  await app.register(importRoutes, { service, uploadMaxBytes, uploadMaxFiles })
  await app.register(templateRoutes, { templates })
  app.addHook('onReady', async () => {
    const restarted = await service.recover()
    if (restarted > 0) app.log.info({ restarted }, 'imports taken up again')
  })
  // After the recovery: what is swept at a start must not be taken for what a crash has emptied.
  useUpkeep(app, SWEEP_EVERY_MS, async () => {
    const cleared = await service.sweepStaging()
    if (cleared === 0) return
    app.log.info({ cleared }, 'staging of old imports cleared')
    await database.vacuumAnalyze(Object.values(STAGING_TABLES))
  })
  return service
}
