/**
 * Work that takes time: a table of jobs claimed with SKIP LOCKED under a lease, with progress, cancel and retry.
 * A job whose server died is claimed again when its lease runs out (at once in embedded mode, where the directory
 * lock proves that no other server lives). Handlers must therefore be restartable from the beginning.
 */
import { EventEmitter } from 'node:events'
import { hostname } from 'node:os'
import type { Knex } from 'knex'
import { uuidV7 } from '../kernel/public-id.ts'

export interface JobProgress {
  phase: string
  done: number
  total: number | null
  params?: Record<string, string | number>
}

export interface JobContext<Payload> {
  id: string
  payload: Payload
  attempt: number
  /** Pushed to listeners at once, to the table at most once a second. */
  progress(progress: JobProgress): void
  /**
   * Throws JobStoppedError once the server stops, and in a background job once other work has come; for jobs that can
   * begin again at no loss.
   */
  checkStopping(): void
  /** Rejects with JobCancelledError once somebody asked for it. */
  checkCancelled(): Promise<void>
}

export interface JobView {
  id: string
  kind: string
  status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  progress: JobProgress | null
  result: unknown
  error: string | null
}

export interface NewJob {
  kind: string
  payload: Record<string, unknown>
  createdBy: string
  maxAttempts?: number
  /** Nobody waits for it: every other job goes first, also one that comes while it runs. */
  isBackground?: boolean
}

export class JobCancelledError extends Error {}
/** Thrown at a step of a job that can begin again, because the server stops or other work goes first: it waits. */
export class JobStoppedError extends Error {}

export interface JobLog {
  info(details: object, message: string): void
  error(details: object, message: string): void
}

export interface Jobs {
  register<Payload>(kind: string, handler: (context: JobContext<Payload>) => Promise<unknown>): void
  /** Inserts within the caller's transaction; call `wake` after it has committed. */
  enqueue(db: Knex, job: NewJob): Promise<string>
  wake(): void
  find(id: string): Promise<JobView | null>
  cancel(id: string): Promise<void>
  /** Progress and status of this process's jobs; poll `find` as well, the job may run elsewhere. */
  subscribe(id: string, listener: (view: Pick<JobView, 'status' | 'progress'>) => void): () => void
  countByStatus(): Promise<Record<string, number>>
  start(): void
  /** Lets the job under way finish its current step; a job cut short is taken up again at the next start. */
  stop(): Promise<void>
}

/** Tells this process from an earlier one of the same number, as a restarted container has it. */
const PROCESS_MARK = uuidV7().slice(-12)
const LEASE_MS = 60_000
const HEARTBEAT_MS = 15_000
const POLL_MS = 1_000
const PROGRESS_SAVE_MS = 1_000
const RETRY_DELAY_MS = 2_000

interface JobRecord {
  id: string
  kind: string
  payload: Record<string, unknown>
  status: JobView['status']
  attempts: number
  max_attempts: number
  progress: JobProgress | null
  result: unknown
  error: string | null
  is_cancel_requested: boolean
  is_background: boolean
}

