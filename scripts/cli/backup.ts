import { createWriteStream, existsSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { writeBackup } from '../../server/backup/dump.ts'
import { loadConfig } from '../../server/platform/config.ts'
import type { ApiClient } from './api-client.ts'
import { CommandError, fromCaller, readArguments, runTool, say } from './command-line.ts'
import { withExisting } from './open-installation.ts'
import { findServer } from './running-server.ts'

const USAGE = '用法 usage: npm run backup -- FILE [--force]'

async function fromServer(client: ApiClient, out: Writable): Promise<void> {
  const response = await client.raw('/api/backup')
  if (!response.body) throw new CommandError('服务没有返回备份。', 'The server sent no backup.')
  await pipeline(Readable.fromWeb(response.body as ReadableStream), out)
}

/** Under another name until it is whole, so that a broken-off backup is never taken for one. */
async function backUp(args: string[]): Promise<number> {
  const options = { force: { type: 'boolean', default: false } } as const
  const { values, positionals } = readArguments(args, options, USAGE)
  if (positionals.length !== 1) throw new CommandError('请给出备份文件的路径。', USAGE, 2)
  const path = fromCaller(positionals[0])
  if (existsSync(path) && !values.force) {
    throw new CommandError(`${path} 已存在；加 --force 覆盖。`, `${path} exists; --force overwrites it.`, 2)
  }
  const draft = `${path}.part`
  const startedAt = Date.now()
  try {
    const out = createWriteStream(draft, { mode: 0o600, flush: true })
    const server = await findServer(loadConfig(process.env).dataDir)
    say('正在备份…', 'Backing up…')
    if (server) await fromServer(server, out)
    else await withExisting((deps) => writeBackup(deps, out))
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  const megabytes = (statSync(path).size / 1024 / 1024).toFixed(1)
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.log(`已备份到 ${path}，${megabytes} MB，${seconds} 秒  (backed up, ${megabytes} MB, ${seconds} s)`)
  return 0
}

await runTool(backUp)
