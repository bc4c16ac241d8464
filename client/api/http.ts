import type { Problem } from '#contract/problem.ts'

/** A refusal of the server: `code` for programs, `message` a sentence in the caller's language for people. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly params: Record<string, unknown>
  readonly errors: NonNullable<Problem['errors']>
  /** The row as it is now, with a 412. */
  readonly current: unknown
  readonly requestId: string | null

  constructor(problem: Partial<Problem> & { status: number; code: string; detail: string }) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.status = problem.status
    this.code = problem.code
    this.params = problem.params ?? {}
    this.errors = problem.errors ?? []
    this.current = problem.current
    this.requestId = problem.requestId ?? null
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>
  /** Sent as JSON, or as it is when it is FormData. */
  body?: unknown
  signal?: AbortSignal
  /** Version the change builds on; sent as `If-Match`. */
  ifMatch?: number
}

export interface Answer<T> {
  data: T
  status: number
  etag: string | null
}

/** What the rest of the client wants to know about every request. */
export const httpEvents = {
  unauthenticated: (): void => {},
  reachable: (_isReachable: boolean): void => {},
}

const UNREACHABLE = new Set([502, 503, 504])
let csrfToken: string | null = null

export function setCsrfToken(token: string | null): void {
  csrfToken = token
}

export function withQuery(path: string, query: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {})
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

/** Version out of an ETag `"<version>"`; null when there is none. */
export function versionOfEtag(etag: string | null): number | null {
  const match = /^(?:W\/)?"(\d+)"$/.exec(etag ?? '')
  return match ? Number(match[1]) : null
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

function headersFor(method: string, options: RequestOptions): Headers {
  const headers = new Headers({
    accept: 'application/json',
    'accept-language': document.documentElement.lang,
  })
  if (options.body !== undefined && !(options.body instanceof FormData))
    headers.set('content-type', 'application/json')
  if (method !== 'GET' && csrfToken) headers.set('x-csrf-token', csrfToken)
  if (options.ifMatch !== undefined) headers.set('if-match', `"${options.ifMatch}"`)
  return headers
}

function encodeBody(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined
  return body instanceof FormData ? body : JSON.stringify(body)
}

/** The refusal that a body with an error status holds; the status alone when the body is not our server's. */
export function problemFrom(status: number, statusText: string, text: string): ApiProblem {
  try {
    const problem = JSON.parse(text) as Problem
    if (typeof problem.code === 'string') return new ApiProblem(problem)
  } catch {
    // Not from our server: a proxy's page, say.
  }
  return new ApiProblem({ status, code: 'request.internal', detail: statusText || String(status) })
}

/** Headers of a write made outside `send`: only XMLHttpRequest tells how much of an upload has gone. */
export function uploadHeaders(): [string, string][] {
  return [...headersFor('POST', { body: new FormData() })]
}

/** One request to the own server; throws ApiProblem on a refusal and `request.unreachable` when nobody answers. */
export async function send<T>(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<T>> {
  let response: Response
  try {
    response = await fetch(withQuery(path, options.query), {
      method,
      headers: headersFor(method, options),
      body: encodeBody(options.body),
      credentials: 'same-origin',
      signal: options.signal,
    })
  } catch (error) {
    if (isAbort(error)) throw error
    httpEvents.reachable(false)
    throw new ApiProblem({ status: 0, code: 'request.unreachable', detail: '' })
  }
  httpEvents.reachable(!UNREACHABLE.has(response.status))
  if (!response.ok) {
    const problem = problemFrom(response.status, response.statusText, await response.text())
    if (problem.status === 401 && problem.code === 'auth.required') httpEvents.unauthenticated()
    throw problem
  }
  const isEmpty = response.status === 204 || response.headers.get('content-length') === '0'
  const data = isEmpty ? (undefined as T) : ((await response.json()) as T)
  return { data, status: response.status, etag: response.headers.get('etag') }
}

export async function get<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await send<T>('GET', path, options)).data
}
