/** Asks one server for paths, a few at a time, from a process of its own; as fast as it answers. */
import { fork } from 'node:child_process'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'

export interface LoadOrder {
  port: number
  paths: string[]
  clients: number
  /** Stops after so long, else after one pass. */
  forMs?: number
}

export interface LoadResult {
  requests: number
  seconds: number
  bytes: number
  failures: number
  latenciesMs: number[]
}

function ask(agent: Agent, port: number, path: string): Promise<{ bytes: number; status: number }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent, headers: { 'accept-encoding': 'gzip' } }
    get(options, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length))
      response.on('end', () => resolve({ bytes, status: response.statusCode ?? 0 }))
    }).on('error', reject)
  })
}

async function load({ port, paths, clients, forMs }: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const result: LoadResult = { requests: 0, seconds: 0, bytes: 0, failures: 0, latenciesMs: [] }
  const startedAt = performance.now()
  let next = 0
  const client = async (): Promise<void> => {
    for (;;) {
      const isOver = forMs === undefined ? next >= paths.length : performance.now() - startedAt > forMs
      if (isOver) return
      const path = paths[next++ % paths.length]!
      const askedAt = performance.now()
      const { bytes, status } = await ask(agent, port, path)
      result.latenciesMs.push(performance.now() - askedAt)
      result.requests += 1
      result.bytes += bytes
      if (status !== 200 && status !== 204) result.failures += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  result.seconds = (performance.now() - startedAt) / 1000
  agent.destroy()
  return result
}

export function runLoad(order: LoadOrder): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' })
    child.once('message', (result) => resolve(result as LoadResult))
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`the load ended with ${code}`))
    })
    child.send(order)
  })
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once('message', (order) => {
    void load(order as LoadOrder).then((result) => process.send!(result, () => process.disconnect()))
  })
}
