import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ localToken: 'local-token-of-this-process' })
}, 60_000)
afterAll(() => test?.close())

const HOUR_MS = 3_600_000
const GOOD_PASSWORD = 'a much better password'
let counter = 0

/** A fresh account, signed in with its initial password changed. */
async function newcomer(
  roles: string[] = ['clerk'],
  more: object = {},
): Promise<SignedIn & { name: string }> {
  const name = `person${++counter}`
  const admin = await test.as('admin')
  const created = await admin.inject({
    method: 'POST',
    url: '/api/users',
    payload: {
      name,
      displayName: name,
      password: 'first password 1',
      roles,
      divisionPrefix: '150623',
      townCodes: [],
      ...more,
    },
  })
  expect(created.statusCode, created.body).toBe(201)
  const person = await test.signIn(name, 'first password 1')
  const changed = await person.inject({
    method: 'PUT',
    url: '/api/session/password',
    payload: { currentPassword: 'first password 1', newPassword: GOOD_PASSWORD },
  })
  expect(changed.statusCode, changed.body).toBe(204)
  return { ...person, name }
}

const signIn = (name: string, password: string, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'POST', url: '/api/session', payload: { name, password }, headers })

describe('without signing in', () => {
  it.each([
    ['GET', '/api/session'],
    ['GET', '/api/users'],
    ['GET', '/api/parcels'],
    ['GET', '/api/basemaps'],
    ['GET', '/tiles/parcels/1/1/1.mvt'],
    ['DELETE', '/api/session'],
    ['PUT', '/api/session/password'],
    ['POST', '/api/users'],
  ] as const)('%s %s is refused with 401', async (method, url) => {
    const response = await test.app.inject({ method, url })
    expect(response.statusCode).toBe(401)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.headers['www-authenticate']).toContain('Bearer')
    expect(response.json()).toMatchObject({ code: 'auth.required', detail: '请先登录。' })
  })

  it.each(['/health/live', '/health/ready', '/openapi.json', '/docs', '/api/auth-state'])(
    '%s is open',
    async (url) => {
      expect((await test.app.inject(url)).statusCode).toBe(200)
    },
  )

  it('no route but the known ones is open', async () => {
    const open: string[] = []
    const document = (await test.app.inject('/openapi.json')).json<{ paths: Record<string, object> }>()
    for (const [path, item] of Object.entries(document.paths)) {
      const url = path.replaceAll(/\{[^}]+\}/g, '1')
      for (const method of Object.keys(item)) {
        const response = await test.app.inject({ method: method.toUpperCase() as 'GET', url })
        if (response.statusCode !== 401) open.push(`${method} ${path}`)
      }
    }
    expect(open.sort()).toEqual(['get /api/auth-state', 'post /api/session', 'post /api/setup'])
  })
})

