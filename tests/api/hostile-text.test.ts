import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#contract/problem.ts'
import { seedParcels } from '../factories/parcels.ts'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

let test: TestApp
let clerk: SignedIn
let id: string

beforeAll(async () => {
  test = await createTestApp()
  clerk = await test.as('clerk')
  id = (await seedParcels(test.database.knex, [{ columns: { name: '示例' } }])).ids[0]!
}, 120_000)
afterAll(() => test.close())

describe('texts that cannot be stored', () => {
  it.each(['a\u0000b', 'a\u0007b', 'a\ud800b', '\udc00'])(
    'are refused in a body, naming the field: %j',
    async (name) => {
      const response = await clerk.inject({
        method: 'PATCH',
        url: `/api/parcels/${id}`,
        payload: JSON.stringify({ version: 1, attributes: { name } }),
        headers: { 'content-type': 'application/json' },
      })
      expect(response.statusCode).toBe(400)
      expect(response.json<Problem>().errors?.[0]).toMatchObject({
        field: 'attributes.name',
        code: 'field.characters',
      })
    },
  )

  it('are refused before anybody has signed in', async () => {
    const payload = { name: 'a\u0000b', password: 'x' }
    expect((await test.app.inject({ method: 'POST', url: '/api/session', payload })).statusCode).toBe(400)
  })

  it.each([
    '/api/parcels?q=%00',
    '/api/summary?q=%00',
    '/tiles/parcels/12/3270/1570.mvt?q=%00',
    '/api/imports?after=%00',
    '/api/parcels?planYear=99999999999999',
  ])('are refused in an address: %s', async (url) => {
    expect((await clerk.inject(url)).statusCode).toBe(400)
  })

  it('do not include line ends, tabs and rare ideographs', async () => {
    const response = await clerk.inject({
      method: 'PATCH',
      url: `/api/parcels/${id}`,
      payload: { version: 1, attributes: { remark: '第一行\r\n\t圐圙𠮷' } },
    })
    expect(response.statusCode).toBe(200)
  })
})

describe('an account limited to towns', () => {
  it('is told by 403 that it cannot import, and sees no import', async () => {
    const admin = await test.as('admin')
    const account = {
      name: 'zhenclerk',
      displayName: '镇经办',
      roles: ['clerk'],
      divisionPrefix: '150623',
      townCodes: ['150623101'],
    }
    await admin.inject({
      method: 'POST',
      url: '/api/users',
      payload: { ...account, password: `${TEST_PASSWORD} 2` },
    })
    const first = await test.signIn('zhenclerk', `${TEST_PASSWORD} 2`)
    const passwords = { currentPassword: `${TEST_PASSWORD} 2`, newPassword: `${TEST_PASSWORD} 3` }
    await first.inject({ method: 'PUT', url: '/api/session/password', payload: passwords })
    const town = await test.signIn('zhenclerk', `${TEST_PASSWORD} 3`)
    for (const url of ['/api/imports', '/api/import-templates'])
      expect((await town.inject(url)).statusCode, url).toBe(403)
    const created = await town.inject({
      method: 'POST',
      url: '/api/imports',
      payload: 'x',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    })
    expect([created.statusCode, created.json().code]).toEqual([403, 'auth.limited_to_towns'])
    expect(created.json().detail).toContain('您的账号限定在部分镇（园区）')
  })
})

describe('a role that does not import', () => {
  it('is told that it is the role, not the towns', async () => {
    const auditor = await test.as('auditor')
    const refused = await auditor.inject({
      method: 'POST',
      url: '/api/imports',
      payload: 'x',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    })
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'auth.forbidden'])
    expect(refused.json().detail).toBe(
      '您的角色没有“上传和检查测绘成果”的权限。如工作需要，请联系系统管理员。',
    )
  })
})
