import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Knex } from 'knex'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

interface Pool {
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}

function gaugePool(registry: Registry, knex: Knex): void {
  const pool = (knex.client as { pool?: Pool }).pool
  new Gauge({
    name: 'qidi_database_connections',
    help: 'Pooled database connections by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'used' }, pool?.numUsed() ?? 0)
      this.set({ state: 'free' }, pool?.numFree() ?? 0)
      this.set({ state: 'waiting' }, pool?.numPendingAcquires() ?? 0)
    },
  })
}

/** Route patterns, never addresses: a label for each tile or parcel would fill the memory. */
function timeRequests(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'qidi_http_request_seconds',
    help: 'Time to answer by route, method and status',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)')
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    duration.observe(labels, reply.elapsedTime / 1000)
  })
}

export interface MetricsOptions {
  knex: Knex
  countJobs: () => Promise<Record<string, number>>
  authorize: (request: FastifyRequest) => void
}

const LOOPBACK = /^(::ffff:)?127\.|^::1$/

/** A scraper on this machine; behind a proxy everybody seems to be one. */
export const isDirectFromHere = (request: FastifyRequest): boolean =>
  LOOPBACK.test(request.socket.remoteAddress ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.forwarded === undefined

/**
 * `/metrics` for Prometheus: the process, the pool, requests by route, jobs by status. Open to this machine; from
 * elsewhere `authorize` decides.
 */
export function useMetrics(app: FastifyInstance, { knex, countJobs, authorize }: MetricsOptions): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  gaugePool(registry, knex)
  timeRequests(app, registry)
  new Gauge({
    name: 'qidi_jobs',
    help: 'Jobs by status',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const [status, count] of Object.entries(await countJobs())) this.set({ status }, count)
    },
  })
  const config = { publicWhen: isDirectFromHere }
  app.get('/metrics', { config, logLevel: 'warn', schema: { hide: true } }, async (request, reply) => {
    if (!isDirectFromHere(request)) authorize(request)
    return reply.header('content-type', registry.contentType).send(await registry.metrics())
  })
}
