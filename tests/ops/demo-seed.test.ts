import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Summary } from '#contract/summary.ts'
import { seedDemo } from '../../scripts/cli/demo-seed.ts'
import { createTestApp, TEST_PASSWORD, type TestApp } from '../support/app.ts'

let app: TestApp
const dataDir = mkdtempSync(join(tmpdir(), 'qidi-demo-seed-'))

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(async () => {
  await app.close()
  rmSync(dataDir, { recursive: true, force: true })
})

it('imports every sample once, and its figures agree with those of the map', async () => {
  const url = await app.app.listen({ host: '127.0.0.1', port: 0 })
  const sampleFolder = join(import.meta.dirname, '../../data/sample')
  const seed = () => seedDemo({ url, dataDir, password: TEST_PASSWORD, sampleFolder, say: () => {} })
  const lines = await seed()
  const sum = lines.pop()!
  const added = lines.map((line) => Number(/新增 (\d+)/.exec(line)?.[1]))
  const viewer = await app.as('viewer')
  const { total } = (await viewer.inject('/api/summary')).json<Summary>()
  const [all, shown, removed] = /共 (\d+) 宗：图上和合计中 (\d+) 宗；另有 (\d+) 宗“已剔除”/
    .exec(sum)!
    .slice(1)
  expect(Number(all)).toBe(added.reduce((so, far) => so + far))
  expect(Number(shown)).toBe(total.count)
  expect(Number(removed)).toBeGreaterThan(0)
  expect(Number(shown) + Number(removed)).toBe(Number(all))
  expect(await seed()).toEqual([])
})
