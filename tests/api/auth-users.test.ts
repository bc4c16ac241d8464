import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES } from '#contract/auth.ts'
import { createTestApp, type TestApp } from '../support/app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
}, 60_000)
afterAll(() => test?.close())

const input = (name: string, more: object = {}) => ({
  name,
  displayName: '张三',
  password: 'first password 1',
  roles: ['clerk'],
  divisionPrefix: '150623',
  townCodes: ['150623100'],
  ...more,
})

async function create(payload: object) {
  const admin = await test.as('admin')
  return admin.inject({ method: 'POST', url: '/api/users', payload })
}
async function change(id: string, payload: object) {
  const admin = await test.as('admin')
  return admin.inject({ method: 'PATCH', url: `/api/users/${id}`, payload })
}

describe('accounts', () => {
  it.each(ROLES.filter((role) => role !== 'admin'))('are none of the business of %s', async (role) => {
    const person = await test.as(role)
    const admin = await test.as('admin')
    for (const request of [
      { method: 'GET', url: '/api/users' },
      { method: 'POST', url: '/api/users', payload: input('sneaked') },
      { method: 'PATCH', url: `/api/users/${admin.userId}`, payload: { disabled: true } },
    ] as const) {
      const response = await person.inject(request)
      expect(response.statusCode, `${request.method} ${request.url}`).toBe(403)
      expect(response.json().code).toBe('auth.forbidden')
    }
  })

  it('are refused with every field that is wrong, in the language asked for', async () => {
    const admin = await test.as('admin')
    const response = await admin.inject({
      method: 'POST',
      url: '/api/users',
      headers: { 'accept-language': 'en' },
      payload: { ...input('x'), roles: ['king'], townCodes: ['1'], shoeSize: 43, displayName: 7 },
    })
    expect(response.statusCode).toBe(400)
    const { code, errors } = response.json<{
      code: string
      errors: { field: string; code: string; message: string }[]
    }>()
    expect(code).toBe('request.invalid')
    expect(errors.map((fault) => `${fault.field} ${fault.code}`).sort()).toEqual([
      'displayName field.type',
      'name field.length',
      'roles.0 field.choice',
      'shoeSize field.unknown',
      'townCodes.0 field.format',
    ])
    expect(errors.find(({ field }) => field === 'roles.0')?.message).toMatch(/king.*clerk/)
    const chinese = await create({ ...input('y2'), displayName: null })
    expect(chinese.json().errors).toEqual([
      { field: 'displayName', code: 'field.type', message: '“displayName”的值 （空） 类型不对，应为文字。' },
    ])
  })

  it('need a free name and a good password', async () => {
    expect((await create(input('CLERK'))).json()).toMatchObject({ code: 'auth.name_taken', status: 409 })
    expect((await create(input('weakling', { password: '1234567890' }))).json().code).toBe(
      'auth.password_weak',
    )
  })

  it('never get more land than the one who makes them has', async () => {
    expect((await create(input('wide', { divisionPrefix: '1506' }))).json().code).toBe('auth.scope_too_wide')
    expect((await create(input('other', { divisionPrefix: '150624' }))).json().code).toBe(
      'auth.scope_too_wide',
    )
  })

  it('are not given towns that do not exist or lie in another division', async () => {
    const unknown = await create(input('lost', { townCodes: ['150623100', '150623998'] }))
    expect([unknown.statusCode, unknown.json().code]).toEqual([422, 'auth.town_unknown'])
    expect(unknown.json().detail).toContain('150623998')
    const foreign = await create(input('lost', { townCodes: ['150624100'] }))
    expect(foreign.json().detail).toContain('150624100')
    const { id } = (await create(input('found'))).json<{ id: string }>()
    const changed = await change(id, { townCodes: ['150623997'] })
    expect([changed.statusCode, changed.json().code]).toEqual([422, 'auth.town_unknown'])
    // A town that is gone must not keep an account from being disabled.
    await test.database
      .knex('users')
      .where({ id })
      .update({ town_codes: ['150623997'] })
    expect((await change(id, { disabled: true })).statusCode).toBe(200)
  })

  it('are made, listed, changed, disabled and let in again', async () => {
    const created = await create(input('zhangsan'))
    expect(created.statusCode).toBe(201)
    const { id } = created.json<{ id: string }>()
    const admin = await test.as('admin')
    const { items } = (await admin.inject('/api/users')).json<{ items: { name: string }[] }>()
    expect(items.map(({ name }) => name)).toContain('zhangsan')
    expect(JSON.stringify(items)).not.toContain('argon2')
    expect((await change(id, { roles: ['inspector', 'viewer'], townCodes: [] })).json()).toMatchObject({
      roles: ['inspector', 'viewer'],
      townCodes: [],
    })
    expect((await change(id, { disabled: true })).json().disabled).toBe(true)
    const refused = await test.app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { name: 'zhangsan', password: 'first password 1' },
    })
    expect(refused.json().code).toBe('auth.invalid_credentials')
    expect((await change(id, { disabled: false })).json().disabled).toBe(false)
    await test.signIn('zhangsan', 'first password 1')
  })

  it('count with their new roles from the next request on', async () => {
    const { id } = (await create(input('lisi'))).json<{ id: string }>()
    await test.database.knex('users').where({ id }).update({ must_change_password: false })
    const person = await test.signIn('lisi', 'first password 1')
    expect((await person.inject('/api/session')).json().user.actions).toContain('parcel.edit')
    await change(id, { roles: ['viewer'] })
    expect((await person.inject('/api/session')).json().user.actions).not.toContain('parcel.edit')
  })

  it('always leave one administrator, even when two remove each other at once', async () => {
    const admin = await test.as('admin')
    expect((await change(admin.userId, { disabled: true })).json().code).toBe('auth.last_admin')
    expect((await change(admin.userId, { roles: ['viewer'] })).json().code).toBe('auth.last_admin')
    const second = (await create(input('second', { roles: ['admin'], townCodes: [] }))).json<{ id: string }>()
    const both = await Promise.all([
      change(admin.userId, { roles: ['viewer'] }),
      change(second.id, { roles: ['viewer'] }),
    ])
    const left = await test.database
      .knex('users')
      .whereRaw(`roles @> ARRAY['admin']`)
      .whereNull('disabled_at')
    expect(left.length, both.map(({ body }) => body).join()).toBeGreaterThanOrEqual(1)
  })

  it('that do not exist are not found', async () => {
    const admin = await test.signIn('second', 'first password 1').catch(() => test.as('admin'))
    const response = await admin.inject({
      method: 'PATCH',
      url: '/api/users/none',
      payload: { disabled: true },
    })
    expect([403, 404]).toContain(response.statusCode)
  })
})

