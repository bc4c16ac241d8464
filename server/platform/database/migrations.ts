import type { Knex } from 'knex'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { DatabaseError } from './errors.ts'

export interface MigrationOptions {
  /** Where the migrations are: `migrations/` at the repository root, or beside the compiled code. */
  directory?: string
}

const DEFAULT_DIRECTORY = fileURLToPath(new URL('../../../migrations', import.meta.url))
/** Run from source the migrations are .ts, compiled they are .js; their recorded names have neither. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const FILE_NAME = /^\d{4}_[a-z0-9_]+(?=\.(ts|js)$)/
const LOCK_TABLE = 'knex_migrations_lock'
/** Two processes that start together on an empty database both create knex's own tables: one of them tries again. */
const COLLISIONS = new Set(['42P07', '23505', '42710'])
const ATTEMPTS = 5

interface MigrationModule extends Knex.Migration {
  config?: { transaction?: boolean }
}

class FolderOfMigrations implements Knex.MigrationSource<string> {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  async getMigrations(): Promise<string[]> {
    const files = (await readdir(this.#directory)).filter((file) => file.endsWith(EXTENSION))
    const names = files.flatMap((file) => FILE_NAME.exec(file)?.[0] ?? [])
    return names.sort()
  }

  getMigrationName(name: string): string {
    return name
  }

  async getMigration(name: string): Promise<Knex.Migration> {
    const url = pathToFileURL(join(this.#directory, name + EXTENSION)).href
    const migration = (await import(/* @vite-ignore */ url)) as MigrationModule
    if (migration.config?.transaction === false) throw notTransactional(name)
    return migration
  }
}

const configFor = ({ directory = DEFAULT_DIRECTORY }: MigrationOptions): Knex.MigratorConfig => ({
  migrationSource: new FolderOfMigrations(directory),
})

/** Brings the database up to date and answers with the names of what was run. */
export async function migrate(knex: Knex, options: MigrationOptions = {}): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await clearStaleLock(knex)
      const [, names] = (await knex.migrate.latest(configFor(options))) as [number, string[]]
      return names
    } catch (error) {
      if (attempt === ATTEMPTS || !COLLISIONS.has((error as { code?: string }).code ?? '')) throw error
      await sleep(attempt * 100)
    }
  }
}

/** Undoes every migration, the last one first, in one transaction: a kill half-way leaves everything as it was. */
export async function rollbackAll(knex: Knex, options: MigrationOptions = {}): Promise<string[]> {
  await clearStaleLock(knex)
  return knex.transaction(async (trx) => {
    const [, names] = (await trx.migrate.rollback(configFor(options), true)) as [number, string[]]
    return names
  })
}

/** Every migration this version knows, in order. */
export const migrationNames = ({ directory = DEFAULT_DIRECTORY }: MigrationOptions = {}): Promise<string[]> =>
  new FolderOfMigrations(directory).getMigrations()

/** Brings an empty database to the structure an older backup had: these migrations and no later one. */
export async function migrateTo(knex: Knex, names: string[], options: MigrationOptions = {}): Promise<void> {
  for (const name of names) await knex.migrate.up({ ...configFor(options), name })
}

export async function pendingCount(knex: Knex, options: MigrationOptions = {}): Promise<number> {
  const [, pending] = (await knex.migrate.list(configFor(options))) as [unknown[], unknown[]]
  return pending.length
}

/**
 * A running migration holds its lock inside its own transaction, where nobody else can see it; a lock that can be
 * seen was left by a process that was killed under other rules. Taking it away never disturbs a running one.
 */
async function clearStaleLock(knex: Knex): Promise<void> {
  if (!(await knex.schema.hasTable(LOCK_TABLE))) return
  await knex(LOCK_TABLE).where({ is_locked: 1 }).update({ is_locked: 0 })
}

function notTransactional(name: string): DatabaseError {
  return new DatabaseError('migration_not_transactional', {
    zh: `迁移 ${name} 关闭了事务：迁移必须能整体回滚。`,
    en: `Migration ${name} switches its transaction off: a migration has to be all or nothing.`,
  })
}
