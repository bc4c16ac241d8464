/**
 * What Fastify's own schemas of a route cannot say without changing how it runs: bodies it does not parse as JSON, headers
 * it does not check, answers it does not serialise. Routes put it into `config.described`, for the document alone.
 */
import type { FastifySchema, RouteOptions } from 'fastify'

export interface Described {
  /** Schema of a multipart body, beside `consumes`. */
  body?: object
  /** Request headers by name; all optional. */
  headers?: Readonly<Record<string, string>>
  /** Answers by status. One of 400 and more is a problem; one without a media type has no content. */
  responses?: Readonly<Record<number, { description: string; mediaType?: string }>>
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For the OpenAPI document alone. */
    described?: Described
  }
}

export const BINARY = { type: 'string', format: 'binary' } as const

export const TAGS = [
  { name: 'session', description: '登录、密码、访问令牌。Signing in, the password, personal tokens' },
  { name: 'users', description: '账号及其角色和管辖范围。Accounts with their roles and scopes' },
  { name: 'parcels', description: '宗地：列表、单宗、历史、修改。Parcels: lists, one, its history, edits' },
  { name: 'imports', description: '测绘成果上传、检查、入库、撤销。Surveys: upload, checks, commit, undo' },
  { name: 'summary', description: '按筛选条件的宗数和面积。Counts and areas under a filter' },
  { name: 'tiles', description: '宗地矢量瓦片。Vector tiles of the parcels' },
  { name: 'reference', description: '旗县界和镇（园区）。The county, its neighbours and its towns' },
  { name: 'basemaps', description: '底图。Background maps' },
  { name: 'operations', description: '备份与核查。Backup and audit' },
]

const READS = ['GET', 'HEAD', 'OPTIONS']

function headersOf(route: RouteOptions): Record<string, string> {
  const { public: isPublic, described } = route.config ?? {}
  const isRead = [route.method].flat().every((method) => READS.includes(method))
  const csrf = 'csrfToken of GET /api/session; needed with the session cookie, not with a token'
  return { ...(isRead || isPublic ? {} : { 'x-csrf-token': csrf }), ...described?.headers }
}

function responseOf({ description, mediaType }: { description: string; mediaType?: string }): object {
  return mediaType === undefined
    ? { type: 'null', description }
    : { description, content: { [mediaType]: { schema: BINARY } } }
}

/** The schema of a route with what only the document says. */
export function describedSchema(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const { public: isPublic, described } = route.config ?? {}
  const headers = Object.entries(headersOf(route)).map(([name, description]) => [
    name,
    { type: 'string', description },
  ])
  const responses = Object.entries(described?.responses ?? {}).map(([status, answer]) => [
    status,
    responseOf(answer),
  ])
  return {
    ...schema,
    ...(isPublic === true ? { security: [] } : {}),
    ...(described?.body ? { body: described.body } : {}),
    ...(headers.length > 0
      ? { headers: { type: 'object', properties: Object.fromEntries(headers) as object } }
      : {}),
    ...(responses.length > 0
      ? { response: { ...(schema?.response as object), ...Object.fromEntries(responses) } }
      : {}),
  }
}
