import { afterEach, describe, expect, it } from 'vitest'
import { createTestApp, TEST_PASSWORD, type TestApp } from '../support/app.ts'

let test: TestApp | null = null
afterEach(async () => {
  await test?.close()
  test = null
})

describe('behind https', () => {
  it('the cookie is sent over TLS only, and the browser is told to stay there', async () => {
    test = await createTestApp({ env: { PUBLIC_URL: 'https://qidi.example.cn' } })
    const signIn = (origin: string) =>
      test!.app.inject({
        method: 'POST',
        url: '/api/session',
        headers: { origin, host: 'app:8080' },
        payload: { name: 'clerk', password: TEST_PASSWORD },
      })
    const response = await signIn('https://qidi.example.cn')
    expect(response.statusCode).toBe(201)
    expect(response.cookies[0]?.secure).toBe(true)
    expect(response.headers['strict-transport-security']).toContain('max-age')
    expect((await signIn('https://qidi.example.com')).json().code).toBe('auth.foreign_origin')
    const state = await test.app.inject({ url: '/api/auth-state', headers: { host: 'qidi.example.cn' } })
    expect(state.json().secureContext).toBe(true)
  }, 60_000)
})

describe('on plain http', () => {
  it('the page is told whether passwords travel in the clear', async () => {
    test = await createTestApp()
    const stateAt = async (host: string) =>
      (await test!.app.inject({ url: '/api/auth-state', headers: { host } })).json().secureContext
    expect(await stateAt('127.0.0.1:8080')).toBe(true)
    expect(await stateAt('localhost:8080')).toBe(true)
    expect(await stateAt('10.0.0.5:8080')).toBe(false)
    expect(await stateAt('qidi.local')).toBe(false)
  }, 60_000)
})

describe('the rate limit', () => {
  it('stops an address that asks too much, tells it when to come back, and leaves health checks alone', async () => {
    test = await createTestApp({ env: { RATE_LIMIT_PER_MINUTE: '20' } })
    const ask = (remoteAddress: string, url = '/api/auth-state') => test!.app.inject({ url, remoteAddress })
    const answers = []
    for (let count = 0; count < 25; count++) answers.push(await ask('10.0.0.1'))
    const refused = answers.filter(({ statusCode }) => statusCode === 429)
    expect(refused).toHaveLength(5)
    expect(refused[0]!.json()).toMatchObject({ code: 'request.too_many' })
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0)
    expect((await ask('10.0.0.2')).statusCode).toBe(200)
    expect((await ask('10.0.0.1', '/health/live')).statusCode).toBe(200)
  }, 60_000)
})
