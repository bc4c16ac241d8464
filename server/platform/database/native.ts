import knexFactory, { type Knex } from 'knex'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { DatabaseError, reasonOf } from './errors.ts'
import { Listener } from './listener.ts'
import type { Database, OpenOptions } from './open.ts'
import { pgTypes } from './pg-types.ts'
import { meetRequirements } from './requirements.ts'
import { analyze, vacuumAnalyze } from './vacuum.ts'

const DEFAULT_POOL_MAX = 10
const REACHABLE_WITHIN_MS = 60_000
const RETRY_EVERY_MS = 1000
/** The server is not there yet, or is there and still starting (57P03) or stopping (57P01). */
const WORTH_WAITING_FOR = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT'],
  ...['57P03', '57P01', '53300'],
])

/** The connection string with everything secret taken out, for messages and logs. */
export function redactConnectionString(databaseUrl: string): string {
  const secretParameters = /([?&](?:password|sslpassword|sslkey|passfile)=)[^&#]*/gi
  return databaseUrl.replace(/(\/\/[^:@/]*):.*@/, '$1:***@').replace(secretParameters, '$1***')
}

export async function openNative(databaseUrl: string, options: OpenOptions): Promise<Database> {
  const client = (url: string): pg.ClientConfig => ({
    connectionString: url,
    types: pgTypes,
    application_name: 'qidi',
  })
  await waitUntilReachable(client(databaseUrl), databaseUrl, options)
  const knex = knexFactory({
    client: 'pg',
    connection: () => ({ ...client(databaseUrl) }) as Knex.PgConnectionConfig,
    pool: { min: 0, max: options.poolMax ?? DEFAULT_POOL_MAX },
  })
  const listener = new Listener(() => ({ ...client(options.listenUrl ?? databaseUrl), keepAlive: true }))
  try {
    const version = await meetRequirements(knex)
    return {
      knex,
      mode: 'native',
      version,
      listen: (channel, onPayload) => listener.listen(channel, onPayload),
      vacuumAnalyze: (tables) => vacuumAnalyze(knex, tables),
      analyze: (tables) => analyze(knex, tables),
      withStatementBudget: (_ms, run) => run(),
      close: async () => {
        await listener.close()
        await knex.destroy()
      },
    }
  } catch (error) {
    await knex.destroy()
    throw error
  }
}

/** In a container group the database is often the last to come up. */
async function waitUntilReachable(
  config: pg.ClientConfig,
  databaseUrl: string,
  options: OpenOptions,
): Promise<void> {
  const giveUpAt = Date.now() + (options.reachableWithinMs ?? REACHABLE_WITHIN_MS)
  const where = redactConnectionString(databaseUrl)
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client({ ...config, connectionTimeoutMillis: 5000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return
    } catch (error) {
      const code = codeOf(error)
      if (!WORTH_WAITING_FOR.has(code) || Date.now() + RETRY_EVERY_MS > giveUpAt)
        throw unreachable(where, error)
      options.onProgress?.({
        zh: `正在等待数据库 ${where}（第 ${attempt} 次，${code}）…`,
        en: `Waiting for the database ${where} (attempt ${attempt}, ${code})…`,
      })
    } finally {
      await client.end().catch(() => undefined)
    }
    await sleep(RETRY_EVERY_MS)
  }
}

/** Where several addresses were tried, Node wraps their errors into one. */
function codeOf(error: unknown): string {
  const { code, errors, message } = error as { code?: string; errors?: unknown[]; message?: string }
  if (code) return code
  if (errors?.length) return codeOf(errors[0])
  if (message?.includes('terminated unexpectedly')) return 'ECONNRESET' // a proxy whose server is not up yet
  return message?.includes('timeout') ? 'ETIMEDOUT' : ''
}

function unreachable(where: string, error: unknown): DatabaseError {
  const reason = redactConnectionString(reasonOf(error)) || codeOf(error)
  return new DatabaseError(
    'unreachable',
    { zh: `无法连接数据库 ${where}：${reason}`, en: `The database ${where} cannot be reached: ${reason}` },
    { cause: error },
  )
}
