import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportView } from '#contract/import.ts'
import type { ParcelList } from '#contract/parcel.ts'
import type { FixtureField, FixtureValue } from '../../scripts/fixtures/shapefile-writer.ts'
import { squares, surveyZip, UNSUPPLIED_FIELDS } from '../factories/surveys.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { commit, importFiles } from '../support/imports.ts'

describe.each(testModes())('a survey without a document area (%s)', (mode) => {
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp({ mode })
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  /** Squares of a hectare whose area stands under other names than 面积. */
  const survey = (eastM: number, ...columns: [name: string, values: readonly FixtureValue[]][]) => {
    const areas = columns.map(([name]): FixtureField => ({ name, type: 'N', length: 16, decimals: 4 }))
    const fields = [...UNSUPPLIED_FIELDS.filter(({ name }) => name !== '面积'), ...areas]
    const features = squares(3, eastM).map((feature, index) => ({
      ...feature,
      attributes: {
        ...feature.attributes,
        台账编号: `${eastM}-${index}`,
        ...Object.fromEntries(columns.map(([name, values]) => [name, values[index]!])),
      },
    }))
    return [{ name: `${eastM}.zip`, data: surveyZip(features, { fields }) }]
  }
  const takenFrom = (view: ImportView) =>
    view.issues
      .filter(({ code }) => code === 'document_area_taken')
      .map(({ row, severity, message }) => [row, severity, message])
  const areasOf = async (view: ImportView): Promise<(number | null)[]> => {
    const url = `/api/parcels?importId=${view.id}&sort=parcelNo`
    return (await clerk.inject(url)).json<ParcelList>().items.map((parcel) => parcel.documentAreaM2)
  }

  it('takes it from 批准面积 alone, and is complete', async () => {
    const view = await importFiles(clerk, survey(0, ['批准面积', [15, 15, 15]]))
    expect(view).toMatchObject({ ledger: 'approved_unsupplied', counts: { ready: 3, draft: 0 } })
    expect(takenFrom(view)).toEqual([
      [null, 'note', expect.stringContaining('有 3 宗没有文件面积，取自“批准面积”')],
    ])
    expect(view.issueCounts['document_area_taken']).toBe(1)
    const unit = view.detected.evidence.find(({ source }) => source === '批准面积')
    expect(unit).toMatchObject({ code: 'unit_by_shapes', params: { unit: 'mu', percent: 100 } })
    await commit(clerk, view.id)
    expect(await areasOf(view)).toEqual([10_000, 10_000, 10_000])
  })

  it('takes 剩余未供面积 first, and 批准面积 for the parcels it says nothing of', async () => {
    const view = await importFiles(clerk, survey(2_000, ['批准面积', [1, 1, 1]], ['未供面积', [1, 1, 0]]))
    expect(takenFrom(view).map(([, , message]) => message)).toEqual([
      expect.stringContaining('有 2 宗没有文件面积，取自“未供面积”'),
      expect.stringContaining('有 1 宗没有文件面积，取自“批准面积”'),
    ])
    await commit(clerk, view.id)
    expect(await areasOf(view)).toEqual([10_000, 10_000, 10_000])
  })

  it('prefers the column that fits the shapes', async () => {
    const view = await importFiles(
      clerk,
      survey(4_000, ['批准面积', [1, 1, 1]], ['未供面积', [0.4, 0.3, 0.2]]),
    )
    expect(takenFrom(view).map(([, , message]) => message)).toEqual([
      expect.stringContaining('取自“批准面积”'),
    ])
    expect(view.issueCounts['area_differs']).toBeUndefined()
  })

  it('takes 供应面积 for idle land', async () => {
    const view = await importFiles(clerk, survey(6_000, ['供应面积', [10_000, 10_000, 10_000]]), {
      ledger: 'idle',
    })
    expect(view).toMatchObject({ ledger: 'idle', counts: { ready: 3, draft: 0 } })
    expect(takenFrom(view)).toEqual([[null, 'note', expect.stringContaining('取自“供应面积”')]])
  })

  it('never replaces the document area a parcel has by now', async () => {
    const files = survey(8_000, ['批准面积', [1, 1, 1]])
    const view = await importFiles(clerk, files)
    await commit(clerk, view.id)
    const { items } = (
      await clerk.inject(`/api/parcels?importId=${view.id}&sort=parcelNo`)
    ).json<ParcelList>()
    const corrected = await clerk.inject({
      method: 'PATCH',
      url: `/api/parcels/${items[0]!.id}`,
      headers: { 'if-match': `"${items[0]!.version}"` },
      payload: { attributes: { documentAreaM2: 9_900 } },
    })
    expect(corrected.statusCode).toBe(200)
    const again = await importFiles(clerk, files)
    expect(again.counts).toMatchObject({ changed: 0, unchanged: 3 })

    const remarked = survey(8_000, ['批准面积', [1, 1, 1]], ['计划年度', [2026, 2026, 2026]])
    const more = await importFiles(clerk, remarked)
    expect(more.counts).toMatchObject({ changed: 3 })
    expect((await commit(clerk, more.id)).status).toBe('committed')
    expect(await areasOf(more)).toEqual([9_900, 10_000, 10_000])
  })
})
