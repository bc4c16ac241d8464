import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CountyReference } from '../contract/reference.ts'
import type { ReferenceService } from './service.ts'

export const referenceRoutes: FastifyPluginAsyncTypebox<{ service: ReferenceService }> = async (
  app,
  { service },
) => {
  app.get(
    '/api/reference/county',
    {
      schema: {
        tags: ['reference'],
        summary: 'Outline, neighbours and towns of the county',
        response: { 200: CountyReference },
      },
    },
    async (request, reply) => {
      const county = await service.county(request.actor)
      return reply.header('cache-control', 'private, max-age=60').send(county)
    },
  )
  app.get(
    '/api/reference/basemap/:layer.geojson',
    {
      schema: {
        tags: ['reference'],
        summary: 'A layer of the built-in basemap (rivers, places) as GeoJSON, lon/lat',
        params: Type.Object({ layer: Type.String({ maxLength: 40 }) }),
      },
    },
    async (request, reply) => {
      const text = await service.basemapLayer(request.actor, request.params.layer)
      return reply
        .header('content-type', 'application/geo+json')
        .header('cache-control', 'private, max-age=3600')
        .send(text)
    },
  )
}
