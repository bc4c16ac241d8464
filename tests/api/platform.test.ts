import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../support/app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
}, 60_000)
afterAll(() => test?.close())

describe('the platform', () => {
  it('answers who is signed in', async () => {
    const clerk = await test.as('clerk')
    const response = await clerk.inject('/api/session')
    expect(response.statusCode, response.body).toBe(200)
    expect(response.json().user.name).toBe('clerk')
  })
})
