import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ImportPreview } from '#contract/import-rows.ts'
import { completeAttributes, square, squares, surveyZip } from '../factories/surveys.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { getImport, importFiles, settled } from '../support/imports.ts'
import { esriPrj } from '../../server/kernel/crs.ts'

let app: TestApp
let clerk: SignedIn

beforeAll(async () => {
  app = await createTestApp()
  clerk = await app.as('clerk')
})
afterAll(() => app.close())

const previewOf = async (id: string, query = '', language = 'zh-CN'): Promise<ImportPreview> => {
  const response = await clerk.inject({
    url: `/api/imports/${id}/preview${query}`,
    headers: { 'accept-language': language },
  })
  expect(response.statusCode).toBe(200)
  return response.json()
}
const unknownDatum = () => importFiles(clerk, [{ name: 's.zip', data: surveyZip(squares(3), { prj: null }) }])
const firstPoint = (preview: ImportPreview): [number, number] =>
  preview.features[0]!.geometry!.coordinates.flat(Infinity).slice(0, 2) as [number, number]

it('draws a survey whose datum is open where its numbers put it, and says how plausible that is', async () => {
  const view = await unknownDatum()
  expect(view).toMatchObject({ status: 'needs_choice', detected: { needsChoice: ['datum'] } })
  const preview = await previewOf(view.id)
  expect(preview.features.map(({ properties }) => properties)).toEqual([
    { row: 1, state: 'open', label: '地块001' },
    { row: 2, state: 'open', label: '地块002' },
    { row: 3, state: 'open', label: '地块003' },
  ])
  expect(preview.assumed).toEqual({
    crs: 'EPSG:4524',
    name: { zh: '国家2000坐标系，3度带第36带', en: 'CGCS2000, 3-degree zone 36' },
    isAxisSwapped: false,
    isCalibrated: true,
    insideCountyShare: 1,
    plausibility: '100% 的地块落在鄂托克前旗内',
  })
  expect((await previewOf(view.id, '', 'en')).assumed!.plausibility).toMatch(/^100% of the parcels/)
  // What is drawn before the choice is where the rows lie after it.
  const [lon, lat] = firstPoint(preview)
  await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: { crs: 'EPSG:4524' } })
  expect((await settled(clerk, view.id)).status).toBe('ready')
  const placed = await previewOf(view.id)
  expect(placed.assumed).toBeNull()
  expect(placed.features[0]!.properties.state).toBe('new')
  expect(firstPoint(placed)[0]).toBeCloseTo(lon, 5)
  expect(firstPoint(placed)[1]).toBeCloseTo(lat, 5)
})

it('draws an old datum as if it were the new one, and says that it is not calibrated', async () => {
  const view = await unknownDatum()
  const recent = await previewOf(view.id, '?crs=EPSG:4524')
  const old = await previewOf(view.id, '?crs=EPSG:2360')
  expect(old.assumed).toMatchObject({ crs: 'EPSG:2360', isCalibrated: false, insideCountyShare: 1 })
  expect(old.features).toEqual(recent.features)
})

it('moves the shapes with the candidate, and draws none where a candidate puts them nowhere', async () => {
  const view = await unknownDatum()
  const elsewhere = await previewOf(view.id, '?crs=EPSG:4524&isAxisSwapped=true')
  expect(elsewhere.features).toEqual([])
  expect(elsewhere.assumed).toMatchObject({ insideCountyShare: null, plausibility: null })
  const parts = [[square(0, 0).map(([x, y]): [number, number] => [x - 36_000_000, y])]]
  const small = surveyZip([{ parts, attributes: completeAttributes(1) }], { prj: null })
  const plain = await importFiles(clerk, [{ name: 'p.zip', data: small }])
  const home = await previewOf(plain.id, '?crs=EPSG:4545')
  const neighbour = await previewOf(plain.id, '?crs=EPSG:4546')
  expect(firstPoint(neighbour)[0] - firstPoint(home)[0]).toBeCloseTo(3, 6)
  expect(home.assumed!.insideCountyShare).toBe(1)
  expect(neighbour.assumed).toMatchObject({
    insideCountyShare: 0,
    plausibility: '没有地块落在鄂托克前旗内，请核对坐标系是否选对',
  })
})

it('asks the same of a file that names an old datum itself', async () => {
  const data = surveyZip(squares(2), { prj: esriPrj(2360) })
  const view = await importFiles(clerk, [{ name: 'x.zip', data }])
  expect(view.detected.needsChoice).toEqual(['datum'])
  expect((await previewOf(view.id)).assumed).toMatchObject({ crs: 'EPSG:2360', isCalibrated: false })
})

it('draws the sample of a survey of curved outlines thin', async () => {
  const data = readFileSync(join(import.meta.dirname, '../../data/sample/城川镇补充调查_无prj.zip'))
  const view = await importFiles(clerk, [{ name: 'c.zip', data }])
  const preview = await previewOf(view.id)
  expect(preview.features).toHaveLength(30)
  expect(preview.isPartial).toBe(false)
  expect(preview.assumed!.insideCountyShare).toBeGreaterThan(0.9)
  for (const { geometry } of preview.features)
    for (const [ring] of geometry!.coordinates as [number, number][][][])
      expect(ring!.at(-1)).toEqual(ring![0])
})

it('refuses a reference system that is none, and whoever may not read imports', async () => {
  const view = await unknownDatum()
  const unknown = await clerk.inject(`/api/imports/${view.id}/preview?crs=EPSG:9999`)
  expect([unknown.statusCode, unknown.json().code]).toEqual([422, 'import.choice_invalid'])
  expect((await clerk.inject(`/api/imports/${view.id}/preview?crs=4524`)).statusCode).toBe(400)
  const viewer = await app.as('viewer')
  expect((await viewer.inject(`/api/imports/${view.id}/preview`)).statusCode).toBe(403)
})

it('draws again after a crash has emptied the sample', async () => {
  const view = await unknownDatum()
  const { knex } = app.database
  for (const table of ['import_outlines', 'import_rows', 'import_shapes']) await knex(table).delete()
  await app.restart()
  expect((await settled(clerk, view.id)).status).toBe('needs_choice')
  expect((await previewOf(view.id)).features).toHaveLength(3)
  expect((await getImport(clerk, view.id)).issueCounts).toEqual({})
})
