import { afterAll, beforeAll, expect, it } from 'vitest'
import { crsByCode, esriPrj } from '../../server/kernel/crs.ts'
import { ringsToWkb } from '../../server/imports/formats/wkb.ts'
import { stageShapes } from '../../server/imports/pipeline/stage-shapes.ts'
import { square, squares, surveyZip } from '../factories/surveys.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { importFiles, settled } from '../support/imports.ts'

let app: TestApp
let clerk: SignedIn

beforeAll(async () => {
  app = await createTestApp()
  clerk = await app.as('clerk')
})
afterAll(() => app.close())

const xian80Zip = () => surveyZip(squares(3), { prj: esriPrj(2360)! })
const patch = (id: string, payload: object, language = 'zh-CN') =>
  clerk.inject({
    method: 'PATCH',
    url: `/api/imports/${id}`,
    payload,
    headers: { 'accept-language': language },
  })

it('refuses datum parameters no sheet can hold, naming the parameter and its range', async () => {
  const view = await importFiles(clerk, [{ name: 'a.zip', data: xian80Zip() }])
  const bursa7 = { method: 'bursa7', dx: 0, dy: 0, dz: 0 }
  const plane4 = { method: 'plane4', dx: 0, dy: 0, k: 1 }
  for (const [name, datumParameters, range] of [
    ['dx', { ...bursa7, dx: 1e12 }, '-10000 … 10000 m'],
    ['rz', { ...bursa7, rz: 61 }, '-60 … 60 ″'],
    ['m', { ...bursa7, m: -1001 }, '-1000 … 1000 ppm'],
    ['dy', { ...plane4, dy: 1e9 }, '-10000000 … 10000000 m'],
    ['k', { ...plane4, k: 0.5 }, '0.9 … 1.1'],
    ['theta', { ...plane4, theta: 1e6 }, '-648000 … 648000 ″'],
  ] as const)
    for (const language of ['zh-CN', 'en']) {
      const response = await patch(view.id, { datumParameters }, language)
      expect([response.statusCode, response.json().code]).toEqual([422, 'import.choice_invalid'])
      expect(response.json().detail).toContain(`datumParameters.${name}`)
      expect(response.json().detail).toContain(`(${range})`)
    }
})

it('finds rows unplaceable that a transform answers with nothing or infinity', async () => {
  const wkb = ringsToWkb([square(0, 0).map(([x, y]): [number, number] => [x!, y!])]).wkb!
  const key = { divisionCode: '150623', importId: 'none' }
  for (const datumParameters of [
    { method: 'bursa7', dx: 1e12, dy: 1e12, dz: 1e12 },
    { method: 'bursa7', dx: 1e300, dy: 0, dz: 0 },
    { method: 'plane4', dx: 1e12, dy: 1e12, k: 1 },
  ] as const) {
    const reference = {
      crs: crsByCode('EPSG:2360')!,
      isAxisSwapped: false,
      datumParameters,
      isCalibrated: true,
      planeSrid: 4524,
    }
    const findings = await stageShapes(app.database.knex, key, reference, [
      { row: 1, wkb },
      { row: 2, wkb },
    ])
    expect(findings.map(({ row, kind }) => [row, kind])).toEqual([
      [1, 'unplaceable'],
      [2, 'unplaceable'],
    ])
  }
})

it.each(['EPSG:4490', 'EPSG:4326'])(
  'names every row of a survey in metres that is said to be degrees (%s), and claims no place for it',
  async (crs) => {
    const view = await importFiles(clerk, [{ name: 'b.zip', data: surveyZip(squares(3)) }])
    expect(view.detected.insideCountyShare).toBeGreaterThan(0)
    expect((await patch(view.id, { crs })).statusCode).toBe(200)
    const after = await settled(clerk, view.id)
    expect(after).toMatchObject({
      status: 'ready',
      counts: { blocked: 3, ready: 0 },
      issueCounts: { geometry_unplaceable: 3 },
      detected: { crs, insideCountyShare: null, plausibility: null },
      extent: null,
    })
    const errors = after.issues.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ row }) => row)).toEqual([1, 2, 3])
  },
)

it('tells of a survey that goes in uncalibrated', async () => {
  const view = await importFiles(clerk, [{ name: 'c.zip', data: xian80Zip() }], { uncalibrated: 'true' })
  expect(view.status).toBe('ready')
  expect(view.issueCounts['position_uncalibrated']).toBe(1)
  expect(view.issues.find(({ code }) => code === 'position_uncalibrated')).toMatchObject({
    row: null,
    severity: 'note',
  })
})

it('refuses a layer that is not there, naming those that are', async () => {
  const view = await importFiles(clerk, [{ name: 'd.zip', data: surveyZip(squares(1)) }])
  const response = await patch(view.id, { layer: '没有这一层' })
  expect([response.statusCode, response.json().code]).toEqual([422, 'import.choice_invalid'])
  expect(response.json().detail).toContain(view.layers[0]!.name)
})

it('tells when the layer an upload asked for is not there', async () => {
  const view = await importFiles(clerk, [{ name: 'e.zip', data: surveyZip(squares(1)) }], { layer: '没有' })
  expect(view.status).toBe('ready')
  expect(view.issues.find(({ code }) => code === 'choice_ignored')).toMatchObject({
    row: null,
    field: 'layer',
    value: '没有',
    severity: 'warning',
  })
})
