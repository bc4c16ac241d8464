import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { runNode } from './child.mjs'
import { dataDirectory, inRoot } from './places.mjs'
import { ownerOf, runningServer } from './running.mjs'
import { say, Stop } from './terminal.mjs'

const SERVER = inRoot('dist', 'server', 'main.js')
const READY = /^Qidi ready at (\S+)/

const environment = (mode) => ({
  QIDI_MODE: mode,
  DATA_DIR: dataDirectory(mode),
  NODE_ENV: process.env.NODE_ENV ?? 'production',
})

export function runServer(mode) {
  return runNode(SERVER, [], { env: environment(mode) })
}

/** Starts the demo server and fills it over HTTP as a person would; it is called ready when that is done. */
export async function runDemo() {
  const startedAt = Date.now()
  const dataDir = dataDirectory('demo')
  const running = runningServer(dataDir)
  // The sample data must not be offered, let alone sent, to the server of somebody's real work.
  if (running && ownerOf(dataDir) === 'live') {
    throw new Stop(
      `数据目录 ${dataDir} 存放的是正式数据，其服务正在运行，不能用作演示。请去掉 DATA_DIR，或指定另一个目录。`,
      `The data directory ${dataDir} holds real data and its server is running: it cannot be the demo. Unset DATA_DIR or set it to another directory.`,
    )
  }
  if (running) {
    say('示例已在运行。', 'The demo is already running.')
    console.log(`Qidi ready at ${running.url}`)
    return 0
  }
  let seeding = Promise.resolve()
  let code = 0
  const follow = (child) => {
    let heldBack = null
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (READY.test(line)) {
        heldBack = []
        seeding = seed(dataDir, startedAt).then(announce, giveUp)
      }
      // Log lines are JSON and go on at once; the words that say it is ready wait until it is.
      if (heldBack && !line.startsWith('{')) heldBack.push(line)
      else console.log(line)
    })
    const announce = (lines) => {
      console.log([...lines, ...heldBack].join('\n'))
      heldBack = null
    }
    const giveUp = (error) => {
      if (child.exitCode !== null || child.killed) return
      code = 1
      say(`示例数据导入失败：${error.message}`, '\nImporting the sample data failed.')
      child.kill('SIGTERM')
    }
  }
  const serverCode = await runNode(SERVER, [], {
    env: environment('demo'),
    stdio: ['inherit', 'pipe', 'inherit'],
    onChild: follow,
  })
  await seeding
  return code || serverCode
}

async function seed(dataDir, startedAt) {
  const { url } = runningServer(dataDir)
  const { seedDemo } = await import(pathToFileURL(inRoot('dist/scripts/cli/demo-seed.js')).href)
  const password = process.env.DEMO_PASSWORD || 'qidi-demo'
  const lines = await seedDemo({ url, dataDir, password, sampleFolder: inRoot('data', 'sample'), say })
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  return ['', ...lines, `共用时 ${seconds} 秒  ready in ${seconds} s`]
}
