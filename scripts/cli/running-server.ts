import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../server/platform/config.ts'
import { apiClient, type ApiClient } from './api-client.ts'
import { CommandError, say } from './command-line.ts'

interface ServerFile {
  url: string
  token: string
  pid: number
}

const READY = /^Qidi ready at (\S+)/
const LIVE_WITHIN_MS = 5000

/** The server of this data directory, if one answers: address and token stand in its server.json. */
export async function findServer(dataDir: string): Promise<ApiClient | null> {
  const server = readServerFile(dataDir)
  if (!server) return null
  const isLive = await fetch(`${server.url}/health/live`, {
    signal: AbortSignal.timeout(LIVE_WITHIN_MS),
  }).then(
    (response) => response.ok,
    () => false,
  )
  return isLive ? apiClient(server.url, { authorization: `Bearer ${server.token}` }) : null
}

function readServerFile(dataDir: string): ServerFile | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as ServerFile
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || error instanceof SyntaxError) return null
    throw new CommandError(
      `读不了 ${join(dataDir, 'server.json')}：请用启动服务的同一账户运行。`,
      `Cannot read ${join(dataDir, 'server.json')}: run this as the account that runs the server.`,
    )
  }
}

export interface Connection {
  client: ApiClient
  /** Ends the server that was started only for this; leaves any other alone. */
  close(): Promise<void>
}

/** The running server, or one started on a free port of this machine for as long as it is needed. */
export async function connect(): Promise<Connection> {
  const { dataDir } = loadConfig(process.env)
  const running = await findServer(dataDir)
  if (running) {
    say(`使用正在运行的服务 ${running.url}`, `Using the running server`)
    return { client: running, close: async () => undefined }
  }
  say('没有正在运行的服务，临时启动一个…', 'No server is running; starting one for this…')
  return startServer(dataDir)
}

async function startServer(dataDir: string): Promise<Connection> {
  const main = fileURLToPath(new URL('../../server/main.js', import.meta.url))
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  const close = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = READY.exec(line)?.[1]
      if (url) resolve(url)
    })
  })
  const url = await Promise.race([ready, ended.then(() => null)])
  if (!url)
    throw new CommandError('服务未能启动，原因见上。', 'The server did not start; the reason is above.')
  const client = await findServer(dataDir)
  if (client) return { client, close }
  await close()
  throw new CommandError(
    '服务已启动，但没有写出 server.json。',
    'The server started but left no server.json.',
  )
}
