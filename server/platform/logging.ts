import type { FastifyRequest } from 'fastify'
import type { LogLevel } from './config.ts'

/** Structured lines on standard output. Nothing that signs anybody in is ever written. */
export const loggerOptions = (level: LogLevel) => ({
  level,
  redact: {
    paths: [
      'req.headers.authorization',
      'req.headers.cookie',
      'req.headers["x-csrf-token"]',
      'res.headers["set-cookie"]',
      // What a client sent that is no HTTP, word for word: Fastify tells it at level trace.
      'err.rawPacket',
      '*.password',
      '*.token',
      '*.secret',
    ],
    censor: '(hidden)',
  },
  serializers: {
    req: (request: FastifyRequest) => ({
      method: request.method,
      url: withoutSecrets(request.url),
      remoteAddress: request.ip,
    }),
  },
})

const SECRET_PARAMETERS = /([?&](?:token|tk|key|password|access_token)=)[^&]*/gi

export const withoutSecrets = (url: string): string => url.replace(SECRET_PARAMETERS, '$1(hidden)')
