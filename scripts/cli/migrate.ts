import { loadConfig } from '../../server/platform/config.ts'
import { migrate } from '../../server/platform/database/migrations.ts'
import { runTool } from './command-line.ts'
import { withInstallation } from './open-installation.ts'
import { findServer } from './running-server.ts'

/** A server migrates as it starts, so a running one has nothing left to do. */
async function migrateNow(): Promise<number> {
  const server = await findServer(loadConfig(process.env).dataDir)
  const names = server ? [] : await withInstallation(({ database }) => migrate(database.knex))
  const done = names.length > 0 ? names.join('、') : '已是最新 up to date'
  console.log(`数据库结构：${done}`)
  return 0
}

await runTool(migrateNow)
