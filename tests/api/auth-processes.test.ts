import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../server/app.ts'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

let test: TestApp
let second: FastifyInstance

beforeAll(async () => {
  test = await createTestApp()
  second = await buildApp({ config: test.config, database: test.database, clock: test.clock })
  await second.ready()
}, 60_000)
afterAll(async () => {
  await second?.close()
  await test?.close()
})

const statusAtSecond = async (person: SignedIn): Promise<number> =>
  (await second.inject({ url: '/api/session', headers: { cookie: person.cookie } })).statusCode

describe('two servers on one database', () => {
  // The clock stands still, so nothing remembered ever runs out by itself.
  it('both know at once when a session has ended', async () => {
    const person = await test.signIn('chief', TEST_PASSWORD)
    expect(await statusAtSecond(person)).toBe(200)
    await person.inject({ method: 'DELETE', url: '/api/session' })
    await expect.poll(() => statusAtSecond(person), { timeout: 5_000 }).toBe(401)
  })

  it('both know at once when an account has been disabled', async () => {
    const person = await test.signIn('inspector', TEST_PASSWORD)
    expect(await statusAtSecond(person)).toBe(200)
    const admin = await test.as('admin')
    await admin.inject({ method: 'PATCH', url: `/api/users/${person.userId}`, payload: { disabled: true } })
    await expect.poll(() => statusAtSecond(person), { timeout: 5_000 }).toBe(401)
  })

  it('never let a write through on what one of them remembers', async () => {
    const person = await test.signIn('coop', TEST_PASSWORD)
    expect(await statusAtSecond(person)).toBe(200)
    await test.database.knex('sessions').where({ user_id: person.userId }).delete()
    expect(await statusAtSecond(person)).toBe(200)
    const write = await second.inject({
      method: 'POST',
      url: '/api/session/tokens',
      headers: { cookie: person.cookie, 'x-csrf-token': person.csrfToken },
      payload: { name: 'late' },
    })
    expect(write.statusCode).toBe(401)
  })

  it('count wrong guesses together', async () => {
    const guess = (app: FastifyInstance) =>
      app.inject({ method: 'POST', url: '/api/session', payload: { name: 'gov', password: 'wrong' } })
    const guesses = await Promise.all(
      Array.from({ length: 10 }, (_, index) => guess(index % 2 ? test.app : second)),
    )
    expect(guesses.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5)
  })
})
