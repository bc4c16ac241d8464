import type { MessagePort } from 'node:worker_threads'
import type { SessionStatus } from './backend-frames.ts'
import type { FrontendUnitKind } from './frontend-units.ts'

/** What the main thread tells the worker when it starts it. */
export interface WorkerTask {
  kind: 'serve' | 'build'
  clusterDir: string
  postgisBundleUrl: string
  /** One Int32 pair: the connection whose unit is running (0 none, -1 upkeep), and a counter of units. */
  progress: SharedArrayBuffer
  /** False only while a template is built: it is flushed as a whole when it is copied. */
  durable: boolean
}

export type ToWorker =
  { kind: 'attach'; id: number; port: MessagePort; inFailedTransaction: boolean } | { kind: 'close' }

/** What building a template goes through, in this order. */
export const BUILD_STEPS = ['cluster', 'extensions', 'reference_systems', 'compact'] as const
export type BuildStep = (typeof BUILD_STEPS)[number]

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'step'; step: BuildStep }
  | { kind: 'built' }
  | { kind: 'closed' }
  | { kind: 'fatal'; message: string }

export interface UnitToRun {
  kind: FrontendUnitKind
  bytes: Uint8Array
}

/** `status` comes with the last part of an answer; 'open' means the cycle waits for its Sync. */
export interface AnswerPart {
  bytes?: Uint8Array<ArrayBuffer>
  status?: SessionStatus | 'open'
}

export const RUNNING = 0
export const UNIT_COUNT = 1
export const UPKEEP = -1
