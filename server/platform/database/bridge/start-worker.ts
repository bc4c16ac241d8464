import { Worker } from 'node:worker_threads'
import type { FromWorker, WorkerTask } from './messages.ts'

/**
 * Compiled code starts worker.js as it is. Run from source (development, tests), a worker thread does not inherit the
 * loader that understands TypeScript, so a two-line module registers it there first.
 */
function workerEntry(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./worker.js', import.meta.url)
  const loader = import.meta.resolve('tsx/esm/api')
  const entry = new URL('./worker.ts', import.meta.url).href
  const boot = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(entry)})`
  return new URL(`data:text/javascript,${encodeURIComponent(boot)}`)
}

export const startWorker = (task: WorkerTask): Worker =>
  new Worker(workerEntry(), { workerData: task, execArgv: [], name: 'embedded-database' })

/** Resolves with the worker's first word when that is `expected`, rejects when it fails or stops before. */
export function firstWord(worker: Worker, expected: FromWorker['kind']): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      if (error) reject(error)
      else resolve()
    }
    const onMessage = (message: FromWorker): void => {
      if (message.kind === expected) settle()
      else if (message.kind === 'fatal') settle(new Error(message.message))
    }
    const onError = (error: unknown): void =>
      settle(error instanceof Error ? error : new Error(String(error)))
    const onExit = (code: number): void => settle(new Error(`the database thread stopped with code ${code}`))
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
