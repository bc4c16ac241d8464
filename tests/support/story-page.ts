/**
 * The page that browser stories look at. It is built in a mode of its own, which alone lets tests wait for the map
 * (client/map/test-hook.ts): dist/ holds the page that people get, and nothing in it does.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built page. */
    storyPage: string
  }
}

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, '.cache')
const PREFIX = 'story-page-'
const SOURCES = ['client', 'server/contract', 'package.json', 'package-lock.json']

function filesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((source) => filesUnder(join(ROOT, source))).sort())
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

function build(folder: string): void {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const args = ['build', 'client', '--config', 'client/vite.config.ts', '--mode', 'e2e', '--outDir', folder]
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, ...args, '--logLevel', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (status !== 0) throw new Error(`the page for the stories was not built:\n${stdout}${stderr}`)
}

/** Built when any source is another than at the last time. */
function builtPage(): string {
  const name = PREFIX + hashOfSources()
  const page = join(CACHE, name)
  if (existsSync(page)) return page
  mkdirSync(CACHE, { recursive: true })
  const draft = join(CACHE, `draft-of-${name}-${process.pid}`)
  build(draft)
  for (const other of readdirSync(CACHE))
    if (other.startsWith(PREFIX) && other !== name)
      rmSync(join(CACHE, other), { recursive: true, force: true })
  // Another run may have built the same meanwhile.
  if (existsSync(page)) rmSync(draft, { recursive: true, force: true })
  else renameSync(draft, page)
  return page
}

/** Vitest's globalSetup: a copy for this run, which no build in the meantime takes away under its servers. */
export default function setup(project: TestProject): () => void {
  const built = builtPage()
  const page = mkdtempSync(join(tmpdir(), 'qidi-page-'))
  cpSync(built, page, { recursive: true })
  project.provide('storyPage', page)
  return () => rmSync(page, { recursive: true, force: true })
}
