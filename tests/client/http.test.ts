import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  ApiProblem,
  httpEvents,
  send,
  setCsrfToken,
  versionOfEtag,
  withQuery,
} from '../../client/api/http.ts'

function answerWith(response: Response | Error): ReturnType<typeof vi.fn<typeof fetch>> {
  const fake = vi.fn<typeof fetch>(async () => {
    if (response instanceof Error) throw response
    return response
  })
  vi.stubGlobal('fetch', fake)
  return fake
}
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

afterEach(() => {
  vi.unstubAllGlobals()
  setCsrfToken(null)
  httpEvents.unauthenticated = () => {}
  httpEvents.reachable = () => {}
})

describe('a request', () => {
  it('carries language, CSRF token and version when it writes', async () => {
    document.documentElement.lang = 'zh-CN'
    setCsrfToken('secret')
    const fake = answerWith(json(200, { ok: true }, { etag: '"8"' }))
    const answer = await send('PATCH', '/api/parcels/x', { body: { a: 1 }, ifMatch: 7 })
    const headers = new Headers(fake.mock.calls[0][1]?.headers)
    expect(headers.get('accept-language')).toBe('zh-CN')
    expect(headers.get('x-csrf-token')).toBe('secret')
    expect(headers.get('if-match')).toBe('"7"')
    expect(versionOfEtag(answer.etag)).toBe(8)
  })

  it('keeps the token to itself when it reads', async () => {
    setCsrfToken('secret')
    const fake = answerWith(json(200, {}))
    await send('GET', '/api/summary', { query: { q: '城川', empty: '' } })
    expect(fake.mock.calls[0][0]).toBe('/api/summary?q=%E5%9F%8E%E5%B7%9D')
    expect(new Headers(fake.mock.calls[0][1]?.headers).has('x-csrf-token')).toBe(false)
  })

  it('turns problem+json into a refusal with code and sentence', async () => {
    answerWith(
      json(412, {
        status: 412,
        code: 'parcel.stale',
        detail: '已被他人修改',
        params: {},
        current: { version: 3 },
      }),
    )
    const refusal = await send('PATCH', '/api/parcels/x').catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ApiProblem)
    expect(refusal).toMatchObject({
      code: 'parcel.stale',
      status: 412,
      message: '已被他人修改',
      current: { version: 3 },
    })
  })

  it('tells when the session is gone', async () => {
    const gone = (httpEvents.unauthenticated = vi.fn())
    answerWith(json(401, { status: 401, code: 'auth.required', detail: '请登录', params: {} }))
    await expect(send('GET', '/api/summary')).rejects.toBeInstanceOf(ApiProblem)
    expect(gone).toHaveBeenCalledOnce()
  })

  it('tells when nobody answers, and when a proxy answers for a dead server', async () => {
    const reachable = (httpEvents.reachable = vi.fn())
    answerWith(new TypeError('failed'))
    await expect(send('GET', '/api/summary')).rejects.toMatchObject({ code: 'request.unreachable' })
    answerWith(new Response('<html>', { status: 502 }))
    await expect(send('GET', '/api/summary')).rejects.toMatchObject({ code: 'request.internal', status: 502 })
    expect(reachable.mock.calls).toEqual([[false], [false]])
  })

  it('writes only what is asked into the query', () => {
    expect(withQuery('/a', undefined)).toBe('/a')
    expect(withQuery('/a', { b: 0, c: null, d: undefined })).toBe('/a?b=0')
  })
})
