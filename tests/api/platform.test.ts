import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimDatabase } from '../../server/platform/installation-mode.ts'
import { loggerOptions } from '../../server/platform/logging.ts'
import { createTestApp, type TestApp } from '../support/app.ts'

let test: TestApp
let clientDir: string
const log: string[] = []

const WORKER = 'export const worker = 1\n'
const SCRIPT = `/* ${'compressible '.repeat(300)} */`

beforeAll(async () => {
  clientDir = mkdtempSync(join(tmpdir(), 'qidi-client-'))
  mkdirSync(join(clientDir, 'assets'))
  writeFileSync(join(clientDir, 'index.html'), '<!doctype html><title>起底</title>')
  writeFileSync(join(clientDir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(clientDir, 'assets/worker-a1b2.mjs'), WORKER)
  writeFileSync(join(clientDir, 'assets/index-a1b2.js'), SCRIPT)
  const stream = { write: (line: string) => void log.push(line) }
  test = await createTestApp({ clientDir, logger: { ...loggerOptions('info'), stream } })
}, 60_000)
afterAll(async () => {
  await test?.close()
  rmSync(clientDir, { recursive: true, force: true })
})

const problemOf = async (request: {
  method?: 'GET' | 'POST' | 'PUT'
  url: string
  headers?: Record<string, string>
}) => {
  const response = await test.app.inject(request)
  expect(response.headers['content-type']).toContain('application/problem+json')
  return { ...response.json<{ code: string; status: number; detail: string; requestId: string }>(), response }
}

describe('a refusal', () => {
  it('of an unknown address is a problem for programs and the page for people', async () => {
    expect(await problemOf({ url: '/api/nothing' })).toMatchObject({ code: 'request.not_found', status: 404 })
    expect(await problemOf({ url: '/tiles/nothing', headers: { accept: 'text/html' } })).toMatchObject({
      status: 404,
    })
    expect(await problemOf({ url: '/assets/gone-a1b2.js', headers: { accept: 'text/html' } })).toMatchObject({
      status: 404,
    })
    const page = await test.app.inject({ url: '/map/150623', headers: { accept: 'text/html,*/*' } })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('起底')
  })

  it('of a wrong method says which are right', async () => {
    const { code, response } = await problemOf({ method: 'PUT', url: '/api/session' })
    expect(code).toBe('request.method_not_allowed')
    expect(String(response.headers.allow).split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'POST'])
  })

  it('comes in the language asked for, Chinese without one', async () => {
    expect((await problemOf({ url: '/api/session' })).detail).toBe('请先登录。')
    const english = await problemOf({ url: '/api/session', headers: { 'accept-language': 'en-GB,en' } })
    expect(english.detail).toBe('Sign in first.')
    expect(english.response.headers.vary).toContain('accept-language')
  })

  it('carries the request id of its log line', async () => {
    const { requestId, response } = await problemOf({ url: '/api/session' })
    expect(response.headers['x-request-id']).toBe(requestId)
    expect(log.some((line) => line.includes(requestId))).toBe(true)
  })

  it.each([
    ['{"name":', 'application/json', 400, 'request.invalid'],
    ['name=a', 'application/x-www-form-urlencoded', 415, 'request.unsupported_media_type'],
    [JSON.stringify({ name: 'x'.repeat(3e6), password: 'y' }), 'application/json', 413, 'request.too_large'],
    ['[]', 'application/json', 400, 'request.invalid'],
    ['null', 'application/json', 400, 'request.invalid'],
    ['{"name":"a","password":null}', 'application/json', 400, 'request.invalid'],
    ['{"name":"a","password":1}', 'application/json', 400, 'request.invalid'],
    ['{"name":"a","password":"b","remember":true}', 'application/json', 400, 'request.invalid'],
    ['{"__proto__":{"name":"a"},"password":"b"}', 'application/json', 400, 'request.invalid'],
  ])('of the body %.30s', async (payload, type, status, code) => {
    const response = await test.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { 'content-type': type },
      payload,
    })
    expect(response.json()).toMatchObject({ status, code })
    if (status === 400) expect(response.json().errors[0].message).toMatch(/body|name|password|remember|JSON/)
  })

  it('of an unknown or unreadable query parameter names it', async () => {
    const clerk = await test.as('clerk')
    const unknown = await clerk.inject('/api/parcels?colour=red&limit=5')
    expect(unknown.json()).toMatchObject({ code: 'request.unknown_parameter', params: { names: 'colour' } })
    expect((await clerk.inject('/api/session?x=1')).json().code).toBe('request.unknown_parameter')
    for (const limit of ['0', '501', '1.5', 'ten', '', '0x10']) {
      const { status, errors } = (await clerk.inject(`/api/parcels?limit=${limit}`)).json()
      expect(status, limit).toBe(400)
      expect(errors[0].field).toBe('limit')
    }
    expect((await clerk.inject('/api/parcels?limit=5')).statusCode).toBe(200)
  })

  it('of a bug never shows its message', async () => {
    const clerk = await test.as('clerk')
    await test.database.knex.raw('ALTER TABLE personal_tokens RENAME TO elsewhere')
    try {
      const response = await clerk.inject('/api/session/tokens')
      expect(response.json()).toMatchObject({ status: 500, code: 'request.internal', params: {} })
      expect(response.body).not.toMatch(/personal_tokens|select/i)
      expect(
        log.some((line) => line.includes('personal_tokens') && line.includes(response.json().requestId)),
      ).toBe(true)
    } finally {
      await test.database.knex.raw('ALTER TABLE elsewhere RENAME TO personal_tokens')
    }
  })

  it.each(['/api/%', '/%E0%A4%A', `/api/parcels/${'x'.repeat(5000)}`])(
    'of the address %.20s is no crash',
    async (url) => {
      expect([400, 401, 404]).toContain(
        (await test.app.inject({ url, headers: { accept: 'application/json' } })).statusCode,
      )
    },
  )
})

