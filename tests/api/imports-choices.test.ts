import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportIssue, ImportView } from '#contract/import.ts'
import { squares, surveyZip } from '../factories/surveys.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { importFiles, settled, upload } from '../support/imports.ts'

let app: TestApp
let clerk: SignedIn

beforeAll(async () => {
  app = await createTestApp()
  clerk = await app.as('clerk')
})
afterAll(() => app.close())

const ignoredOf = (view: ImportView): ImportIssue[] =>
  view.issues.filter(({ code }) => code === 'choice_ignored')
const survey = (count = 2) => [{ name: 's.zip', data: surveyZip(squares(count)) }]

describe('a field of an upload that says nothing usable', () => {
  it.each([
    ['crs', 'EPSG:9999', ['EPSG:4524', '国家2000坐标系 4490–4554']],
    ['crs', 'CGCS2000', ['国家2000坐标系']],
    ['encoding', 'klingon', ['UTF-8、GBK、GB18030、Big5']],
    ['ledger', '别的台账', ['approved_unsupplied（批而未供）', 'idle（闲置土地）']],
    ['mapping', '{"台账编号": ', ['{"列名": "parcelNo"}']],
    ['mapping', '[1, 2]', ['{"列名": "parcelNo"}']],
    ['mapping', '没有的模板', ['JSON', '模板']],
    ['datumParameters', '{"method": "bursa7", "dx": 1}', ['"bursa7"', '"plane4"']],
    ['datumParameters', 'seven', ['"bursa7"']],
    ['uncalibrated', 'perhaps', ['true、false']],
  ])('is told and set aside: %s %j', async (field, value, accepted) => {
    const view = await importFiles(clerk, survey(), { [field]: value })
    expect(view).toMatchObject({
      status: 'ready',
      ledger: 'approved_unsupplied',
      counts: { ready: 2, blocked: 0 },
      detected: { crs: 'EPSG:4524', encoding: 'GBK' },
      choices: { crs: null, encoding: null, uncalibrated: false, datumParameters: null },
    })
    const [issue, ...others] = ignoredOf(view)
    expect(others).toEqual([])
    expect(issue).toMatchObject({ row: null, field, severity: 'warning' })
    for (const text of accepted) expect(issue!.message).toContain(text)
    expect(view.issueCounts['choice_ignored']).toBe(1)
    const english = await clerk.inject({
      url: `/api/imports/${view.id}`,
      headers: { 'accept-language': 'en' },
    })
    const [said] = ignoredOf(english.json<ImportView>())
    expect(said!.message).toContain('Accepted:')
    expect(said!.message).not.toMatch(/[{}]\w+[{}]/)
  })

  it('names the one unknown field of a mapping, and the fields there are', async () => {
    const mapping = JSON.stringify([{ source: '台账编号', field: 'noSuchField' }])
    const view = await importFiles(clerk, survey(), { mapping })
    expect(ignoredOf(view)).toMatchObject([{ field: 'mapping', value: 'noSuchField' }])
    expect(ignoredOf(view)[0]!.message).toContain('parcelNo、')
    expect(view.mapping.find(({ source }) => source === '台账编号')).toMatchObject({
      field: 'parcelNo',
      by: 'exact',
    })
  })

  it('leaves the usable fields in force, and names the templates there are', async () => {
    const payload = { name: '测绘院模板', mapping: [{ source: '台账编号', field: 'parcelNo' }] }
    await clerk.inject({ method: 'POST', url: '/api/import-templates', payload })
    const view = await importFiles(clerk, survey(), { ledger: 'idle', mapping: '测绘局模板', encoding: '??' })
    expect(view.ledger).toBe('idle')
    expect(ignoredOf(view).map(({ field }) => field)).toEqual(['encoding', 'mapping'])
    expect(ignoredOf(view)[1]!.message).toContain('已有的模板 测绘院模板')
  })

  it('is told while a layer waits to be chosen, with the layer asked for in vain', async () => {
    const zips = ['甲', '乙'].map((name) => ({ name: `${name}.zip`, data: surveyZip(squares(1)) }))
    const view = await importFiles(clerk, zips, { layer: '丙', crs: 'nonsense' })
    expect(view).toMatchObject({ status: 'needs_choice', detected: { needsChoice: ['layer'] } })
    expect(ignoredOf(view).map(({ field, value }) => [field, value])).toEqual([
      ['crs', 'nonsense'],
      ['layer', '丙'],
    ])
    for (const { name } of view.layers) expect(ignoredOf(view)[1]!.message).toContain(name)
  })

  it('is no longer told once somebody has chosen', async () => {
    const id = await upload(clerk, survey(), { crs: '不知道', encoding: 'klingon' })
    expect(ignoredOf(await settled(clerk, id))).toHaveLength(2)
    const url = `/api/imports/${id}`
    const response = await clerk.inject({ method: 'PATCH', url, payload: { crs: 'EPSG:4524' } })
    expect(response.statusCode).toBe(200)
    expect(ignoredOf(await settled(clerk, id)).map(({ field }) => field)).toEqual(['encoding'])
  })
})

describe('a choice in another spelling', () => {
  it.each([
    ['4524', 'EPSG:4524'],
    ['epsg:4524', 'EPSG:4524'],
    ['CGCS2000 / 3-degree Gauss-Kruger zone 36', 'EPSG:4524'],
    ['国家2000坐标系，3度带第36带', 'EPSG:4524'],
  ])('is understood of a CRS: %s', async (crs, code) => {
    const view = await importFiles(clerk, survey(), { crs })
    expect(view.choices.crs).toBe(code)
    expect(ignoredOf(view)).toEqual([])
  })

  it.each([
    ['gbk', 'GBK'],
    ['cp936', 'GBK'],
    ['gb2312', 'GBK'],
    ['utf8', 'UTF-8'],
    ['big-5', 'Big5'],
  ])('is understood of an encoding: %s', async (encoding, name) => {
    const view = await importFiles(clerk, survey(), { encoding })
    expect(view.choices.encoding).toBe(name)
    expect(view.detected.encoding).toBe(name)
    expect(ignoredOf(view)).toEqual([])
  })

  it('is understood of a ledger by its name on the screen', async () => {
    expect((await importFiles(clerk, survey(), { ledger: '闲置土地' })).ledger).toBe('idle')
  })
})
