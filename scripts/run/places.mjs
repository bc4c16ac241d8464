import { existsSync } from 'node:fs'
import { resolve, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const inRoot = (...parts) => join(ROOT, ...parts)

export const LOCK_FILE = inRoot('package-lock.json')
export const MODULES = inRoot('node_modules')
export const DIST = inRoot('dist')
export const CACHE = inRoot('.cache')

/** A production image carries dist/ and no sources: there is nothing to install or build. */
export const isPrebuilt = () =>
  !existsSync(inRoot('server', 'main.ts')) && existsSync(join(DIST, 'server', 'main.js'))

/** Demo and real data never share a directory; DATA_DIR is relative to where the command was called. */
export function dataDirectory(mode) {
  const chosen = process.env.DATA_DIR
  if (!chosen) return inRoot('.qidi', mode)
  return resolve(process.env.INIT_CWD ?? process.cwd(), chosen)
}
