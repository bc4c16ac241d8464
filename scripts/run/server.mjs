import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { runNode } from './child.mjs'
import { dataDirectory, inRoot } from './places.mjs'
import { runningServer } from './running.mjs'
import { say } from './terminal.mjs'

const SERVER = inRoot('dist', 'server', 'main.js')
const READY = /^Qidi ready at (\S+)/
const ROLES = ['admin', 'clerk', 'chief', 'inspector', 'planner', 'leader', 'auditor', 'coop', 'viewer']

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
  if (running) {
    say('示例已在运行。', 'The demo is already running.')
    console.log(`Qidi ready at ${running.url}`)
    return 0
  }
  let seeding = Promise.resolve(0)
  let server
  const follow = (child) => {
    server = child
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = READY.exec(line)?.[1]
      if (!url) return process.stdout.write(`${line}\n`)
      seeding = seed(url, dataDir, startedAt).catch((error) => failed(error, child))
    })
  }
  const code = await runNode(SERVER, [], {
    env: environment('demo'),
    stdio: ['inherit', 'pipe', 'inherit'],
    onChild: follow,
  })
  const seedingCode = await (server.exitCode === 0 || server.signalCode ? seeding : 0)
  return code || seedingCode
}

async function seed(url, dataDir, startedAt) {
  const { seedDemo } = await import(pathToFileURL(inRoot('dist/scripts/cli/demo-seed.js')).href)
  const password = process.env.DEMO_PASSWORD || 'qidi-demo'
  const lines = await seedDemo({ url, dataDir, password, sampleFolder: inRoot('data', 'sample'), say })
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.log(
    [`Qidi ready at ${url}`, `起底 ${version}，用时 ${seconds} 秒  (${seconds} s)`, ...lines].join('\n'),
  )
  console.log(`示例账号 Demo accounts: ${ROLES.join(' ')}`)
  console.log(`密码 Password: ${process.env.DEMO_PASSWORD ? 'DEMO_PASSWORD' : password}`)
  console.log('按 Ctrl+C 停止  Ctrl+C stops it')
  return 0
}

function failed(error, child) {
  say(`示例数据导入失败：${error.message}`, 'Importing the sample data failed.')
  child.kill('SIGTERM')
  return 1
}
