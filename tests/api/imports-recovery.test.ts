import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportList, ImportView } from '#contract/import.ts'
import { squares, surveyZip } from '../factories/surveys.ts'
import { createTestApp, TEST_NOW, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { commit, getImport, importFiles, parcelTotal, settled, upload } from '../support/imports.ts'

/** What a crash leaves: unlogged tables are emptied, jobs of the dead server stand as running. */
describe.each(testModes())('imports after a crash (%s)', (mode) => {
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp({ mode })
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  const survey = (name: string, eastM: number, count = 40) => [
    {
      name: `${name}.zip`,
      data: surveyZip(
        squares(count, eastM).map((feature, index) => ({
          ...feature,
          attributes: { ...feature.attributes, 台账编号: `${name}${index}` },
        })),
      ),
    },
  ]
  const emptied = async (): Promise<void> => {
    for (const table of ['import_rows', 'import_shapes', 'import_outcomes', 'import_outlines'])
      await app.database.knex(table).delete()
  }
  const listed = async (id: string) =>
    (await clerk.inject('/api/imports')).json<ImportList>().items.find((item) => item.id === id)

  it('are checked again behind new uploads, and say why on their page and in the list', async () => {
    const resting: ImportView[] = []
    for (const name of ['甲', '乙', '丙', '丁', '戊', '己'])
      resting.push(await importFiles(clerk, survey(name, 0)))
    await emptied()
    await app.restart()
    const fresh = await upload(clerk, survey('新', 9_000, 3))
    const last = resting.at(-1)!.id
    const waiting = await getImport(clerk, last)
    expect(waiting).toMatchObject({ status: 'checking', notice: { code: 'recheck_after_restart' } })
    expect(waiting.notice?.detail).toContain('服务重启后正在重新检查')
    expect(await listed(last)).toMatchObject({ notice: { code: 'recheck_after_restart' } })

    expect(await settled(clerk, fresh)).toMatchObject({ status: 'ready', counts: { ready: 3 }, notice: null })
    expect((await getImport(clerk, last)).status).toBe('checking')
    for (const { id } of resting)
      expect(await settled(clerk, id)).toMatchObject({ status: 'ready', counts: { ready: 40 }, notice: null })
  })

  it('go on with a commit the crash cut short, and say so', async () => {
    const { id, counts } = await importFiles(clerk, survey('续', 12_000))
    const { knex } = app.database
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    await knex('jobs').insert({
      id: 'cut-short',
      kind: 'import.commit',
      payload: JSON.stringify({
        divisionCode: '150623',
        importId: id,
        actor: { id: clerk.userId, displayName: '经办人', roles: ['clerk'] },
      }),
      status: 'running',
      worker: `${hostname()}|${dead}|earlier|x`,
      attempts: 1,
      max_attempts: 8,
      run_after: TEST_NOW,
      lease_until: '2999-01-01T00:00:00Z',
      created_by: clerk.userId,
      created_at: TEST_NOW,
    })
    await knex('imports')
      .where({ id })
      .update({ status: 'committing', on_blocked: 'stop', job_id: 'cut-short' })
    await emptied()
    const before = await parcelTotal(clerk)
    await app.restart()
    await expect
      .poll(() => getImport(clerk, id), { interval: 5 })
      .toMatchObject({ status: 'committing', work: 'commit', notice: { code: 'commit_resumed' } })
    expect((await getImport(clerk, id)).notice?.detail).toContain('当时没有写入任何宗地')
    expect(await listed(id)).toMatchObject({ status: 'committing', notice: { code: 'commit_resumed' } })
    expect(await settled(clerk, id)).toMatchObject({ status: 'committed', notice: null, counts })
    expect(await parcelTotal(clerk)).toBe(before + 40)
  })

  it('say that a commit was lost with its job, and that nothing was written', async () => {
    const { id } = await importFiles(clerk, survey('失', 15_000, 5))
    const { knex } = app.database
    await knex('imports').where({ id }).update({ status: 'committing', on_blocked: 'stop', job_id: null })
    const before = await parcelTotal(clerk)
    await app.restart()
    const view = await settled(clerk, id)
    expect(view).toMatchObject({ status: 'ready', notice: { code: 'commit_lost' } })
    expect(view.notice?.detail).toContain('没有写入任何宗地')
    expect(await parcelTotal(clerk)).toBe(before)
    expect(await commit(clerk, id)).toMatchObject({ status: 'committed', notice: null })
  })
})
