import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CreateMappingTemplate, MappingTemplate, MappingTemplateList } from '../contract/import.ts'
import { PublicId } from '../contract/primitives.ts'
import type { TemplateService } from './template-service.ts'

const Params = Type.Object({ id: PublicId })
const tags = ['imports']

export const templateRoutes: FastifyPluginAsyncTypebox<{ templates: TemplateService }> = async (
  app,
  { templates },
) => {
  app.get(
    '/api/import-templates',
    { schema: { tags, summary: 'Saved column mappings', response: { 200: MappingTemplateList } } },
    (request) => templates.list(request.actor),
  )

  app.post(
    '/api/import-templates',
    {
      schema: {
        tags,
        summary: 'Save a column mapping under a name',
        body: CreateMappingTemplate,
        response: { 201: MappingTemplate },
      },
    },
    async (request, reply) => reply.code(201).send(await templates.create(request.actor, request.body)),
  )

  app.delete(
    '/api/import-templates/:id',
    { schema: { tags, summary: 'Delete a saved mapping', params: Params, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await templates.remove(request.actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
