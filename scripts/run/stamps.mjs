import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CACHE, ROOT } from './places.mjs'
import { say } from './terminal.mjs'

export const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null)

export const hashOf = (text) => createHash('sha256').update(text).digest('hex')

/** One hash over the names and contents of files and folders, in a fixed order. */
export function hashFiles(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesUnder).sort()) {
    hash
      .update(relative(ROOT, path).replaceAll('\\', '/'))
      .update('\0')
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  const entries = readdirSync(path, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** One at a time over all terminals: two commands started together must not both install or build. */
export async function inTurn(name, work) {
  const file = join(CACHE, `${name}.lock`)
  mkdirSync(dirname(file), { recursive: true })
  for (let waits = 0; !take(file); waits += 1) {
    if (waits === 0)
      say(`另一个命令正在进行同样的准备，等待中…`, `Another command is doing the same; waiting…`)
    await sleep(500)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file) {
  const holder = Number(readText(file) ?? 0)
  if (holder && !isAlive(holder)) rmSync(file, { force: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}