describe('the first visit', () => {
  const setUp = (fresh: TestApp, token: string) =>
    fresh.app.inject({
      method: 'POST',
      url: '/api/setup',
      payload: { token, name: 'wangwu', displayName: '王五', password: 'the first real one' },
    })

  it('makes one administrator with the token the terminal printed last, and then never again', async () => {
    const fresh = await createTestApp()
    try {
      await fresh.database.knex('sessions').delete()
      await fresh.database.knex('users').delete()
      const state = async () => (await fresh.app.inject('/api/auth-state')).json()
      expect(await state()).toMatchObject({ setupRequired: true, demo: true, secureContext: true })
      const printedFirst = await fresh.app.renewSetupToken()
      const token = (await fresh.app.renewSetupToken())!
      const stored = await fresh.database.knex('setup_tokens').pluck('token_hash')
      expect(stored).toHaveLength(1)
      expect(stored[0]).not.toContain(token)
      expect((await setUp(fresh, printedFirst!)).json().code).toBe('auth.setup_token_wrong')
      expect((await setUp(fresh, 'wrong-token')).json().code).toBe('auth.setup_token_wrong')
      const [one, two] = await Promise.all([setUp(fresh, token), setUp(fresh, ` ${token.toUpperCase()} `)])
      expect([one.statusCode, two.statusCode].filter((code) => code === 201)).toHaveLength(1)
      expect((await setUp(fresh, token)).json().code).toBe('auth.setup_done')
      expect(await fresh.app.renewSetupToken()).toBeNull()
      expect(await state()).toMatchObject({ setupRequired: false })
      const admin = await fresh.signIn('wangwu', 'the first real one')
      expect((await admin.inject('/api/users')).json().total).toBe(1)
    } finally {
      await fresh.close()
    }
  }, 60_000)
})
