import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../contract/problem.ts'
import { DOCS_CSS, DOCS_SCRIPT, withOwnAddress } from './openapi-page.ts'
import { TAGS, describedSchema } from './openapi-described.ts'
import { toOpenApi30 } from './openapi-schema.ts'

const VERSION = '0.1.0'

/** OpenAPI 3.0.3 at `/openapi.json`, readable at `/docs`; must be registered before the routes it describes. */
export async function useOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: {
        title: '起底 Qidi',
        version: VERSION,
        description:
          '批而未供和闲置土地“大起底”：逐宗上图入库。Approved-but-unsupplied and idle land, parcel by parcel. ' +
          'Areas m², money fen, dates YYYY-MM-DD (Asia/Shanghai), instants ISO 8601, coordinates lon, lat (CGCS2000).',
      },
      tags: TAGS,
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'qidi_session' },
          token: { type: 'http', scheme: 'bearer' },
          basic: { type: 'http', scheme: 'basic' },
        },
      },
      security: [{ session: [] }, { token: [] }, { basic: [] }],
    },
    transform: ({ schema, url, route }) => ({ schema: describedSchema(schema, route), url }),
    transformObject: (document) =>
      'openapiObject' in document ? toOpenApi30(document.openapiObject, Problem) : document.swaggerObject,
  })
  app.addHook('onRoute', (route) => {
    if (route.url === '/docs' || route.url.startsWith('/docs/'))
      route.config = { ...route.config, public: true }
    if (route.url === '/docs/static/swagger-initializer.js')
      route.onSend = async (_request, _reply, payload) =>
        typeof payload === 'string' ? withOwnAddress(payload) : payload
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: false,
    // No deep links: they put a link inside the button of each operation, which keyboards and readers trip over.
    // Without the top bar: it offers to load other documents, and carries another project's name.
    uiConfig: { docExpansion: 'none', deepLinking: false, layout: 'BaseLayout' },
    theme: {
      title: '起底 Qidi API',
      css: [{ filename: 'qidi.css', content: DOCS_CSS }],
      js: [{ filename: 'qidi.js', content: DOCS_SCRIPT }],
    },
    logLevel: 'warn',
  })
  let text: string | null = null
  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, (_request, reply) => {
    text ??= JSON.stringify(app.swagger())
    return reply.header('content-type', 'application/json; charset=utf-8').send(text)
  })
}
