import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, connect, type Server } from 'node:net'
import { join } from 'node:path'
import { DatabaseError } from './errors.ts'

export interface DirectoryLock {
  release(): Promise<void>
}

const SOCKET_NAME = 'in-use.sock'
const OWNER_NAME = 'in-use.json'

/**
 * An exclusive lock on a directory that the operating system lets go of when the process ends, however it ends: a
 * listening socket. A lock file could outlive a kill -9, and Node has no flock.
 *  - Linux: an abstract socket named after the directory, and a socket inside it for processes of other containers
 *    that share the volume but not the network.
 *  - Windows: a named pipe.  - Others: the socket inside the directory, a dead one being taken over.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  mkdirSync(directory, { recursive: true })
  const path = realpathSync(directory)
  const held: Server[] = []
  try {
    const global = globalName(path)
    if (global) held.push(await listenAt(global, path))
    const inside = process.platform === 'win32' ? null : await listenInside(path)
    if (inside) held.push(inside)
  } catch (error) {
    await Promise.all(held.map(stopListening))
    throw error
  }
  const ownerFile = join(path, OWNER_NAME)
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }))
  return {
    release: async () => {
      removeIfThere(ownerFile)
      removeIfThere(join(path, SOCKET_NAME))
      await Promise.all(held.map(stopListening))
    },
  }
}

/** A name that belongs to the directory itself, whatever path or link leads to it. */
function globalName(path: string): string | null {
  const { dev, ino } = statSync(path, { bigint: true })
  const key = createHash('sha256')
    .update(process.platform === 'win32' ? path.toLowerCase() : `${dev}:${ino}`)
    .digest('hex')
  if (process.platform === 'win32') return `\\\\.\\pipe\\qidi-${key}`
  return process.platform === 'linux' ? `\0qidi-${key.slice(0, 40)}` : null
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve(server.unref())
    })
  })
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

async function listenAt(address: string, directory: string): Promise<Server> {
  return listen(address).catch((error: unknown) => {
    if (codeOf(error) === 'EADDRINUSE') throw inUse(directory)
    throw error
  })
}

/** Null where the file system has no sockets (some shared folders): the name outside the directory must do. */
async function listenInside(directory: string): Promise<Server | null> {
  // A socket path may have about 100 bytes; on Linux an open directory is a short way to any depth.
  const descriptor = process.platform === 'linux' ? openSync(directory, 'r') : null
  const address =
    descriptor === null ? join(directory, SOCKET_NAME) : `/proc/self/fd/${descriptor}/${SOCKET_NAME}`
  try {
    return await listen(address)
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') return null
    if (await answers(address)) throw inUse(directory)
    unlinkSync(join(directory, SOCKET_NAME)) // its process is gone
    return await listenAt(address, directory)
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))))
  })
}

function inUse(directory: string): DatabaseError {
  let owner = ''
  try {
    owner = ` (pid ${(JSON.parse(readFileSync(join(directory, OWNER_NAME), 'utf8')) as { pid: number }).pid})`
  } catch {
    // The other process has taken the lock but not yet said who it is.
  }
  return new DatabaseError('directory_in_use', {
    zh: `数据目录 ${directory} 正由另一个进程使用${owner}。请先停止它，或用 DATA_DIR 指定别的目录。`,
    en: `The data directory ${directory} is in use by another process${owner}. Stop it first, or choose another directory with DATA_DIR.`,
  })
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Not there: nothing to remove.
  }
}
