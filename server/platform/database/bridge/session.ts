import type { PGlite } from '@electric-sql/pglite'
import type { MessagePort } from 'node:worker_threads'
import { BackendFrames, type SessionStatus } from './backend-frames.ts'
import { RUNNING, UNIT_COUNT, UPKEEP, type AnswerPart, type UnitToRun } from './messages.ts'

interface Attached {
  id: number
  port: MessagePort
}

interface Waiting extends UnitToRun {
  from: Attached
}

const SYNC = Uint8Array.of(0x53, 0, 0, 0, 4)
const CUT_SHORT = 'a geometry function failed inside the embedded database'
const MEBIBYTE = 1024 * 1024
const CHECKPOINT_WHEN_IDLE = 16 * MEBIBYTE
const CHECKPOINT_WHEN_BUSY = 128 * MEBIBYTE
const BUSY_CHECK_EVERY_MS = 10_000
const IDLE_AFTER_MS = 2_000

const COPY_IN_REFUSED = Buffer.from(
  "Q\0\0\0\0DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '0A000', " +
    "MESSAGE = 'COPY FROM STDIN is not available on the embedded database'; END$$\0",
)
COPY_IN_REFUSED.writeInt32BE(COPY_IN_REFUSED.length - 1, 1)

/** COPY FROM STDIN reads more input in the middle of a statement, where PGlite can only exit: refused beforehand. */
function withoutCopyIn(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2048)).toString('latin1')
  return /^[QP]....\0?\s*copy\b[^;]*\bfrom\s+stdin\b/is.test(text) ? COPY_IN_REFUSED : bytes
}

/**
 * The one session of the embedded server, shared by every attached connection: units run one at a time, and a
 * connection in a transaction (or between a Flush and its Sync) has the session to itself until it is through.
 */
export class SharedSession {
  readonly #db: PGlite
  readonly #progress: Int32Array
  readonly #onFatal: (message: string) => void
  readonly #attached = new Map<number, Attached>()
  readonly #frames: BackendFrames
  #queue: Waiting[] = []
  #owner: Attached | null = null
  #current: Attached | null = null
  #pumping = false
  #stopped = false
  #idleTimer: NodeJS.Timeout | null = null
  #checkedAt = Date.now()

  constructor(db: PGlite, progress: SharedArrayBuffer, onFatal: (message: string) => void) {
    this.#db = db
    this.#progress = new Int32Array(progress)
    this.#onFatal = onFatal
    this.#frames = new BackendFrames((bytes) => this.#send(this.#current, { bytes }))
  }

  /** `inFailedTransaction`: the server was replaced under an open transaction; the client must see it as failed. */
  async attach(id: number, port: MessagePort, inFailedTransaction: boolean): Promise<void> {
    const attached = { id, port }
    this.#attached.set(id, attached)
    if (inFailedTransaction) {
      this.#owner = attached
      await this.#runQuietly('BEGIN')
      await this.#runQuietly('SELECT 1/0')
    }
    port.on('message', (unit: UnitToRun) => this.#enqueue(attached, unit))
    port.on('close', () => this.#enqueue(attached, { kind: 'terminate', bytes: new Uint8Array() }))
  }

  stop(): void {
    this.#stopped = true
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
  }

  #enqueue(from: Attached, unit: UnitToRun): void {
    this.#queue.push({ from, ...unit })
    if (!this.#pumping) void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    for (let next = this.#next(); next && !this.#stopped; next = this.#next()) await this.#run(next)
    this.#pumping = false
    this.#scheduleIdleUpkeep()
  }

  #next(): Waiting | undefined {
    const at = this.#owner ? this.#queue.findIndex((unit) => unit.from === this.#owner) : 0
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0]
  }

