import { existsSync } from 'node:fs'
import { restoreBackup } from '../../server/backup/restore.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { markDataDirectory } from '../../server/platform/data-directory.ts'
import { modeOfDatabase } from '../../server/platform/installation-mode.ts'
import { CommandError, fromCaller, readArguments, runTool, say } from './command-line.ts'
import { withInstallation } from './open-installation.ts'
import { findServer } from './running-server.ts'

const USAGE = '用法 usage: npm run restore -- FILE [--force]'

async function restore(args: string[]): Promise<number> {
  const options = { force: { type: 'boolean', default: false } } as const
  const { values, positionals } = readArguments(args, options, USAGE)
  if (positionals.length !== 1) throw new CommandError('请给出备份文件的路径。', USAGE, 2)
  const path = fromCaller(positionals[0])
  if (!existsSync(path)) throw new CommandError(`找不到文件 ${path}。`, `No such file: ${path}.`, 2)
  const server = await findServer(loadConfig(process.env).dataDir)
  if (server) {
    throw new CommandError(
      `服务正在运行（${server.url}）。请先停止服务，再恢复备份。`,
      `The server is running (${server.url}). Stop it before restoring a backup.`,
    )
  }
  const startedAt = Date.now()
  say('正在恢复…', 'Restoring…')
  const { header, manifest } = await withInstallation(async (deps) => {
    const restored = await restoreBackup(deps, path, { isForced: values.force })
    const mode = await modeOfDatabase(deps.database.knex)
    if (mode) await markDataDirectory(loadConfig(process.env).dataDir, mode)
    return restored
  })
  const rows = Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0)
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `已恢复并核对：${rows} 行，${manifest.files.count} 个文件，备份于 ${header.createdAt}，${seconds} 秒  (restored and verified, ${seconds} s)`,
  )
  if (manifest.files.missing.length > 0) {
    say(
      `备份时已缺失 ${manifest.files.missing.length} 个文件。`,
      'Some files were missing when the backup was made.',
    )
  }
  return 0
}

await runTool(restore)
