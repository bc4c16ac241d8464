import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ChainAuditList } from '../contract/operations.ts'
import type { BackupService } from './service.ts'

export const backupRoutes: FastifyPluginAsyncTypebox<{ service: BackupService }> = async (
  app,
  { service },
) => {
  app.get(
    '/api/backup',
    {
      config: {
        described: { responses: { 200: { description: 'The backup', mediaType: 'application/gzip' } } },
      },
      schema: { tags: ['operations'], summary: 'The whole installation as one file, for npm run restore' },
    },
    async (request, reply) =>
      reply
        .type('application/gzip')
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="qidi.backup"')
        .send(service.backup(request.actor)),
  )

  app.get(
    '/api/audit',
    {
      schema: {
        tags: ['operations'],
        summary: 'Whether the chain of changes is unbroken, county by county',
        response: { 200: ChainAuditList },
      },
    },
    async (request) => ({ items: await service.audit(request.actor) }),
  )
}
