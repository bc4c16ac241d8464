import type { FastifyInstance } from 'fastify'
import type { Knex } from 'knex'

const ANSWER_WITHIN_MS = 5_000

async function answers(knex: Knex): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS)
  })
  const asked = knex.raw('SELECT 1').then(
    () => true,
    () => false,
  )
  return Promise.race([asked, late]).finally(() => clearTimeout(timer))
}

/** `/health/live`: the process turns. `/health/ready`: the database answers and nobody has asked it to stop. */
export function useHealth(app: FastifyInstance, knex: Knex): void {
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
  })
  const config = { public: true }
  const logLevel = 'warn'
  app.get('/health/live', { config, logLevel, schema: { hide: true } }, () => ({ status: 'live' }))
  app.get('/health/ready', { config, logLevel, schema: { hide: true } }, async (_request, reply) => {
    const isReady = !isStopping && (await answers(knex))
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : isStopping ? 'stopping' : 'database_unavailable' })
  })
}
