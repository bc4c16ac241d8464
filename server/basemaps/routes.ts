import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { createReadStream } from 'node:fs'
import { BasemapList } from '../contract/reference.ts'
import type { BasemapService } from './service.ts'

const ZOOM_MAX = 22
const Tile = Type.Object({
  id: Type.String({ maxLength: 60 }),
  z: Type.Integer({ minimum: 0, maximum: ZOOM_MAX }),
  x: Type.Integer({ minimum: 0 }),
  y: Type.Integer({ minimum: 0 }),
})
const tags = ['basemaps']

/** First and last byte of a single range; `null` asks for everything, `undefined` cannot be served. */
function rangeOf(
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | null | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const isSuffix = match[1] === ''
  const start = isSuffix ? Math.max(0, bytes - Number(match[2])) : Number(match[1])
  const end = isSuffix || match[2] === '' ? bytes - 1 : Math.min(Number(match[2]), bytes - 1)
  return start > end || start >= bytes ? undefined : { start, end }
}

export const basemapRoutes: FastifyPluginAsyncTypebox<{ service: BasemapService }> = async (
  app,
  { service },
) => {
  app.get(
    '/api/basemaps',
    { schema: { tags, summary: 'Background maps the map offers', response: { 200: BasemapList } } },
    async (request) => service.list(request.actor),
  )
  app.get(
    '/basemaps/:id/:z/:x/:y',
    {
      logLevel: 'warn',
      schema: { tags, summary: 'A tile of a configured basemap, fetched by the server', params: Tile },
    },
    async (request, reply) => {
      const { id, ...address } = request.params
      const { bytes, mediaType } = await service.tile(request.actor, id, address)
      return reply
        .header('content-type', mediaType)
        .header('cache-control', 'private, max-age=86400')
        .send(bytes)
    },
  )
  app.get(
    '/basemaps/:id.pmtiles',
    {
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'A configured PMTiles archive, by ranges',
        params: Type.Object({ id: Type.String({ maxLength: 60 }) }),
      },
    },
    async (request, reply) => {
      const { path, bytes, etag } = await service.file(request.actor, request.params.id)
      reply
        .header('accept-ranges', 'bytes')
        .header('etag', etag)
        .header('cache-control', 'private, no-cache')
        .header('content-type', 'application/octet-stream')
      const range = rangeOf(request.headers.range, bytes)
      if (range === undefined) return reply.code(416).header('content-range', `bytes */${bytes}`).send()
      if (range === null) return reply.header('content-length', bytes).send(createReadStream(path))
      return reply
        .code(206)
        .header('content-range', `bytes ${range.start}-${range.end}/${bytes}`)
        .header('content-length', range.end - range.start + 1)
        .send(createReadStream(path, range))
    },
  )
}
