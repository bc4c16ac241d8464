import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

const LOCAL_TOKEN = 'local-token-of-this-process'
const FIRST_PASSWORD = 'first password 1'
const GOOD_PASSWORD = 'a much better password'
const HOUR_MS = 3_600_000

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

describe('a personal token', () => {
  const withToken = (url: string, authorization: string) =>
    test.app.inject({ url, headers: { authorization } })

  it('signs in by Bearer and by Basic, writes without a CSRF token, and is stored as a hash', async () => {
    const person = await newcomer()
    const { token } = await tokenOf(person)
    const basic = Buffer.from(`${person.name}:${token}`).toString('base64')
    expect((await withToken('/api/session', `Bearer ${token}`)).json().user.name).toBe(person.name)
    expect((await withToken('/api/session', `Basic ${basic}`)).json().user.name).toBe(person.name)
    const hashes = await test.database.knex('personal_tokens').pluck('token_hash')
    expect(hashes.join()).not.toContain(token)
    const listed = (await person.inject('/api/session/tokens')).body
    expect(listed).not.toContain(token)
    expect(JSON.parse(listed).items[0]).toMatchObject({ name: 'QGIS', actions: null })
  })

  it('is taken by Basic under its owner’s name only', async () => {
    const { token } = await tokenOf(await newcomer())
    const statusAs = async (pair: string) =>
      (await withToken('/api/session', `Basic ${Buffer.from(pair).toString('base64')}`)).statusCode
    for (const pair of [`admin:${token}`, `:${token}`, token]) expect(await statusAs(pair), pair).toBe(401)
  })

  it('cannot make tokens, manage accounts, or do more than it was narrowed to', async () => {
    const admin = await test.as('admin')
    const { token } = await tokenOf(admin, { name: 'reader', actions: ['parcel.read'] })
    const { user } = (await withToken('/api/session', `Bearer ${token}`)).json()
    expect(user.actions).toEqual(['parcel.read'])
    expect((await withToken('/api/users', `Bearer ${token}`)).statusCode).toBe(403)
    expect((await withToken('/api/session/tokens', `Bearer ${token}`)).statusCode).toBe(403)
  })

  it('ends when it is revoked, when it expires, and when its owner is disabled', async () => {
    const person = await newcomer()
    const [revoked, short, orphaned] = [
      await tokenOf(person),
      await tokenOf(person, { name: 'short', expiresInDays: 1 }),
      await tokenOf(person, { name: 'long', expiresInDays: 300 }),
    ]
    await person.inject({ method: 'DELETE', url: `/api/session/tokens/${revoked.id}` })
    expect((await withToken('/api/session', `Bearer ${revoked.token}`)).statusCode).toBe(401)
    expect((await withToken('/api/session', `Bearer ${short.token}`)).statusCode).toBe(200)
    test.clock.advance(25 * HOUR_MS)
    expect((await withToken('/api/session', `Bearer ${short.token}`)).statusCode).toBe(401)
    expect((await withToken('/api/session', `Bearer ${orphaned.token}`)).statusCode).toBe(200)
    const admin = await test.signIn('admin', TEST_PASSWORD)
    await admin.inject({ method: 'PATCH', url: `/api/users/${person.userId}`, payload: { disabled: true } })
    expect((await withToken('/api/session', `Bearer ${orphaned.token}`)).statusCode).toBe(401)
  })

  it('is not taken from a wrong or empty header', async () => {
    for (const header of ['Bearer', 'Bearer x', 'Basic', 'Basic !!!', 'Digest abc'])
      expect((await withToken('/api/session', header)).statusCode).toBe(401)
  })

  it('of the data directory lets command-line tools in as a local administrator', async () => {
    const response = await withToken('/api/session', `Bearer ${LOCAL_TOKEN}`)
    expect(response.json().user).toMatchObject({ id: 'local', roles: ['admin'] })
  })
})