  async #run(unit: Waiting): Promise<void> {
    if (unit.kind === 'terminate') return this.#detach(unit.from)
    if (!this.#attached.has(unit.from.id)) return
    this.#current = unit.from
    this.#frames.status = null
    this.#frames.isCutShort = false
    const failed = await this.#execute(unit.from.id, withoutCopyIn(unit.bytes))
    const failure = failed ?? (this.#frames.isCutShort ? CUT_SHORT : null)
    const status = this.#frames.status as SessionStatus | null
    if (failure || (unit.kind !== 'flush' && status === null)) {
      // What it still said as it went is left out: the main thread answers the client, who stays connected.
      this.#stopped = true
      this.#onFatal(failure ?? 'the embedded server gave no answer')
      return
    }
    this.#frames.flush()
    this.#broadcastNotifications()
    const open = unit.kind === 'flush'
    this.#owner = open || status !== 'I' ? unit.from : null
    this.#send(unit.from, { status: open ? 'open' : (status ?? 'I') })
    this.#atRest()
    if (!this.#owner && Date.now() - this.#checkedAt > BUSY_CHECK_EVERY_MS) {
      await this.#checkpointBeyond(CHECKPOINT_WHEN_BUSY)
    }
  }

  async #execute(runner: number, bytes: Uint8Array): Promise<string | null> {
    Atomics.add(this.#progress, UNIT_COUNT, 1)
    Atomics.store(this.#progress, RUNNING, runner)
    try {
      await this.#db.execProtocolRawStream(bytes, {
        syncToFs: false,
        onRawData: (part) => this.#frames.push(part),
      })
      return null
    } catch (error) {
      return error instanceof Error
        ? error.message
        : String((error as { message?: unknown })?.message ?? error)
    }
  }

  /** Only once the answer is on its way: whoever replaces this worker takes a unit that is not running for unstarted. */
  #atRest(): void {
    Atomics.store(this.#progress, RUNNING, 0)
  }

  /** A connection that goes away inside a transaction takes the transaction with it. */
  async #detach(gone: Attached): Promise<void> {
    if (!this.#attached.delete(gone.id)) return
    this.#queue = this.#queue.filter((unit) => unit.from !== gone)
    gone.port.close()
    if (this.#owner !== gone) return
    this.#owner = null
    await this.#execute(UPKEEP, SYNC) // ends a cycle that still waited for it
    this.#atRest()
    if (this.#db.isInTransaction()) await this.#runQuietly('ROLLBACK')
  }

  #broadcastNotifications(): void {
    for (const bytes of this.#frames.notifications) {
      for (const attached of this.#attached.values()) this.#send(attached, { bytes: bytes.slice() })
    }
    this.#frames.notifications = []
  }

  #send(to: Attached | null, part: AnswerPart): void {
    to?.port.postMessage(part, part.bytes ? [part.bytes.buffer] : [])
  }

  #scheduleIdleUpkeep(): void {
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    if (this.#stopped) return
    this.#idleTimer = setTimeout(() => {
      if (!this.#pumping && !this.#owner) void this.#idleUpkeep()
    }, IDLE_AFTER_MS)
  }

  async #idleUpkeep(): Promise<void> {
    this.#pumping = true
    await this.#checkpointBeyond(CHECKPOINT_WHEN_IDLE)
    this.#pumping = false
    if (this.#queue.length > 0) void this.#pump()
  }

  /** Single-user PostgreSQL has no checkpointer: without this the write-ahead log grows until the next start. */
  async #checkpointBeyond(limitBytes: number): Promise<void> {
    this.#checkedAt = Date.now()
    Atomics.add(this.#progress, UNIT_COUNT, 1)
    Atomics.store(this.#progress, RUNNING, UPKEEP)
    try {
      const sql =
        'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()'
      const { rows } = await this.#db.query<{ bytes: number }>(sql)
      if (rows[0].bytes > limitBytes) await this.#db.exec('CHECKPOINT')
    } catch (error) {
      this.#onFatal(error instanceof Error ? error.message : String(error))
    } finally {
      this.#atRest()
    }
  }

  async #runQuietly(sql: string): Promise<void> {
    Atomics.store(this.#progress, RUNNING, UPKEEP)
    await this.#db.exec(sql).catch(() => undefined)
    this.#atRest()
  }
}
