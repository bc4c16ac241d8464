import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { TileQuery } from '../contract/tile.ts'
import type { Described } from '../platform/openapi-described.ts'
import { ProblemError } from '../platform/problems.ts'
import type { TileService } from './service.ts'
import { WorkAbandonedError } from './shared-work.ts'

const Params = Type.Object({ z: Type.String(), x: Type.String(), y: Type.String() })
const MEDIA_TYPE = 'application/vnd.mapbox-vector-tile'
const described: Described = {
  headers: { 'if-none-match': 'ETag of the tile one has' },
  responses: {
    200: { description: 'The tile', mediaType: MEDIA_TYPE },
    204: { description: 'Nothing lies there' },
    304: { description: 'Unchanged since If-None-Match' },
  },
}
const WHOLE_NUMBER = /^(0|[1-9][0-9]{0,7})$/
const gunzipAsync = promisify(gunzip)

function addressOf(params: { z: string; x: string; y: string }) {
  if (![params.z, params.x, params.y].every((text) => WHOLE_NUMBER.test(text))) {
    throw new ProblemError('tile.out_of_range', params)
  }
  return { z: Number(params.z), x: Number(params.x), y: Number(params.y) }
}

const acceptsGzip = (request: FastifyRequest): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(request.headers['accept-encoding'] ?? ''))

/** Weak or strong, one of a list or *: RFC 9110 If-None-Match compares weakly. */
function isAmong(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((item) => item.trim().replace(/^W\//, '') === `"${etag}"`)
}

function whenGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  if (reply.raw.destroyed) controller.abort()
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort()
  })
  return controller.signal
}

export const tileRoutes: FastifyPluginAsyncTypebox<{ service: TileService }> = async (app, { service }) => {
  app.get(
    '/tiles/parcels/:z/:x/:y.mvt',
    {
      config: { described },
      schema: {
        tags: ['tiles'],
        summary:
          'Mapbox Vector Tile 2.1 with layers cells (z0–10), parcels (z11–22) and labels (z13–22); 204 when nothing lies there',
        params: Params,
        querystring: TileQuery,
      },
    },
    async (request, reply) => {
      // The two encodings of a tile are two representations: each has its own strong ETag (RFC 9110 8.8.3.3).
      const isGzip = acceptsGzip(request)
      const tagOf = (etag: string): string => (isGzip ? etag : `${etag}-i`)
      const ifNoneMatch = request.headers['if-none-match']
      reply.header('cache-control', 'private, no-cache').header('vary', 'accept-encoding')
      try {
        const answer = await service.tile(request.actor, {
          ...addressOf(request.params),
          query: request.query,
          has: (etag) => isAmong(ifNoneMatch, tagOf(etag)),
          whenGone: () => whenGone(reply),
        })
        reply.header('etag', `"${tagOf(answer.etag)}"`)
        if (answer.kind === 'unchanged') return await reply.code(304).send()
        if (answer.kind === 'empty') return await reply.code(204).send()
        reply.type(MEDIA_TYPE)
        if (!isGzip) return await reply.send(await gunzipAsync(answer.gzip))
        return await reply.header('content-encoding', 'gzip').send(answer.gzip)
      } catch (error) {
        // The socket is gone: there is nobody to tell.
        if (error instanceof WorkAbandonedError) return reply.hijack()
        throw error
      }
    },
  )
}