describe('signing in', () => {
  it('refuses a wrong password and an unknown name alike', async () => {
    const wrong = await signIn('viewer', 'not this one')
    const unknown = await signIn('nobody', 'not this one')
    for (const response of [wrong, unknown]) {
      expect(response.statusCode).toBe(401)
      expect(response.json().code).toBe('auth.invalid_credentials')
      expect(response.cookies).toEqual([])
    }
    expect({ ...wrong.json(), requestId: '' }).toEqual({ ...unknown.json(), requestId: '' })
  })

  it('answers 201 with the user and a CSRF token, and a cookie no script can read', async () => {
    const response = await signIn('CLERK', TEST_PASSWORD)
    expect(response.statusCode).toBe(201)
    expect(response.json()).toMatchObject({
      user: { name: 'clerk', roles: ['clerk'], scope: { divisionPrefix: '150623', townCodes: [] } },
      csrfToken: expect.stringMatching(/^.{43}$/),
    })
    const [cookie] = response.cookies
    expect(cookie).toMatchObject({ name: 'qidi_session', httpOnly: true, sameSite: 'Lax', path: '/' })
    expect(cookie?.['secure']).toBeUndefined()
    const stored = await test.database.knex('sessions').select('token_hash')
    expect(stored.map((row) => row.token_hash)).not.toContain(cookie?.value)
  })

  it('gives the same CSRF token again on GET and ends with DELETE', async () => {
    const person = await test.signIn('viewer', TEST_PASSWORD)
    expect((await person.inject('/api/session')).json().csrfToken).toBe(person.csrfToken)
    const out = await person.inject({ method: 'DELETE', url: '/api/session' })
    expect(out.statusCode).toBe(204)
    expect(out.cookies[0]).toMatchObject({ name: 'qidi_session', value: '' })
    expect((await person.inject('/api/session')).statusCode).toBe(401)
  })

  it('shuts the door with growing delays, says for how long, and counts parallel guesses one by one', async () => {
    const person = await newcomer()
    const guesses = await Promise.all(Array.from({ length: 12 }, () => signIn(person.name, 'wrong guess')))
    const codes = guesses.map((response) => response.statusCode)
    expect(codes.filter((code) => code === 401)).toHaveLength(5)
    expect(codes.filter((code) => code === 429)).toHaveLength(7)
    const locked = await signIn(person.name, GOOD_PASSWORD)
    expect(locked.statusCode).toBe(429)
    expect(locked.headers['retry-after']).toBe('15')
    expect(locked.json()).toMatchObject({ code: 'auth.locked', params: { seconds: 15 } })
    expect(locked.json().detail).toContain('15 秒')
    test.clock.advance(15_001)
    expect((await signIn(person.name, 'wrong guess')).statusCode).toBe(401)
    expect((await signIn(person.name, GOOD_PASSWORD)).json().params.seconds).toBe(30)
    test.clock.advance(30_001)
    expect((await signIn(person.name, GOOD_PASSWORD)).statusCode).toBe(201)
    expect((await signIn(person.name, 'wrong guess')).statusCode).toBe(401)
    expect((await signIn(person.name, GOOD_PASSWORD)).statusCode).toBe(201)
  })

  it('keeps a log of who came and who was refused, for administrators', async () => {
    await signIn('leader', 'wrong')
    const admin = await test.as('admin')
    const { items } = (await admin.inject('/api/login-log')).json<{
      items: { name: string; outcome: string }[]
    }>()
    expect(items.map(({ name, outcome }) => `${name} ${outcome}`)).toContain('leader wrong')
    expect((await (await test.as('clerk')).inject('/api/login-log')).statusCode).toBe(403)
  })
})

describe('a session', () => {
  it('ends after a time without use, and is kept by use', async () => {
    const person = await test.signIn('planner', TEST_PASSWORD)
    test.clock.advance(8 * HOUR_MS)
    expect((await person.inject('/api/session')).statusCode).toBe(200)
    test.clock.advance(8 * HOUR_MS)
    expect((await person.inject('/api/session')).statusCode).toBe(200)
    test.clock.advance(12 * HOUR_MS + 1000)
    expect((await person.inject('/api/session')).statusCode).toBe(401)
  })

  it('ends after seven days however much it is used', async () => {
    const person = await test.signIn('planner', TEST_PASSWORD)
    for (let half = 0; half < 14; half++) {
      expect((await person.inject('/api/session')).statusCode).toBe(200)
      test.clock.advance(11.9 * HOUR_MS)
    }
    test.clock.advance(2 * HOUR_MS)
    expect((await person.inject('/api/session')).statusCode).toBe(401)
  })

  it('can be seen and ended one by one or all at once', async () => {
    const person = await newcomer()
    const other = await test.signIn(person.name, GOOD_PASSWORD)
    const third = await test.signIn(person.name, GOOD_PASSWORD)
    const list = (await person.inject('/api/session/sessions')).json<{
      items: { id: string; isCurrent: boolean }[]
    }>()
    expect(list.items).toHaveLength(3)
    expect(list.items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1)
    const otherOwn = (await other.inject('/api/session/sessions')).json<typeof list>()
    const otherId = otherOwn.items.find(({ isCurrent }) => isCurrent)!.id
    expect((await third.inject('/api/session')).statusCode).toBe(200)
    await person.inject({ method: 'DELETE', url: `/api/session/sessions/${otherId}` })
    expect((await other.inject('/api/session')).statusCode).toBe(401)
    await person.inject({ method: 'DELETE', url: '/api/session/sessions' })
    expect((await third.inject('/api/session')).statusCode).toBe(401)
    expect((await person.inject('/api/session')).statusCode).toBe(200)
  })

  it('of somebody else cannot be ended', async () => {
    const [person, other] = [await newcomer(), await newcomer()]
    const { items } = (await other.inject('/api/session/sessions')).json<{ items: { id: string }[] }>()
    const response = await person.inject({ method: 'DELETE', url: `/api/session/sessions/${items[0]!.id}` })
    expect(response.json().code).toBe('auth.session_not_found')
    expect((await other.inject('/api/session')).statusCode).toBe(200)
  })
})