describe('a database', () => {
  it('filled by a demo is refused to the real system, and the other way round', async () => {
    const { knex } = test.database
    await claimDatabase(knex, 'demo', test.clock.now())
    await claimDatabase(knex, 'demo', test.clock.now())
    await expect(claimDatabase(knex, 'live', test.clock.now())).rejects.toThrow(/演示数据.*[^]*demo data/)
    await knex('settings').where({ key: 'installation.mode' }).delete()
    await claimDatabase(knex, 'live', test.clock.now())
    await expect(claimDatabase(knex, 'demo', test.clock.now())).rejects.toThrow(/real data/)
  })
})

describe('the log', () => {
  it('holds no password, cookie, token or CSRF token', async () => {
    const person = await test.signIn('viewer', 'a test only password')
    await person.inject('/api/session')
    await test.app.inject({
      url: '/api/session?token=abcdef',
      headers: { authorization: 'Bearer qidi_abcdef' },
    })
    const text = log.join('')
    for (const secret of ['a test only password', person.csrfToken, person.cookie.split('=')[1]!, 'abcdef'])
      expect(text).not.toContain(secret)
    expect(text).toContain('"answered"')
  })

  it('holds no header of a request that is no HTTP, at the finest level either', async () => {
    const lines: string[] = []
    const stream = { write: (line: string) => void lines.push(line) }
    const app = Fastify({ logger: { ...loggerOptions('trace'), stream } })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const packet = 'GET / HTTP/1.1\r\nAuthorization: Bearer qidi_secret\r\nHost x\r\n\r\n'
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => void socket.write(packet))
      socket.on('close', () => resolve()).resume()
    })
    await app.close()
    const line = lines.find((text) => text.includes('client error'))
    expect(line).toContain('HPE_INVALID_HEADER_TOKEN')
    expect(line).toContain('"rawPacket":"(hidden)"')
  })
})

describe('a request without a body', () => {
  it('may call it JSON where none is asked for, and is refused where one is', async () => {
    const headers = { 'content-type': 'application/json' }
    const person = await test.signIn('viewer', 'a test only password')
    const asked = await person.inject({ method: 'PUT', url: '/api/session/password', headers })
    expect([asked.statusCode, asked.json().errors[0].code]).toEqual([400, 'body.json'])
    const response = await person.inject({ method: 'DELETE', url: '/api/session', headers })
    expect(response.statusCode, response.body).toBe(204)
  })
})

describe('every answer', () => {
  it.each(['/', '/api/session', '/docs', '/assets/worker-a1b2.mjs', '/health/live'])(
    '%s has the strict headers',
    async (url) => {
      const { headers } = await test.app.inject({ url, headers: { accept: 'text/html' } })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("style-src 'self';")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('same-origin')
      expect(headers['x-powered-by']).toBeUndefined()
    },
  )
})

describe('the client', () => {
  it('is kept by browsers where the name changes with the content, and asked about elsewhere', async () => {
    const worker = await test.app.inject('/assets/worker-a1b2.mjs')
    expect(worker.body).toBe(WORKER)
    expect(worker.headers['content-type']).toMatch(/^text\/javascript/)
    expect(worker.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const page = await test.app.inject({ url: '/', headers: { accept: 'text/html' } })
    expect(page.headers['cache-control']).toBe('no-cache')
    expect((await test.app.inject('/favicon.svg')).headers['cache-control']).toBe('no-cache')
  })

  it('is compressed, and nothing outside its folder is served', async () => {
    const script = await test.app.inject({
      url: '/assets/index-a1b2.js',
      headers: { 'accept-encoding': 'br, gzip' },
    })
    expect(script.headers['content-encoding']).toBe('br')
    for (const url of ['/../package.json', '/assets/..%2f..%2fpackage.json', '/.env', '/%2e%2e/package.json'])
      expect((await test.app.inject({ url, headers: { accept: 'application/json' } })).statusCode, url).toBe(
        404,
      )
  })
})

describe('operation', () => {
  it('is alive and ready', async () => {
    expect((await test.app.inject('/health/live')).json()).toEqual({ status: 'live' })
    expect((await test.app.inject('/health/ready')).json()).toEqual({ status: 'ready' })
  })

  it('is measured by route pattern, openly to this machine only', async () => {
    const admin = await test.as('admin')
    await admin.inject('/api/users')
    const { body } = await test.app.inject('/metrics')
    expect(body).toContain('qidi_http_request_seconds_count{method="GET",route="/api/users",status="200"}')
    expect(body).toMatch(/qidi_database_connections\{state="free"\} \d/)
    expect(body).toContain('process_cpu_seconds_total')
    expect(body).not.toMatch(/route="[^"]*\?/)
    const elsewhere = { url: '/metrics', remoteAddress: '10.1.2.3' }
    expect((await test.app.inject(elsewhere)).statusCode).toBe(401)
    expect(
      (await test.app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '1.2.3.4' } })).statusCode,
    ).toBe(401)
    expect((await (await test.as('clerk')).inject(elsewhere)).statusCode).toBe(403)
    expect((await admin.inject(elsewhere)).statusCode).toBe(200)
  })
})
