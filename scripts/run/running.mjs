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

/** Servers of this checkout that can be found: the default directories and DATA_DIR. */
export function runningServers() {
  const folders = new Set([inRoot('.qidi', 'demo'), inRoot('.qidi', 'live'), dataDirectory('live')])
  return [...folders].map(runningServer).filter(Boolean)
}