describe('a write with a cookie', () => {
  const write = (person: SignedIn, headers: Record<string, string>) =>
    test.app.inject({
      method: 'DELETE',
      url: '/api/session/sessions/none',
      headers: { cookie: person.cookie, ...headers },
    })

  it('is refused without the CSRF token, with a wrong one, and with that of another session', async () => {
    const [person, other] = [await newcomer(), await newcomer()]
    for (const headers of [{}, { 'x-csrf-token': 'x' }, { 'x-csrf-token': other.csrfToken }]) {
      const response = await write(person, headers as Record<string, string>)
      expect(response.statusCode).toBe(403)
      expect(response.json().code).toBe('auth.csrf')
    }
  })

  it.each(['https://evil.example', 'null', 'http://localhost:80.evil.example'])(
    'is refused from %s',
    async (origin) => {
      const person = await test.as('clerk')
      const response = await write(person, { 'x-csrf-token': person.csrfToken, origin })
      expect(response.json().code).toBe('auth.foreign_origin')
      expect((await signIn('clerk', TEST_PASSWORD, { origin })).json().code).toBe('auth.foreign_origin')
    },
  )

  it('is taken from this site and without an Origin', async () => {
    const person = await test.as('clerk')
    for (const headers of [{}, { origin: 'http://localhost:80' }, { origin: 'http://localhost' }]) {
      const response = await write(person, { 'x-csrf-token': person.csrfToken, ...headers } as Record<
        string,
        string
      >)
      expect(response.json().code).toBe('auth.session_not_found')
    }
  })
})

describe('a password', () => {
  it('handed out by an administrator must be changed before anything else', async () => {
    const admin = await test.signIn('admin', TEST_PASSWORD)
    const person = await newcomer()
    await admin.inject({
      method: 'PATCH',
      url: `/api/users/${person.userId}`,
      payload: { password: 'handed out again' },
    })
    expect((await person.inject('/api/session')).statusCode).toBe(401)
    const again = await test.signIn(person.name, 'handed out again')
    expect((await again.inject('/api/session')).json().user.mustChangePassword).toBe(true)
    const refused = await again.inject('/api/parcels')
    expect(refused.statusCode).toBe(403)
    expect(refused.json().code).toBe('auth.password_change_required')
    const changed = await again.inject({
      method: 'PUT',
      url: '/api/session/password',
      payload: { currentPassword: 'handed out again', newPassword: 'my very own words' },
    })
    expect(changed.statusCode).toBe(204)
    expect((await again.inject('/api/session')).json().user.mustChangePassword).toBe(false)
  })

  it('is changed only with the current one, to a good one that differs, and ends the other sessions', async () => {
    const person = await newcomer()
    const other = await test.signIn(person.name, GOOD_PASSWORD)
    const change = (currentPassword: string, newPassword: string) =>
      person.inject({
        method: 'PUT',
        url: '/api/session/password',
        payload: { currentPassword, newPassword },
      })
    expect((await change('wrong', 'another good one')).json().code).toBe('auth.password_wrong')
    expect((await change(GOOD_PASSWORD, GOOD_PASSWORD)).json().code).toBe('auth.password_weak')
    const weak = (await change(GOOD_PASSWORD, 'short')).json()
    expect(weak).toMatchObject({ code: 'auth.password_weak', status: 422 })
    expect(weak.detail).toContain('至少要 10 个字符')
    expect((await change(GOOD_PASSWORD, 'another good one')).statusCode).toBe(204)
    expect((await other.inject('/api/session')).statusCode).toBe(401)
    expect((await person.inject('/api/session')).statusCode).toBe(200)
    expect((await signIn(person.name, GOOD_PASSWORD)).statusCode).toBe(401)
  })
})
