import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

const LOCAL_TOKEN = 'local-token-of-this-process'
const FIRST_PASSWORD = 'first password 1'
const GOOD_PASSWORD = 'a much better password'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ localToken: LOCAL_TOKEN })
}, 60_000)
afterAll(() => test?.close())

let counter = 0

/** A clerk of their own for each test, who has changed the initial password. */
async function newcomer(): Promise<SignedIn & { name: string }> {
  const name = `holder${++counter}`
  const payload = { name, displayName: name, password: FIRST_PASSWORD, roles: ['clerk'], townCodes: [] }
  const admin = await test.as('admin')
  const created = await admin.inject({
    method: 'POST',
    url: '/api/users',
    payload: { ...payload, divisionPrefix: '150623' },
  })
  expect(created.statusCode, created.body).toBe(201)
  const person = await test.signIn(name, FIRST_PASSWORD)
  expect((await changePassword(person, FIRST_PASSWORD, GOOD_PASSWORD)).statusCode).toBe(204)
  return { ...person, name }
}

const changePassword = (person: SignedIn, currentPassword: string, newPassword: string) =>
  person.inject({
    method: 'PUT',
    url: '/api/session/password',
    payload: { currentPassword, newPassword },
  })

async function tokenOf(person: SignedIn, more: object = {}): Promise<{ id: string; token: string }> {
  const payload = { name: 'QGIS', ...more }
  const response = await person.inject({ method: 'POST', url: '/api/session/tokens', payload })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

const statusWith = async (token: string): Promise<number> =>
  (await test.app.inject({ url: '/api/session', headers: { authorization: `Bearer ${token}` } })).statusCode

const OF_PERSONS_ONLY = [
  ['DELETE', '/api/session'],
  ['PUT', '/api/session/password'],
  ['GET', '/api/session/sessions'],
  ['DELETE', '/api/session/sessions'],
  ['DELETE', '/api/session/sessions/one'],
  ['GET', '/api/session/tokens'],
  ['POST', '/api/session/tokens'],
  ['DELETE', '/api/session/tokens/one'],
] as const
const BODIES: Record<string, object> = {
  '/api/session/password': { currentPassword: GOOD_PASSWORD, newPassword: 'chosen by a stranger' },
  '/api/session/tokens': { name: 'another' },
}

describe('a token that leaked', () => {
  it.each(OF_PERSONS_ONLY)('gets 403 from %s %s, narrow or not, and changes nothing', async (method, url) => {
    const person = await newcomer()
    const tokens = [await tokenOf(person, { actions: ['parcel.read'] }), await tokenOf(person)]
    for (const token of [...tokens.map((made) => made.token), LOCAL_TOKEN]) {
      const response = await test.app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${token}` },
        ...(method === 'PUT' || method === 'POST' ? { payload: BODIES[url] } : {}),
      })
      expect(response.statusCode, response.body).toBe(403)
      expect(response.json()).toMatchObject({
        code: 'auth.session_only',
        detail: expect.stringContaining('访问令牌'),
      })
    }
    expect((await person.inject('/api/session/sessions')).json().total).toBe(1)
    expect((await person.inject('/api/session/tokens')).json().total).toBe(2)
    await test.signIn(person.name, GOOD_PASSWORD)
  })

  it('is kept off every route of a session: none is missing from this list', async () => {
    const { paths } = (await test.app.inject('/openapi.json')).json<{
      paths: Record<string, Record<string, unknown>>
    }>()
    const routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/session'))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('{id}', 'one')}`),
      )
    const open = ['GET /api/session', 'POST /api/session']
    expect(routes.filter((route) => !open.includes(route)).toSorted()).toEqual(
      OF_PERSONS_ONLY.map((route) => route.join(' ')).toSorted(),
    )
  })
})

describe('personal tokens', () => {
  it('end when their owner changes the password', async () => {
    const [person, other] = [await newcomer(), await newcomer()]
    const [{ token }, { token: unrelated }] = [await tokenOf(person), await tokenOf(other)]
    expect(await statusWith(token)).toBe(200)
    expect((await changePassword(person, 'wrong', 'my very own words')).statusCode).toBe(422)
    expect(await statusWith(token)).toBe(200)
    expect((await changePassword(person, GOOD_PASSWORD, 'my very own words')).statusCode).toBe(204)
    expect(await statusWith(token)).toBe(401)
    expect(await statusWith(unrelated)).toBe(200)
    expect((await person.inject('/api/session/tokens')).json().items).toEqual([])
  })

  it('end when an administrator resets the password', async () => {
    const person = await newcomer()
    const { token } = await tokenOf(person)
    expect(await statusWith(token)).toBe(200)
    const admin = await test.signIn('admin', TEST_PASSWORD)
    const url = `/api/users/${person.userId}`
    await admin.inject({ method: 'PATCH', url, payload: { password: 'handed out again' } })
    expect(await statusWith(token)).toBe(401)
  })
})
