import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ParcelDetail } from '#contract/parcel.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'

let test: TestApp
let clerk: SignedIn
let id: string
const [TOWN_A, TOWN_B] = ['150623100', '150623101']
const [BEFORE, AFTER] = ['2024-05-02T00:00:00.000Z', '2024-06-03T01:30:00.000Z']

/** Somebody who sees one town only. */
async function limitedTo(town: string): Promise<SignedIn> {
  const name = `of-${town}`
  const admin = await test.as('admin')
  const [first, own] = ['first password 1', 'a much better password']
  const rights = { roles: ['clerk'], divisionPrefix: '150623', townCodes: [town] }
  const payload = { name, displayName: name, password: first, ...rights }
  expect((await admin.inject({ method: 'POST', url: '/api/users', payload })).statusCode).toBe(201)
  const person = await test.signIn(name, first)
  const change = { currentPassword: first, newPassword: own }
  await person.inject({ method: 'PUT', url: '/api/session/password', payload: change })
  return person
}

beforeAll(async () => {
  test = await createTestApp()
  clerk = await test.as('clerk')
  const columns = { location: '示例路', parcel_no: '迁-1', town_code: TOWN_A }
  const seeds = [{ ring: square(0, 0), columns }]
  const seeded = await seedParcels(test.database.knex, seeds, { recordedAt: new Date('2024-05-01') })
  id = seeded.ids[0]!
  const payload = { version: 1, attributes: { townCode: TOWN_B } }
  const moved = await clerk.inject({ method: 'PATCH', url: `/api/parcels/${id}`, payload })
  expect(moved.statusCode, moved.body).toBe(200)
}, 120_000)
afterAll(() => test?.close())

describe('a parcel that moved to another town', () => {
  const suffixes = ['', `?at=${BEFORE}`, `?at=${BEFORE}&geometry=original`, `?at=${AFTER}`]

  it.each(suffixes)('is seen by the town it is in today, and by that one only: %s', async (suffix) => {
    const url = `/api/parcels/${id}${suffix}`
    expect((await (await limitedOnce(TOWN_A)).inject(url)).statusCode).toBe(404)
    const seen = await (await limitedOnce(TOWN_B)).inject(url)
    expect(seen.statusCode, seen.body).toBe(200)
    const town = suffix.includes(BEFORE) ? TOWN_A : TOWN_B
    expect(seen.json<ParcelDetail>().townCode).toBe(town)
    expect((await clerk.inject(url)).json<ParcelDetail>().townCode).toBe(town)
  })

  it('is not there before it was recorded', async () => {
    expect((await clerk.inject(`/api/parcels/${id}?at=2020-01-01T00:00:00Z`)).statusCode).toBe(404)
  })
})

const limited = new Map<string, Promise<SignedIn>>()
function limitedOnce(town: string): Promise<SignedIn> {
  const known = limited.get(town) ?? limitedTo(town)
  limited.set(town, known)
  return known
}

describe('a parcel that has not changed', () => {
  const asked = (ifNoneMatch: string, who = clerk) =>
    who.inject({ url: `/api/parcels/${id}`, headers: { 'if-none-match': ifNoneMatch } })

  it.each(['"2"', 'W/"2"', '"1", "2"', '*'])(
    'is answered 304 without a body to If-None-Match: %s',
    async (tag) => {
      const response = await asked(tag)
      expect([response.statusCode, response.body]).toEqual([304, ''])
      expect(response.headers['etag']).toBe('"2"')
    },
  )

  it.each(['"1"', 'W/"1"', '2', '"22"'])('is sent again to If-None-Match: %s', async (tag) => {
    const response = await asked(tag)
    expect(response.statusCode).toBe(200)
    expect(response.headers['etag']).toBe('"2"')
    expect(response.headers['vary']).toMatch(/cookie/i)
  })

  it('is not there for somebody of another town, whatever they hold', async () => {
    expect((await asked('"2"', await limitedOnce(TOWN_A))).statusCode).toBe(404)
  })
})
