import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { constants } from 'node:zlib'
import { ProblemError } from './problems.ts'

/** Nothing from outside the host, no inline script or style: a government intranet has no internet to fetch from. */
export const CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'worker-src': ["'self'"],
  'connect-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'style-src': ["'self'"],
  'font-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
}

/** Progress by server-sent events must leave at once, and tiles are compressed when they are made. */
const COMPRESSED =
  /^(text\/(?!event-stream)|application\/(json|[\w.+-]*\+json|javascript|xml|wasm|manifest\+json)|image\/svg\+xml)/

export interface SecurityOptions {
  /** People come by https. */
  isSecure: boolean
  /** 0 is no limit. */
  rateLimitPerMinute: number
}

export async function useSecurity(app: FastifyInstance, options: SecurityOptions): Promise<void> {
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    strictTransportSecurity: options.isSecure ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    // A plain-http page on a host name is no secure context: browsers would ignore these and complain on the console.
    crossOriginOpenerPolicy: options.isSecure ? { policy: 'same-origin' } : false,
    originAgentCluster: options.isSecure,
    referrerPolicy: { policy: 'same-origin' },
  })
  await app.register(compress, {
    threshold: 1024,
    encodings: ['br', 'gzip'],
    customTypes: COMPRESSED,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  })
  if (options.rateLimitPerMinute > 0) {
    await app.register(rateLimit, {
      max: options.rateLimitPerMinute,
      timeWindow: 60_000,
      allowList: (request) => request.url.startsWith('/health/'),
      errorResponseBuilder: (_request, { ttl }) =>
        new ProblemError('request.too_many', {}, { retryAfterS: Math.ceil(ttl / 1000) }),
    })
  }
}
