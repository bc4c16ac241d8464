// Starts `npm run demo` as a newcomer would, signs in, reads a sum and a tile, stops it, and starts it once more.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FIRST_START_MS = 180_000
const LATER_START_MS = 20_000
const STOP_MS = 20_000
const PASSWORD = 'smoke-run-password'

const dataDir = mkdtempSync(join(tmpdir(), 'qidi smoke-'))
const port = await freePort()
const demo = { dataDir, port }
try {
  const first = await started(demo, FIRST_START_MS)
  const sum = await look(first.url)
  await stopped(first)
  const later = await started(demo, LATER_START_MS)
  const sumLater = await look(later.url)
  await stopped(later)
  assert(
    sum.total.count === sumLater.total.count,
    `a later start has ${sumLater.total.count} parcels, the first ${sum.total.count}`,
  )
  console.log(`first start ${first.ms} ms, later start ${later.ms} ms, ${sum.total.count} parcels`)
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

function assert(isTrue, message) {
  if (!isTrue) throw new Error(message)
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const chosen = server.address().port
      server.close(() => resolve(chosen))
    })
  })
}

function started({ dataDir: folder, port: number }, withinMs) {
  const startedAt = Date.now()
  const env = {
    ...process.env,
    DATA_DIR: folder,
    PORT: String(number),
    HOST: '127.0.0.1',
    DEMO_PASSWORD: PASSWORD,
  }
  const child = spawn(process.execPath, ['scripts/run.mjs', 'demo'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => give(`not ready within ${withinMs} ms`), withinMs)
    const give = (reason) => {
      clearTimeout(timer)
      child.kill('SIGTERM')
      reject(new Error(`npm run demo: ${reason}`))
    }
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text)
      output += text
      const url = /^Qidi ready at (\S+)$/m.exec(output)?.[1]
      if (!url) return
      clearTimeout(timer)
      resolve({
        url,
        ended,
        pid: child.pid,
        kill: (signal) => child.kill(signal),
        ms: Date.now() - startedAt,
      })
    })
    void ended.then((code) => give(`ended with ${code}`))
  })
}

async function stopped(server) {
  server.kill('SIGTERM')
  const timeout = new Promise((resolve) => setTimeout(() => resolve('timeout'), STOP_MS).unref())
  const code = await Promise.race([server.ended, timeout])
  if (code === 'timeout') server.kill('SIGKILL')
  assert(code === 0 || code === 143, `the demo did not stop in order: ${code}`)
}

async function look(url) {
  const session = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'clerk', password: PASSWORD }),
  })
  assert(session.status === 201, `signing in: ${session.status}`)
  const cookie = session.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const read = (path) => fetch(url + path, { headers: { cookie } })
  const summary = await read('/api/summary')
  assert(summary.status === 200, `/api/summary: ${summary.status}`)
  const sum = await summary.json()
  assert(sum.total.count > 100, `/api/summary counts ${sum.total.count} parcels`)
  await lookAtTile(read)
  const page = await read('/')
  assert(page.status === 200 && /<div id="app"/.test(await page.text()), `/: ${page.status}`)
  return sum
}

/** The four tiles of zoom 8 over the county: at least one carries marks. */
async function lookAtTile(read) {
  const tiles = ['203/97', '203/98', '204/97', '204/98'].map((place) => read(`/tiles/parcels/8/${place}.mvt`))
  const sizes = []
  for (const tile of await Promise.all(tiles)) {
    assert([200, 204].includes(tile.status), `a tile: ${tile.status}`)
    sizes.push((await tile.arrayBuffer()).byteLength)
  }
  assert(Math.max(...sizes) > 0, 'every tile over the county is empty')
}
