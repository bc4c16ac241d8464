import type { Problem } from '../../server/contract/problem.ts'
import { CommandError } from './command-line.ts'

/** HTTP against one server, signed in; refusals come back as the server's own words. */
export interface ApiClient {
  url: string
  get<T>(path: string): Promise<T>
  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: FormData | object): Promise<T>
  raw(path: string): Promise<Response>
}

export class ApiRefusal extends CommandError {
  readonly status: number
  readonly problem: Partial<Problem>

  constructor(status: number, problem: Partial<Problem>, path: string) {
    super(problem.detail ?? `${path}: HTTP ${status}`, problem.code ?? '')
    this.status = status
    this.problem = problem
  }
}

export function apiClient(url: string, credentials: Record<string, string>): ApiClient {
  const headers = { accept: 'application/json', 'accept-language': 'zh-CN', ...credentials }

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(url + path, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
    }).catch((error: unknown) => {
      const { cause } = error as { cause?: { code?: string } }
      throw new CommandError(
        `与服务 ${url} 的连接中断（${cause?.code ?? String(error)}）。`,
        `The connection to ${url} broke off.`,
      )
    })
    if (response.ok) return response
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
    throw new ApiRefusal(response.status, problem, path)
  }

  const json = async <T>(response: Response): Promise<T> =>
    (response.status === 204 ? undefined : await response.json()) as T

  return {
    url,
    get: async (path) => json(await request(path)),
    send: async (method, path, body) => json(await request(path, { method, ...encoded(body) })),
    raw: (path) => request(path),
  }
}

function encoded(body: FormData | object | undefined): RequestInit {
  if (body === undefined) return {}
  if (body instanceof FormData) return { body }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** Signs in with a name and a password, as the page does. */
export async function signIn(url: string, name: string, password: string): Promise<ApiClient> {
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': 'zh-CN' },
    body: JSON.stringify({ name, password }),
  })
  if (!response.ok) throw new ApiRefusal(response.status, (await response.json()) as Problem, '/api/session')
  const { csrfToken } = (await response.json()) as { csrfToken: string }
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return apiClient(url, { cookie, 'x-csrf-token': csrfToken })
}
