import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from './child.mjs'
import { CACHE, DIST, inRoot, isPrebuilt } from './places.mjs'
import { hashFiles, hashOf, inTurn, readText } from './stamps.mjs'
import { say, Stop, withProgress } from './terminal.mjs'

const STAMP = join(DIST, '.qidi-build')
const SOURCES = [
  'server',
  'client',
  'migrations',
  'scripts/cli',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
]

/** Builds dist/ when any source is another than at the last build. */
export async function ensureBuilt() {
  if (isPrebuilt()) return
  if (readText(STAMP) === wantedStamp()) return
  await inTurn('build', async () => {
    const wanted = wantedStamp()
    if (readText(STAMP) !== wanted) await build(wanted)
  })
}

const wantedStamp = () => hashOf(process.versions.modules + hashFiles(SOURCES.map((path) => inRoot(path))))

/** Into a folder of its own, then swapped: a failed build leaves the former one as it was. */
async function build(stamp) {
  const draft = join(CACHE, `build-${process.pid}`)
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  const output = []
  try {
    const codes = await withProgress('正在构建', 'Building', () =>
      Promise.all([compile(draft, output), bundle(draft, output)]),
    )
    const signalled = codes.find((code) => code > 128)
    if (signalled) throw new Stop('构建被中断。', 'The build was interrupted.', signalled)
    if (codes.some((code) => code !== 0)) {
      process.stderr.write(output.join(''))
      throw new Stop('构建失败，原因见上。', 'The build failed; the reason is above.')
    }
    writeFileSync(join(draft, '.qidi-build'), stamp)
    swap(draft)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw explained(error)
  }
  say('构建完成。', 'Built.')
}

const capture = (output) => ({
  stdio: ['ignore', 'pipe', 'pipe'],
  onChild: (child) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => output.push(text))
  },
})

const compile = (draft, output) =>
  runNode(
    inRoot('node_modules', 'typescript', 'bin', 'tsc'),
    ['-p', inRoot('tsconfig.build.json'), '--outDir', draft],
    capture(output),
  )

const bundle = (draft, output) =>
  runNode(
    inRoot('node_modules', 'vite', 'bin', 'vite.js'),
    [
      'build',
      inRoot('client'),
      '--config',
      inRoot('client', 'vite.config.ts'),
      '--outDir',
      join(draft, 'client'),
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
    { ...capture(output), env: { NODE_ENV: 'production' } },
  )

function swap(draft) {
  const former = join(CACHE, `former-${process.pid}`)
  rmSync(former, { recursive: true, force: true })
  if (existsSync(DIST)) renameSync(DIST, former)
  renameSync(draft, DIST)
  rmSync(former, { recursive: true, force: true })
}

function explained(error) {
  if (error.code === 'ENOSPC') return new Stop('磁盘空间不足，无法构建。', 'The disk is full: cannot build.')
  if (['EACCES', 'EPERM', 'EROFS', 'EBUSY'].includes(error.code)) {
    return new Stop(
      `无法写入 ${error.path ?? 'dist'}：没有权限，或被其他程序占用。`,
      `Cannot write ${error.path ?? 'dist'}: no permission, or another program holds it.`,
    )
  }
  return error
}
