import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { uuidV7 } from '../kernel/public-id.ts'
import { isPublicUrlSecure, type Config } from './config.ts'
import { useCompilers } from './http-compilers.ts'
import { useOpenApi } from './openapi.ts'
import { ProblemError, sendProblem, useProblems } from './problems.ts'
import { useSecurity } from './security.ts'
import { useStopSignal } from './stopping.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Open to anybody who is not signed in. */
    public?: boolean
    /** Open to such requests; others must sign in. */
    publicWhen?: (request: FastifyRequest) => boolean
  }
}

const BODY_LIMIT_BYTES = 2 * 1024 * 1024
const PATH_PART_MAX = 200

/** Fastify as this system uses it: problems, request checks, security headers, description; no route of a feature yet. */
export async function createHttpServer(
  config: Config,
  logger: FastifyServerOptions['logger'],
): Promise<FastifyInstance> {
  const app = Fastify({
    logger,
    trustProxy: config.trustProxy,
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => uuidV7(),
    requestIdHeader: false,
    // One line a request, when it is over.
    logController: new LogController({ disableRequestLogging: true }),
    // Idle keep-alive connections must not hold up a stop; those at work are waited for.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PATH_PART_MAX },
    frameworkErrors: (_error, request, reply) => {
      void sendProblem(request, reply, new ProblemError('request.not_found'))
    },
  })
  useStopSignal(app)
  useProblems(app)
  useCompilers(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const ms = Math.round(reply.elapsedTime * 10) / 10
    request.log.info({ req: request, status: reply.statusCode, ms }, 'answered')
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const isApi = request.url.startsWith('/api/')
    if (isApi && !reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache')
    return payload
  })
  await useSecurity(app, {
    isSecure: isPublicUrlSecure(config),
    rateLimitPerMinute: config.rateLimitPerMinute,
  })
  await useOpenApi(app)
  return app
}
