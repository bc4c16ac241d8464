import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Summary, SummaryQuery } from '../contract/summary.ts'
import type { SummaryService } from './service.ts'

export const summaryRoutes: FastifyPluginAsyncTypebox<{ service: SummaryService }> = async (
  app,
  { service },
) => {
  app.get(
    '/api/summary',
    {
      schema: {
        tags: ['summary'],
        summary: 'Exact counts and document areas by ledger, cause, status and town for a filter',
        querystring: SummaryQuery,
        response: { 200: Summary },
      },
    },
    (request) => service.summary(request.actor, request.query),
  )
}
