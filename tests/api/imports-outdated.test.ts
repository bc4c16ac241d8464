import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { squares, surveyZip } from '../factories/surveys.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { commit, getImport, importFiles } from '../support/imports.ts'

describe.each(testModes())('a commit after the county was written (%s)', (mode) => {
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp({ mode })
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  const survey = (eastM: number, name: string) => [
    {
      name: `${name}.zip`,
      data: surveyZip(
        squares(60, eastM).map((feature, i) => ({
          ...feature,
          attributes: { ...feature.attributes, 台账编号: `${name}${i}` },
        })),
      ),
    },
  ]

  it('checks again and goes on by itself, never ready in between', async () => {
    const [first, second] = [
      await importFiles(clerk, survey(0, '先')),
      await importFiles(clerk, survey(5000, '后')),
    ]
    await commit(clerk, first.id)
    const payload = { onBlocked: 'stop' }
    await clerk.inject({ method: 'POST', url: `/api/imports/${second.id}/commit`, payload })
    const seen = new Set<string>()
    for (let status = ''; !['committed', 'failed'].includes(status); seen.add(status)) {
      status = (await getImport(clerk, second.id)).status
      await new Promise((resolve) => setImmediate(resolve))
      if (status === 'ready') break
    }
    expect([...seen].filter((status) => !['checking', 'committing'].includes(status))).toEqual(['committed'])
  })

  it('goes back to ready and says why when the checks count otherwise', async () => {
    const [first, again] = [
      await importFiles(clerk, survey(10_000, '同')),
      await importFiles(clerk, survey(10_000, '同')),
    ]
    await commit(clerk, first.id)
    const view = await commit(clerk, again.id)
    expect(view).toMatchObject({
      status: 'ready',
      notice: { code: 'checks_outdated' },
      counts: { unchanged: 60 },
    })
  })
})
