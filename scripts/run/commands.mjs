import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { runNode } from './child.mjs'
import { ensureInstalled } from './install.mjs'
import { dataDirectory, DIST, inRoot, isPrebuilt } from './places.mjs'
import { runningServer } from './running.mjs'
import { runDemo, runServer } from './server.mjs'
import { say, Stop } from './terminal.mjs'
import { runTests } from './tests.mjs'

const prepared = (run) => async (args) => {
  await ensureInstalled()
  await ensureBuilt()
  return run(args)
}

/** Settings of the real thing may stand in .env; what the environment says goes before. The demo and tests never read it. */
function readSettings() {
  if (existsSync(inRoot('.env'))) process.loadEnvFile(inRoot('.env'))
}

const installed = (run) => async (args) => {
  refuseInImage()
  await ensureInstalled()
  return run(args)
}

/** Paths are meant from where the person stands; npm changes to the project's folder before it runs anything. */
const fromCaller = (arg) => {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), arg)
  return !arg.startsWith('-') && !isAbsolute(arg) && existsSync(path) ? path : arg
}

const TSX = 'tsx'

/** A command-line tool of scripts/cli, compiled; it finds a running server by its data directory. */
const tool = (name, dataDirOf = () => dataDirectory('live')) => ({
  run: prepared((args) => {
    readSettings()
    const env = { DATA_DIR: dataDirOf(), QIDI_CALLED_FROM: process.env.INIT_CWD ?? process.cwd() }
    return runNode(inRoot(DIST_CLI, `${name}.js`), args.map(fromCaller), { env })
  }),
})

/** A survey goes to whatever runs here: to the demo when that is all there is. */
function runningOrLive() {
  const [live, demo] = ['live', 'demo'].map(dataDirectory)
  return !runningServer(live) && runningServer(demo) ? demo : live
}

const DIST_CLI = 'dist/scripts/cli'

export const COMMANDS = {
  demo: { zh: '示例：一条命令看到全部', en: 'the demo county, from nothing', run: prepared(runDemo) },
  start: { zh: '正式运行', en: 'the real thing', run: prepared(runLive) },
  test: { zh: '全部测试', en: 'all tests', run: installed(runTests) },
  check: {
    zh: '格式、规范、类型、依赖检查',
    en: 'format, lint, types, dependency rules',
    run: installed(runSource('scripts/check.ts')),
  },
  bench: { zh: '性能测量', en: 'measurements', run: prepared(runSource('scripts/bench/main.ts')) },
  build: { zh: '构建', en: 'build', run: prepared(() => sayBuilt()) },
  import: { zh: '导入勘测成果', en: 'import surveys', ...tool('import', runningOrLive) },
  backup: { zh: '备份到文件', en: 'back up into a file', ...tool('backup') },
  restore: { zh: '从备份恢复', en: 'restore a backup', ...tool('restore') },
  migrate: { zh: '升级数据库结构', en: 'bring the database up to date', ...tool('migrate') },
  audit: { zh: '核对历史链', en: 'verify the chain of changes', ...tool('audit') },
}

function runSource(path) {
  return (args) => {
    if (!existsSync(inRoot(path))) throw new Stop(`缺少 ${path}。`, `${path} is missing.`)
    return runNode(inRoot('node_modules', TSX, 'dist', 'cli.mjs'), [inRoot(path), ...args])
  }
}

function runLive() {
  readSettings()
  return runServer('live')
}

function sayBuilt() {
  say(`构建结果在 ${DIST}`, `Built into ${DIST}`)
  return 0
}

function refuseInImage() {
  if (!isPrebuilt()) return
  throw new Stop(
    '这里只有运行所需的文件，测试和检查请在源码目录中进行。',
    'Only what is needed to run is here: tests and checks want the sources.',
  )
}
