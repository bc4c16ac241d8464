import { once } from 'node:events'
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import { DatabaseError, reasonOf } from '../errors.ts'
import { BridgeSocket, type SocketOwner } from './bridge-socket.ts'
import { RUNNING, UNIT_COUNT, type FromWorker, type ToWorker } from './messages.ts'
import { firstWord, startWorker } from './start-worker.ts'

export interface HostOptions {
  clusterDir: string
  postgisBundleUrl: string
  /** The longest a statement may run before the worker is replaced. */
  watchdogMs: number
  onRestart?: (reason: string) => void
}

interface Death {
  code: string
  message: string
}

const WATCH_EVERY_MS = 50
const CLOSE_WITHIN_MS = 15_000
const CRASHES_ALLOWED = 3
const CRASH_WINDOW_MS = 60_000
const UPKEEP_BUDGET_MS = 10 * 60_000

/**
 * Owns the worker thread with the embedded server. PGlite ignores statement_timeout and a running statement cannot
 * be interrupted, so the only cure for one that runs too long is to end the thread: the write-ahead log brings back
 * everything acknowledged, the statement gets the error a cancelled one gets, and open connections stay open.
 */
export class EmbeddedHost implements SocketOwner {
  readonly #options: HostOptions
  readonly #sockets = new Map<number, BridgeSocket>()
  readonly #budgets = new Map<symbol, number>()
  readonly #progress = new Int32Array(new SharedArrayBuffer(8))
  #worker: Worker | null = null
  #starting: Promise<void> | null = null
  #replacing: Promise<void> | null = null
  #closing = false
  #nextId = 1
  #watch: NodeJS.Timeout | null = null
  #watched = { unit: -1, since: 0 }
  #crashes: number[] = []

  private constructor(options: HostOptions) {
    this.#options = options
  }

  static async open(options: HostOptions): Promise<EmbeddedHost> {
    const host = new EmbeddedHost(options)
    await host.#start()
    return host
  }

