import type { Knex } from 'knex'
import { openEmbedded } from './embedded.ts'
import type { BilingualMessage } from './errors.ts'
import type { Listening } from './listener.ts'
import { openNative } from './native.ts'
import type { ServerVersion } from './requirements.ts'

export interface OpenOptions {
  /** A PostgreSQL with PostGIS; without it the embedded database under `dataDir` is opened. */
  databaseUrl?: string
  /** A direct connection for LISTEN where `databaseUrl` leads to PgBouncer in transaction mode. */
  listenUrl?: string
  dataDir: string
  cacheDir: string
  onProgress?: (message: BilingualMessage) => void
  /** Native only: the embedded database has one connection. */
  poolMax?: number
  /** Embedded only: the longest a statement may run; `withStatementBudget` allows more. */
  watchdogMs?: number
  /** Native only: how long to wait for a server that is still coming up. */
  reachableWithinMs?: number
}

export interface Database {
  knex: Knex
  mode: 'embedded' | 'native'
  version: ServerVersion
  listen(channel: string, onPayload: (payload: string) => void): Promise<Listening>
  /** Embedded PostgreSQL has no autovacuum: after every import, and nightly. */
  vacuumAnalyze(tables?: string[]): Promise<void>
  analyze(tables: string[]): Promise<void>
  /** Statements run meanwhile may take up to `ms` each; native PostgreSQL has no watchdog to relax. */
  withStatementBudget<T>(ms: number, run: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** The database of this installation, native or embedded: the same knex, the same SQL, the same errors. */
export const openDatabase = (options: OpenOptions): Promise<Database> =>
  options.databaseUrl ? openNative(options.databaseUrl, options) : openEmbedded(options)
