import { existsSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openFileStore } from '../../server/platform/files.ts'
import { sweepStaging } from '../../server/imports/sweep.ts'
import { squares, surveyZip } from '../factories/surveys.ts'
import { createTestApp, TEST_NOW, type SignedIn, type TestApp } from '../support/app.ts'
import { commit, getImport, importFiles, settled } from '../support/imports.ts'

let app: TestApp
let clerk: SignedIn

beforeAll(async () => {
  app = await createTestApp({ env: { STAGING_KEEP_DAYS: '3' } })
})
beforeEach(async () => {
  clerk = await app.as('clerk')
})
afterAll(() => app.close())

const TABLES = ['import_rows', 'import_shapes', 'import_outcomes', 'import_outlines']
async function stagedOf(id: string): Promise<number> {
  const counts = await Promise.all(
    TABLES.map((table) => app.database.knex(table).where({ import_id: id }).count('* as count')),
  )
  return counts.reduce((sum, [row]) => sum + Number(row!['count']), 0)
}
const DAY_MS = 86_400_000
const afterDays = (days: number): Date => new Date(Date.parse(TEST_NOW) + days * DAY_MS)
const sweep = (days = 4) => sweepStaging(app.database.knex, afterDays(days))
const survey = (count: number, prj?: null) => [
  { name: `${count}.zip`, data: surveyZip(squares(count), prj === null ? { prj } : {}) },
]
const recheck = (id: string, person = clerk) =>
  person.inject({ method: 'POST', url: `/api/imports/${id}/recheck` })

describe('the files of imports', () => {
  it('go with a discarded import once they are a day old, and stay with a kept one', async () => {
    const kept = await importFiles(clerk, survey(11))
    const discarded = await importFiles(clerk, survey(12))
    await clerk.inject({ method: 'DELETE', url: `/api/imports/${discarded.id}` })
    const { knex } = app.database
    const young = openFileStore(app.config.dataDir, () => new Date())
    expect(await young.sweepOrphans(knex, DAY_MS)).toBe(0)
    const later = openFileStore(app.config.dataDir, () => new Date(Date.now() + 2 * DAY_MS))
    expect(await later.sweepOrphans(knex, DAY_MS)).toBe(1)
    expect(existsSync(later.pathOf(kept.files[0]!.sha256))).toBe(true)
    expect(existsSync(later.pathOf(discarded.files[0]!.sha256))).toBe(false)
    await sweep()
  })
})

describe('staging of an import nobody came back to', () => {
  it('is cleared, and everything that is asked of the import still answers', async () => {
    const view = await importFiles(clerk, survey(4))
    expect(view.isCleared).toBe(false)
    expect(await sweep(-1)).toBe(0)
    expect(await sweep()).toBe(1)
    expect(await stagedOf(view.id)).toBe(0)
    const { items } = (await clerk.inject('/api/imports')).json()
    expect(items.map((item: { id: string }) => item.id)).toContain(view.id)
    expect(await getImport(clerk, view.id)).toMatchObject({
      status: 'ready',
      isCleared: true,
      counts: { ready: 4, new: 4 },
    })
    const preview = (await clerk.inject(`/api/imports/${view.id}/preview`)).json()
    expect(preview).toMatchObject({ features: [], isPartial: false })
    for (const part of ['changes', 'absent', 'issues'])
      expect((await clerk.inject(`/api/imports/${view.id}/${part}`)).statusCode, part).toBe(200)
    const report = await clerk.inject(`/api/imports/${view.id}/report.xlsx`)
    expect([report.statusCode, report.json().code]).toEqual([409, 'import.checks_cleared'])
    expect(await sweep()).toBe(0)
  })

  it('is made again by a recheck, from the kept file and the choices as they were', async () => {
    const view = await importFiles(clerk, survey(3, null))
    await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: { crs: 'EPSG:4524' } })
    await settled(clerk, view.id)
    await sweep()
    const auditor = await app.as('auditor')
    expect((await recheck(view.id, auditor)).statusCode).toBe(403)
    const [first, second] = await Promise.all([recheck(view.id), recheck(view.id)])
    expect([first.statusCode, second.statusCode]).toEqual([202, 202])
    expect(await settled(clerk, view.id)).toMatchObject({
      status: 'ready',
      isCleared: false,
      choices: { crs: 'EPSG:4524' },
      counts: { ready: 3 },
    })
    expect((await clerk.inject(`/api/imports/${view.id}/preview`)).json().features).toHaveLength(3)
    expect((await clerk.inject(`/api/imports/${view.id}/report.xlsx`)).statusCode).toBe(200)
  })

  it('is made again by a choice, and while the reference system is open', async () => {
    const view = await importFiles(clerk, survey(2, null))
    expect(view.status).toBe('needs_choice')
    await sweep()
    expect(await getImport(clerk, view.id)).toMatchObject({ status: 'needs_choice', isCleared: true })
    expect((await clerk.inject(`/api/imports/${view.id}/preview`)).json().features).toEqual([])
    await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: { crs: 'EPSG:4524' } })
    expect(await settled(clerk, view.id)).toMatchObject({ status: 'ready', isCleared: false })
  })

  it('is not needed by a commit: the checks run first', async () => {
    const view = await importFiles(clerk, [{ name: 'c.zip', data: surveyZip(squares(30).slice(25)) }])
    await sweep()
    expect(await commit(clerk, view.id, 'stop')).toMatchObject({ status: 'committed', counts: { new: 5 } })
    expect(await sweep()).toBe(0)
    const again = await recheck(view.id)
    expect([again.statusCode, again.json().code]).toEqual([409, 'import.already_committed'])
  })

  it('is left alone when a run has begun meanwhile', async () => {
    const view = await importFiles(clerk, survey(6))
    const running = recheck(view.id)
    await sweep()
    await running
    expect(await settled(clerk, view.id)).toMatchObject({ status: 'ready', isCleared: false })
    expect(await stagedOf(view.id)).toBe(18)
  })

  it('is swept by the server itself after the days that are set, and not made again at a start', async () => {
    await sweep()
    const view = await importFiles(clerk, survey(7))
    app.clock.advance(2 * DAY_MS)
    await app.restart()
    expect(await stagedOf(view.id)).toBe(21)
    app.clock.advance(2 * DAY_MS)
    await app.restart()
    await expect.poll(() => stagedOf(view.id), { timeout: 20_000 }).toBe(0)
    await app.restart()
    clerk = await app.as('clerk')
    expect(await getImport(clerk, view.id)).toMatchObject({ status: 'ready', isCleared: true })
    expect(await stagedOf(view.id)).toBe(0)
  })
})
