import { join } from 'node:path'
import { dataDirectory, inRoot } from './places.mjs'
import { isAlive, readText } from './stamps.mjs'

/** What a running server left in its data directory: address, token and process; null when it has gone. */
export function runningServer(dataDir) {
  try {
    const server = JSON.parse(readText(join(dataDir, 'server.json')) ?? 'null')
    return server && isAlive(server.pid) ? server : null
  } catch {
    return null // half written: the server is only just starting or stopping
  }
}

/** Whose data a directory holds, `live` or `demo`, as the server that made it wrote down; null for a new one. */
export function ownerOf(dataDir) {
  try {
    return JSON.parse(readText(join(dataDir, 'qidi.json')) ?? 'null')?.mode ?? null
  } catch {
    return null // unreadable: the server itself says what is wrong with it
  }
}

/** Servers of this checkout that can be found: the default directories and DATA_DIR. */
export function runningServers() {
  const folders = new Set([inRoot('.qidi', 'demo'), inRoot('.qidi', 'live'), dataDirectory('live')])
  return [...folders].map(runningServer).filter(Boolean)
}
