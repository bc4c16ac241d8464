import { createHash, randomUUID } from 'node:crypto'
import { constants, existsSync, readFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BilingualMessage } from './errors.ts'
import { BUILD_STEPS, type BuildStep, type FromWorker } from './bridge/messages.ts'
import { firstWord, startWorker } from './bridge/start-worker.ts'
import { TRIM_SPATIAL_REFERENCES } from './bridge/spatial-references.ts'
import { shippedBundlePath, trimmedBundle } from './postgis-bundle.ts'

export type OnProgress = (message: BilingualMessage) => void

/** Changes when a template made earlier would no longer be what this code makes. */
const RECIPE = '1'

export interface EmbeddedTemplate {
  clusterDir: string
  bundleUrl: string
}

export const shippedBundleUrl = (): string => pathToFileURL(shippedBundlePath()).href

function versionOf(packageName: string): string {
  for (
    let folder = dirname(createRequire(import.meta.url).resolve(packageName));
    ;
    folder = dirname(folder)
  ) {
    const manifest = join(folder, 'package.json')
    if (!existsSync(manifest)) continue
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      name?: string
      version?: string
    }
    if (name === packageName && version) return version
  }
}

function templateFolder(cacheDir: string): string {
  const versions = ['@electric-sql/pglite', '@electric-sql/pglite-postgis'].map(versionOf)
  const recipe = createHash('sha256')
    .update([RECIPE, TRIM_SPATIAL_REFERENCES].join('\n'))
    .digest('hex')
    .slice(0, 8)
  return join(cacheDir, `embedded-${versions.join('-')}-${recipe}`)
}

/** What is in the cache already, if anything is. */
export function findTemplate(cacheDir: string): EmbeddedTemplate | null {
  const folder = templateFolder(cacheDir)
  const template = { clusterDir: join(folder, 'cluster'), bundle: join(folder, 'postgis.tar.gz') }
  if (!existsSync(template.bundle) || !existsSync(join(template.clusterDir, 'PG_VERSION'))) return null
  return { clusterDir: template.clusterDir, bundleUrl: pathToFileURL(template.bundle).href }
}

/**
 * The template cluster (extensions created, coordinate systems trimmed) and the trimmed bundle, built on first need:
 * a copy of it starts in a second where initdb and CREATE EXTENSION take many.
 */
export async function ensureTemplate(cacheDir: string, onProgress?: OnProgress): Promise<EmbeddedTemplate> {
  const found = findTemplate(cacheDir)
  if (found) return found
  const folder = templateFolder(cacheDir)
  const draft = `${folder}.${process.pid}-${randomUUID().slice(0, 8)}`
  await mkdir(draft, { recursive: true })
  try {
    await Promise.all([
      buildCluster(join(draft, 'cluster'), onProgress),
      trimmedBundle().then((bundle) => writeFile(join(draft, 'postgis.tar.gz'), bundle)),
    ])
    // Somebody else may have been faster: theirs is as good.
    await rename(draft, folder).catch((error: unknown) => {
      if (!findTemplate(cacheDir)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  const built = findTemplate(cacheDir)
  if (!built) throw new Error('the template is not where it was put')
  return built
}

const STEP_NAMES: Record<BuildStep, BilingualMessage> = {
  cluster: { zh: '建立空数据库', en: 'creating an empty database' },
  extensions: { zh: '装入空间扩展 PostGIS', en: 'adding PostGIS' },
  reference_systems: { zh: '精简坐标系', en: 'trimming the coordinate systems' },
  compact: { zh: '整理并写入磁盘', en: 'compacting and writing to disk' },
}

/** Nobody is to wonder for longer whether it hangs. */
const TICK_MS = 2_000

/** Tells the steps of a build as they begin, and every two seconds that it goes on. */
function buildTeller(onProgress: OnProgress | undefined) {
  const startedAt = performance.now()
  const seconds = (): number => Math.round((performance.now() - startedAt) / 1000)
  onProgress?.({
    zh: '正在准备内置数据库模板（仅首次）…',
    en: 'Preparing the embedded database template (first time only)…',
  })
  const ticking = setInterval(
    () => onProgress?.({ zh: `  … ${seconds()} 秒`, en: `${seconds()} s` }),
    TICK_MS,
  )
  return {
    begin(step: BuildStep): void {
      const place = `${BUILD_STEPS.indexOf(step) + 1}/${BUILD_STEPS.length}`
      const { zh, en } = STEP_NAMES[step]
      onProgress?.({ zh: `  ${place} ${zh}`, en: `${place} ${en}` })
    },
    end: () => clearInterval(ticking),
    done: () =>
      onProgress?.({
        zh: `内置数据库模板已备好，用时 ${seconds()} 秒。`,
        en: `The embedded database template is ready, after ${seconds()} s.`,
      }),
  }
}

/** A new cluster with the extensions, made with nothing but what npm installed. */
export async function buildCluster(clusterDir: string, onProgress?: OnProgress): Promise<void> {
  await mkdir(clusterDir, { recursive: true })
  const progress = new SharedArrayBuffer(8)
  const postgisBundleUrl = shippedBundleUrl()
  const teller = buildTeller(onProgress)
  const worker = startWorker({ kind: 'build', clusterDir, postgisBundleUrl, progress, durable: false })
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'step') teller.begin(message.step)
  })
  try {
    await firstWord(worker, 'built')
    teller.done()
  } finally {
    teller.end()
    await worker.terminate()
  }
}

const COPIES_AT_ONCE = 16

/** Copies a closed cluster, sharing blocks where the file system can; whoever keeps the copy flushes it. */
export async function copyCluster(from: string, to: string): Promise<void> {
  const files: Array<[string, string]> = []
  const collect = async (source: string, target: string): Promise<void> => {
    await mkdir(target, { recursive: true, mode: 0o700 })
    for (const entry of await readdir(source, { withFileTypes: true })) {
      if (entry.isDirectory()) await collect(join(source, entry.name), join(target, entry.name))
      else files.push([join(source, entry.name), join(target, entry.name)])
    }
  }
  await collect(from, to)
  const copyNext = async (): Promise<void> => {
    for (let next = files.pop(); next; next = files.pop()) {
      await copyFile(next[0], next[1], constants.COPYFILE_FICLONE)
      await chmod(next[1], 0o600)
    }
  }
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, copyNext))
}

/** Flushes everything below a folder that was written without. */
export async function flushTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await flushTree(path)
    else await flush(path, 'r+')
  }
  if (process.platform !== 'win32') await flush(folder, 'r')
}

export async function flush(path: string, flags: string): Promise<void> {
  const file = await open(path, flags)
  await file.sync().finally(() => file.close())
}