/** Whether a worker was a process of this machine that no longer lives. */
function isDeadNeighbour(worker: string): boolean {
  const [host, pid, mark] = worker.split('|')
  if (host !== hostname() || mark === PROCESS_MARK) return false
  if (Number(pid) === process.pid) return true
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

export function openJobs(deps: {
  db: Knex
  now: () => Date
  log: JobLog
  /** One process owns the database: a running job at start-up belongs to a dead server. */
  isExclusive: boolean
}): Jobs {
  const { db, now, log } = deps
  const handlers = new Map<string, (context: JobContext<never>) => Promise<unknown>>()
  const worker = `${hostname()}|${process.pid}|${PROCESS_MARK}|${uuidV7().slice(-6)}`
  const events = new EventEmitter().setMaxListeners(0)
  const live = new Map<string, JobProgress>()
  let stopping = false
  let running: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  /** Since the last look for work: somebody says that there is more. */
  let wakeRequested = false

  async function claim(): Promise<JobRecord | null> {
    const result = await db.raw<{ rows: JobRecord[] }>(
      `UPDATE jobs SET status = 'running', worker = ?, lease_until = ?, attempts = attempts + 1, started_at = ?
       WHERE id = (
         SELECT id FROM jobs
         WHERE kind = ANY(?) AND ((status = 'queued' AND run_after <= ?) OR (status = 'running' AND lease_until < ?))
         ORDER BY is_background, run_after, id LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [worker, new Date(now().getTime() + LEASE_MS), now(), [...handlers.keys()], now(), now()],
    )
    return result.rows[0] ?? null
  }

  async function finish(job: JobRecord, change: Partial<JobRecord> & { run_after?: Date }): Promise<void> {
    const isOver = change.status !== 'queued'
    await db('jobs')
      .where({ id: job.id, worker })
      .update({
        ...change,
        ...(change.result === undefined ? {} : { result: JSON.stringify(change.result) }),
        lease_until: null,
        finished_at: isOver ? now() : null,
      })
    live.delete(job.id)
    events.emit(job.id, { status: change.status, progress: null })
  }

  async function failed(job: JobRecord, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof JobCancelledError) return finish(job, { status: 'cancelled', error: null })
    if (error instanceof JobStoppedError)
      return finish(job, { status: 'queued', attempts: job.attempts - 1, run_after: now() })
    log.error({ job: job.id, kind: job.kind, attempt: job.attempts, err: error }, 'job failed')
    if (job.attempts < job.max_attempts) {
      return finish(job, {
        status: 'queued',
        error: message,
        run_after: new Date(now().getTime() + RETRY_DELAY_MS),
      })
    }
    return finish(job, { status: 'failed', error: message })
  }

  function contextOf(job: JobRecord): JobContext<never> {
    let savedAt = 0
    return {
      id: job.id,
      payload: job.payload as never,
      attempt: job.attempts,
      progress(progress) {
        live.set(job.id, progress)
        events.emit(job.id, { status: 'running', progress })
        // With one connection the table is left alone: this process answers from memory.
        if (deps.isExclusive || Date.now() - savedAt < PROGRESS_SAVE_MS) return
        savedAt = Date.now()
        db('jobs')
          .where({ id: job.id })
          .update({ progress: JSON.stringify(progress) })
          .catch((error: unknown) => log.error({ job: job.id, err: error }, 'progress not saved'))
      },
      checkStopping() {
        if (stopping || (wakeRequested && job.is_background)) throw new JobStoppedError()
      },
      async checkCancelled() {
        const row = await db<JobRecord>('jobs').where({ id: job.id }).first('is_cancel_requested')
        if (row?.is_cancel_requested) throw new JobCancelledError()
      },
    }
  }

  async function run(job: JobRecord): Promise<void> {
    const handler = handlers.get(job.kind)!
    const heartbeat = deps.isExclusive
      ? null
      : setInterval(() => {
          db('jobs')
            .where({ id: job.id, worker })
            .update({ lease_until: new Date(now().getTime() + LEASE_MS) })
            .catch((error: unknown) => log.error({ job: job.id, err: error }, 'lease not renewed'))
        }, HEARTBEAT_MS)
    try {
      if (job.attempts > job.max_attempts)
        throw new Error(job.error ?? 'the server stopped during every attempt')
      const result = await handler(contextOf(job))
      await finish(job, { status: 'done', result: result ?? null, error: null })
    } catch (error) {
      await failed(job, error)
    } finally {
      if (heartbeat) clearInterval(heartbeat)
    }
  }

  async function drain(): Promise<void> {
    while (!stopping) {
      wakeRequested = false
      const job = handlers.size > 0 ? await claim() : null
      if (job) await run(job)
      else if (!wakeRequested) return
    }
  }

  function schedule(delayMs: number): void {
    if (stopping || running) return
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => {
      running = drain()
        .catch((error: unknown) => log.error({ err: error }, 'jobs could not be claimed'))
        .finally(() => {
          running = null
          schedule(POLL_MS)
        })
    }, delayMs)
  }

  /** Jobs of servers that are surely dead are taken up at once, the others when their lease runs out. */
  async function requeueOrphans(): Promise<void> {
    const running = await db('jobs')
      .where({ status: 'running' })
      .select<{ id: string; worker: string }[]>('id', 'worker')
    const orphans = running
      .filter((job) => deps.isExclusive || isDeadNeighbour(job.worker))
      .map((job) => job.id)
    if (orphans.length === 0) return
    await db('jobs')
      .whereIn('id', orphans)
      .andWhere({ status: 'running' })
      .update({ status: 'queued', lease_until: null })
  }

  return {
    register(kind, handler) {
      handlers.set(kind, handler as (context: JobContext<never>) => Promise<unknown>)
    },
    async enqueue(target, job) {
      const id = uuidV7()
      await target('jobs').insert({
        id,
        kind: job.kind,
        payload: JSON.stringify(job.payload),
        status: 'queued',
        max_attempts: job.maxAttempts ?? 3,
        is_background: job.isBackground ?? false,
        run_after: now(),
        created_by: job.createdBy,
        created_at: now(),
      })
      return id
    },
    wake() {
      wakeRequested = true
      schedule(0)
    },
    async find(id) {
      const row = await db<JobRecord>('jobs').where({ id }).first()
      if (!row) return null
      return {
        id: row.id,
        kind: row.kind,
        status: row.status,
        progress: live.get(id) ?? row.progress,
        result: row.result,
        error: row.error,
      }
    },
    async cancel(id) {
      await db('jobs').where({ id }).update({ is_cancel_requested: true })
      await db('jobs').where({ id, status: 'queued' }).update({ status: 'cancelled', finished_at: now() })
    },
    subscribe(id, listener) {
      events.on(id, listener)
      const progress = live.get(id)
      if (progress) listener({ status: 'running', progress })
      return () => events.off(id, listener)
    },
    async countByStatus() {
      const rows = await db('jobs').select('status').count('* as count').groupBy('status')
      return Object.fromEntries(rows.map((row) => [String(row['status']), Number(row['count'])]))
    },
    start() {
      stopping = false
      requeueOrphans()
        .catch((error: unknown) => log.error({ err: error }, 'jobs of the last run could not be requeued'))
        .finally(() => schedule(0))
    },
    async stop() {
      stopping = true
      if (timer) clearTimeout(timer)
      await running
    },
  }
}
