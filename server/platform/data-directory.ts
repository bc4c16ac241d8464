import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BilingualMessage } from './database/errors.ts'

const MARKER = 'qidi.json'
const SERVER_FILE = 'server.json'
const OWNER_ONLY = 0o600

/** The server cannot start, said to the person at the terminal in both languages. */
export class StartRefused extends Error {
  constructor({ zh, en }: BilingualMessage) {
    super(`${zh}\n${en}`)
    this.name = 'StartRefused'
  }
}

const contentOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })

/** Writes down whose directory this is: only once its database has been found to be of that mode, or has been made. */
export async function markDataDirectory(dataDir: string, mode: 'live' | 'demo'): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(join(dataDir, MARKER), `${JSON.stringify({ mode })}\n`, { mode: OWNER_ONLY })
}

/** Demo data and real data never meet: a directory belongs to the mode that made it. Refuses and writes nothing. */
export async function checkDataDirectory(dataDir: string, mode: 'live' | 'demo'): Promise<void> {
  const text = await contentOf(join(dataDir, MARKER))
  if (text === null) return
  const owner = (JSON.parse(text) as { mode?: unknown }).mode
  if (owner === mode) return
  throw new StartRefused(
    mode === 'live'
      ? {
          zh: `数据目录 ${dataDir} 存放的是演示数据，正式系统不能使用。请用 DATA_DIR 指定另一个目录。`,
          en: `The data directory ${dataDir} holds demo data, which the real system must not use. Set DATA_DIR to another one.`,
        }
      : {
          zh: `数据目录 ${dataDir} 存放的是正式数据，演示不能使用。请用 DATA_DIR 指定另一个目录。`,
          en: `The data directory ${dataDir} holds real data, which the demo must not use. Set DATA_DIR to another one.`,
        },
  )
}

export interface ServerFile {
  /** Where tools on this machine reach the server. */
  url: string
  token: string
  pid: number
}

/** For command-line tools: they talk to the running server instead of opening its directory. */
export async function writeServerFile(dataDir: string, content: ServerFile): Promise<void> {
  const path = join(dataDir, SERVER_FILE)
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: OWNER_ONLY })
  await chmod(draft, OWNER_ONLY)
  await rename(draft, path)
}

export async function readServerFile(dataDir: string): Promise<ServerFile | null> {
  const text = await contentOf(join(dataDir, SERVER_FILE))
  return text === null ? null : (JSON.parse(text) as ServerFile)
}

/** Only one's own: another server may have written it since. */
export async function removeServerFile(dataDir: string): Promise<void> {
  const content = await readServerFile(dataDir)
  if (content?.pid === process.pid) await rm(join(dataDir, SERVER_FILE), { force: true })
}