  /** For `pg`'s `stream` option: one socket a connection. */
  createSocket(): BridgeSocket {
    return new BridgeSocket(this.#nextId++, this)
  }

  /** Lets statements run for `ms` until the returned function is called. */
  relax(ms: number): () => void {
    const key = Symbol('budget')
    this.#budgets.set(key, ms)
    return () => void this.#budgets.delete(key)
  }

  async attach(socket: BridgeSocket): Promise<void> {
    if (this.#closing) throw new Error('the database is closed')
    await this.#replacing
    if (!this.#worker) await this.#start()
    this.#sockets.set(socket.id, socket)
    this.#connect(socket)
  }

  detach(socket: BridgeSocket): void {
    this.#sockets.delete(socket.id)
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#replacing
    await this.#starting?.catch(() => undefined)
    for (const socket of this.#sockets.values()) socket.destroy()
    if (this.#watch) clearInterval(this.#watch)
    const worker = this.#worker
    if (!worker) return
    this.#worker = null
    const deadline = AbortSignal.timeout(CLOSE_WITHIN_MS)
    const closed = once(worker, 'message', { signal: deadline }).catch(() => undefined)
    worker.postMessage({ kind: 'close' } satisfies ToWorker)
    await closed
    await worker.terminate()
  }

  #start(): Promise<void> {
    this.#starting ??= this.#startOnce().finally(() => (this.#starting = null))
    return this.#starting
  }

  async #startOnce(): Promise<void> {
    const { clusterDir, postgisBundleUrl } = this.#options
    this.#progress.fill(0)
    const progress = this.#progress.buffer as SharedArrayBuffer
    const worker = startWorker({ kind: 'serve', clusterDir, postgisBundleUrl, progress, durable: true })
    try {
      await firstWord(worker, 'ready')
    } catch (error) {
      await worker.terminate()
      throw new DatabaseError(
        'embedded_failed',
        {
          zh: `内置数据库无法启动：${reasonOf(error)}`,
          en: `The embedded database did not start: ${reasonOf(error)}`,
        },
        { cause: error },
      )
    }
    this.#worker = worker
    const crashed = (reason: string): void => void this.#onCrash(worker, reason)
    worker.on('message', (message: FromWorker) => message.kind === 'fatal' && crashed(message.message))
    worker.on('error', (error) => crashed(reasonOf(error)))
    worker.on('exit', (code) => crashed(`the database thread stopped with code ${code}`))
    this.#watch ??= setInterval(() => this.#lookAtWorker(), WATCH_EVERY_MS).unref()
  }

  #connect(socket: BridgeSocket): void {
    const { port1, port2 } = new MessageChannel()
    const inFailedTransaction = socket.status !== 'I'
    const attach: ToWorker = { kind: 'attach', id: socket.id, port: port2, inFailedTransaction }
    this.#worker?.postMessage(attach, [port2])
    socket.usePort(port1)
  }

  #lookAtWorker(): void {
    const running = Atomics.load(this.#progress, RUNNING)
    const unit = Atomics.load(this.#progress, UNIT_COUNT)
    const now = performance.now()
    if (running === 0 || unit !== this.#watched.unit) {
      this.#watched = { unit, since: now }
      return
    }
    const budget = running > 0 ? this.#budgetMs() : UPKEEP_BUDGET_MS
    if (now - this.#watched.since < budget) return
    const message = `canceling statement due to statement timeout (it ran longer than ${budget} ms)`
    void this.#replaceWorker({ code: '57014', message })
  }

  #budgetMs(): number {
    return Math.max(this.#options.watchdogMs, ...this.#budgets.values())
  }

  async #onCrash(worker: Worker, reason: string): Promise<void> {
    if (worker !== this.#worker || this.#closing) return
    const now = Date.now()
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now]
    const death = { code: 'XX000', message: `the embedded database stopped: ${reason}` }
    if (this.#crashes.length <= CRASHES_ALLOWED) return this.#replaceWorker(death)
    this.#worker = null
    await worker.terminate()
    this.#destroySockets(new Error(death.message))
  }

  async #replaceWorker(death: Death): Promise<void> {
    const worker = this.#worker
    if (!worker || this.#closing) return
    this.#worker = null
    this.#replacing = this.#replace(worker, death).finally(() => (this.#replacing = null))
    await this.#replacing
  }

  async #replace(worker: Worker, death: Death): Promise<void> {
    const victim = Atomics.load(this.#progress, RUNNING)
    const drained = [...this.#sockets.values()].map((socket) => drain(socket))
    await worker.terminate()
    await Promise.all(drained)
    for (const socket of [...this.#sockets.values()]) {
      socket.dropPort()
      // At rest outside a transaction a connection holds nothing but its LISTENs, which died with the session: it is
      // closed, and whoever listens notices at once and comes again.
      if (socket.isAtRest) socket.destroy()
    }
    this.#options.onRestart?.(death.message)
    try {
      await this.#start()
    } catch (error) {
      this.#destroySockets(error instanceof Error ? error : new Error(String(error)))
      return
    }
    for (const socket of [...this.#sockets.values()]) this.#resume(socket, victim, death)
  }

  /** Puts a connection on the new worker, with an error for the statement that died and nothing lost besides. */
  #resume(socket: BridgeSocket, victim: number, death: Death): void {
    const waiting = socket.unanswered.length > 0
    const wasRunning = waiting && (socket.id === victim || socket.status !== 'I')
    if (!waiting) socket.status = 'E'
    if (wasRunning) socket.failUnit(death.code, death.message)
    this.#connect(socket)
    socket.resend()
  }

  #destroySockets(error: Error): void {
    for (const socket of [...this.#sockets.values()]) socket.destroy(error)
  }
}

/** Everything the old worker still said arrives before its end of the port closes. */
async function drain(socket: BridgeSocket): Promise<void> {
  const port: MessagePort | null = socket.currentPort
  if (!port) return
  await once(port, 'close', { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
}
