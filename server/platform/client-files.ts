import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError, sendProblem } from './problems.ts'

/** Paths that belong to programs: an unknown one is a problem, never the page. */
const PROGRAM_PATHS = /^\/(api|tiles|basemaps|ogc|health|metrics|docs|openapi\.json|assets)(\/|$|\?)/
const YEAR_S = 31_536_000

/** Vite puts a hash of the content into the names under assets/. */
function setFileHeaders(reply: FastifyReply, path: string): void {
  const isHashed = /[\\/]assets[\\/]/.test(path)
  reply.header('cache-control', isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache')
  // Workers and modules are refused by browsers under any other type.
  if (path.endsWith('.mjs')) reply.header('content-type', 'text/javascript; charset=utf-8')
}

function wantsPage(method: string, accept: string | undefined, url: string): boolean {
  const isPageMethod = method === 'GET' || method === 'HEAD'
  const isHtml = accept === undefined || accept.includes('text/html') || accept.includes('*/*')
  return isPageMethod && isHtml && !PROGRAM_PATHS.test(url)
}

/** Which methods a path knows, to tell “wrong method” (405) from “nothing here” (404). */
function collectRoutes(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')
    routes.push({ pattern: new RegExp(`^${escaped}$`), methods: [method].flat() })
  })
  return (path) => [
    ...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)),
  ]
}

/** The built client, its page for every address of its own, and what is answered where there is nothing. Register before the routes. */
export async function useClientFiles(app: FastifyInstance, clientDir: string): Promise<void> {
  const methodsOf = collectRoutes(app)
  const pagePath = join(clientDir, 'index.html')
  const isBuilt = existsSync(pagePath)
  if (isBuilt) {
    let isServingClient = true
    app.addHook('onRoute', (route) => {
      if (isServingClient) route.config = { ...route.config, public: true }
    })
    await app.register(fastifyStatic, {
      root: clientDir,
      index: false,
      cacheControl: false,
      setHeaders: setFileHeaders,
      wildcard: false,
      globIgnore: ['**/index.html'],
    })
    isServingClient = false
  }
  app.setNotFoundHandler(async (request, reply) => {
    if (isBuilt && wantsPage(request.method, request.headers.accept, request.url)) {
      const page = await readFile(pagePath)
      return reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(page)
    }
    const methods = methodsOf(request.url.split('?')[0] ?? '')
    if (methods.length === 0) return sendProblem(request, reply, new ProblemError('request.not_found'))
    reply.header('allow', methods.join(', '))
    return sendProblem(
      request,
      reply,
      new ProblemError('request.method_not_allowed', { method: request.method }),
    )
  })
}
