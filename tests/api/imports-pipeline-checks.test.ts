import writeXlsx from 'write-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shapefileEntries, writeShapefile } from '../../scripts/fixtures/shapefile-writer.ts'
import { zipOf } from '../../scripts/fixtures/zip-writer.ts'
import { esriPrj } from '../../server/kernel/crs.ts'
import {
  completeAttributes,
  square,
  squares,
  surveyZip,
  UNSUPPLIED_FIELDS,
  ORIGIN,
} from '../factories/surveys.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { commit, importFiles, multipartOf, settled } from '../support/imports.ts'

let app: TestApp
let clerk: SignedIn

beforeAll(async () => {
  app = await createTestApp({ env: { UPLOAD_MAX_MB: '1', UPLOAD_MAX_FILES: '3' } })
  clerk = await app.as('clerk')
})
afterAll(() => app.close())

const feature = (number: number, eastM: number, northM: number, sizeM = 100) => ({
  parts: [[square(eastM, northM, sizeM)]],
  attributes: { ...completeAttributes(number, sizeM * sizeM), 台账编号: `查${number}` },
})

describe('overlap', () => {
  it('inside the file is shown pair by pair with its area', async () => {
    const features = [
      feature(1, 0, 0),
      feature(2, 90, 0),
      feature(3, 99.995, 200),
      feature(4, 0, 200),
      feature(5, 2, 400),
      feature(6, 0, 400),
    ]
    const view = await importFiles(clerk, [{ name: 'a.zip', data: surveyZip(features) }])
    const overlaps = view.issues.filter((issue) => issue.code.startsWith('overlap'))
    expect(overlaps.map(({ row, otherRow, code, severity }) => ({ row, otherRow, code, severity }))).toEqual([
      { row: 6, otherRow: 5, code: 'overlap_same_ground', severity: 'error' },
      { row: 2, otherRow: 1, code: 'overlap', severity: 'warning' },
      { row: 4, otherRow: 3, code: 'overlap_sliver', severity: 'note' },
    ])
    expect(overlaps[1]!.areaM2).toBeCloseTo(1000, 6)
    expect(overlaps[1]!.message).toMatch(/第 1 行重叠 1,000 平方米（1\.5 亩）/)
    expect(overlaps[1]!.position!.lon).toBeCloseTo(107.4816, 3)
    expect(overlaps[1]!.coordinate!.x).toBeCloseTo(ORIGIN[0] + 95, 3)
    expect(view.counts).toMatchObject({ ready: 5, blocked: 1 })
  })

  it('with parcels of the map is blocked when it is the same ground, and only a hint between the ledgers', async () => {
    const first = await importFiles(clerk, [
      { name: 'b.zip', data: surveyZip([feature(11, 3000, 0), feature(12, 3200, 0)]) },
    ])
    await commit(clerk, first.id)
    const other = { ...feature(13, 3001, 0), attributes: { ...completeAttributes(13), 台账编号: '查13' } }
    const same = await importFiles(clerk, [{ name: 'c.zip', data: surveyZip([other]) }])
    expect(same.issueCounts).toMatchObject({ overlap_same_ground_parcel: 1 })
    expect(same.issues[0]).toMatchObject({ severity: 'error', otherLabel: '查11' })
    const idle = await importFiles(clerk, [{ name: 'c.zip', data: surveyZip([other]) }], { ledger: 'idle' })
    expect(idle.counts).toMatchObject({ ready: 1, blocked: 0 })
    expect(idle.issues.find((issue) => issue.code === 'overlap_other_ledger')).toMatchObject({
      severity: 'hint',
    })
  })
})

describe('numbers', () => {
  it('that stand twice block both rows; those of another parcel block the row', async () => {
    const twice = [
      feature(21, 6000, 0),
      { ...feature(22, 6200, 0), attributes: { ...completeAttributes(22), 台账编号: '查21' } },
    ]
    const view = await importFiles(clerk, [{ name: 'd.zip', data: surveyZip(twice) }])
    expect(view.counts.blocked).toBe(2)
    expect(view.issueCounts['duplicate_parcel_no']).toBe(2)
  })

  it('are given by the system where the survey has none', async () => {
    const bare = [31, 32].map((number) => ({
      ...feature(number, 7000 + number * 200, 0),
      attributes: { ...completeAttributes(number), 台账编号: null },
    }))
    const view = await importFiles(clerk, [{ name: 'e.zip', data: surveyZip(bare) }])
    await commit(clerk, view.id)
    const { items } = (await clerk.inject(`/api/parcels?importId=${view.id}&sort=parcelNo`)).json()
    expect(items.map((item: { parcelNo: string }) => item.parcelNo)).toEqual([
      'PEWG-150623-2024-0001',
      'PEWG-150623-2024-0002',
    ])
  })
})

it('mends a crossing boundary and shows what that did to the area', async () => {
  const [x, y] = [ORIGIN[0] + 9000, ORIGIN[1]]
  const bow = {
    rings: [
      [
        [x, y],
        [x + 100, y + 100],
        [x + 100, y],
        [x, y + 100],
        [x, y],
      ],
    ],
    attributes: { ...completeAttributes(41), 台账编号: '修41' },
  }
  const view = await importFiles(clerk, [{ name: 'f.zip', data: surveyZip([bow]) }])
  expect(view.counts).toMatchObject({ repaired: 1, ready: 1 })
  expect(view.issues.find((issue) => issue.code === 'geometry_repaired')!.message).toMatch(
    /自相交.*变为 5,000 平方米/,
  )
  await commit(clerk, view.id)
  const { items } = (await clerk.inject(`/api/parcels?importId=${view.id}`)).json()
  const parcel = (await clerk.inject(`/api/parcels/${items[0].id}?geometry=original`)).json()
  expect(parcel.importRepaired).toBe(true)
})

it('keeps surveyed coordinates bit for bit', async () => {
  const ring = square(9500, 0).map(([px, py]) => [px! + 0.123_456_789, py! + 1 / 3])
  const view = await importFiles(clerk, [
    {
      name: 'g.zip',
      data: surveyZip([{ parts: [[ring]], attributes: { ...completeAttributes(42), 台账编号: '比42' } }]),
    },
  ])
  await commit(clerk, view.id)
  const { items } = (await clerk.inject(`/api/parcels?importId=${view.id}`)).json()
  const parcel = (await clerk.inject(`/api/parcels/${items[0].id}?geometry=original`)).json()
  expect(parcel.surveyCrs).toBe('EPSG:4524')
  const points = new Set(parcel.geometry.coordinates.flat(9).map(String))
  for (const [px, py] of ring) expect([points.has(String(px)), points.has(String(py))]).toEqual([true, true])
})

it('joins the ledger table beside the survey, and again by the key a person names', async () => {
  const cell = (value: string | number | null) => (value === null ? null : { value })
  const table = await writeXlsx([
    [cell('示例台账'), null, null, null],
    [null, null, null, cell('单位：亩')],
    [cell('序号'), cell('地块编号'), cell('项目名称'), cell('宗地面积')],
    [cell(1), cell('T-1'), cell('表一'), cell(15)],
    [cell(2), cell('T-2'), cell('表二'), cell(15)],
    [cell(3), cell('T-9'), cell('表九'), cell(15)],
    [cell('合计'), null, null, cell(45)],
  ]).toBuffer()
  const features = ['T-1', 'T-2', 'T-3'].map((BH, index) => ({
    parts: [[square(11_000 + index * 200, 0)]],
    attributes: { BH, OTHER: `表${'一二三'[index]}` },
  }))
  const fields = [
    { name: 'BH', type: 'C', length: 20 },
    { name: 'OTHER', type: 'C', length: 20 },
  ] as const
  const survey = { name: 'h.zip', data: surveyZip(features, { fields }) }
  const view = await importFiles(clerk, [survey, { name: '台账.xlsx', data: table }])
  expect(view.join).toMatchObject({
    surveyKey: 'BH',
    tableKey: '地块编号',
    headerRow: 3,
    matchedCount: 2,
    onlySurveyCount: 1,
    onlyTableCount: 1,
    onlyTable: ['T-9'],
    confirmed: false,
  })
  expect(view.mapping.find((entry) => entry.source === 'table:宗地面积')).toMatchObject({
    field: 'documentAreaM2',
    unit: 'mu',
  })
  await clerk.inject({
    method: 'PATCH',
    url: `/api/imports/${view.id}`,
    payload: { join: { surveyKey: 'OTHER', tableKey: '项目名称' } },
  })
  const again = await settled(clerk, view.id)
  expect(again.join).toMatchObject({
    surveyKey: 'OTHER',
    tableKey: '项目名称',
    matchedCount: 2,
    confirmed: true,
  })
  const alone = await importFiles(clerk, [{ name: '台账.xlsx', data: table }])
  expect([alone.status, alone.problem?.code]).toEqual(['refused', 'table_without_survey'])
})

it('asks which of several layers is meant', async () => {
  const layer = (name: string, count: number) =>
    shapefileEntries(
      name,
      writeShapefile({ features: squares(count), fields: UNSUPPLIED_FIELDS, prj: esriPrj(4524) }),
    )
  const data = zipOf([...layer('甲', 2), ...layer('乙', 3)])
  const view = await importFiles(clerk, [{ name: 'i.zip', data }])
  expect(view).toMatchObject({ status: 'needs_choice', detected: { needsChoice: ['layer'] } })
  expect(view.layers.map((layer) => layer.name).sort()).toEqual(['乙', '甲'])
  await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: { layer: '乙' } })
  expect(await settled(clerk, view.id)).toMatchObject({
    status: 'ready',
    layer: '乙',
    counts: { features: 3 },
  })
})

it('takes pasted coordinates, north first, without a datum until it is told', async () => {
  const text = square(12_000, 0)
    .map(([px, py], index) => `J${index + 1},${py},${px}`)
    .join('\n')
  const view = await importFiles(clerk, [], { text, crs: 'EPSG:4524' })
  expect(view).toMatchObject({ status: 'ready', counts: { features: 1, ready: 1, draft: 1 } })
  expect(view.extent!.minLon).toBeCloseTo(107.617, 2)
})

it('refuses what is too large or too many before it is kept', async () => {
  const large = await clerk.inject({
    method: 'POST',
    url: '/api/imports',
    ...multipartOf([{ name: 'a.shp', data: Buffer.alloc(1_200_000) }]),
  })
  expect([large.statusCode, large.json().code]).toEqual([413, 'import.file_too_large'])
  const small = { data: 'x' }
  const many = await clerk.inject({
    method: 'POST',
    url: '/api/imports',
    ...multipartOf(['a', 'b', 'c', 'd'].map((name) => ({ name: `${name}.shp`, ...small }))),
  })
  expect([many.statusCode, many.json().code]).toEqual([413, 'import.too_many_files'])
})

it('refuses choices that mean nothing', async () => {
  const view = await importFiles(clerk, [{ name: 'j.zip', data: surveyZip(squares(1)) }])
  for (const payload of [
    { crs: 'EPSG:9999' },
    { encoding: 'klingon' },
    { mapping: [{ source: 'a', field: 'nothing' }] },
  ]) {
    const response = await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload })
    expect([response.statusCode, response.json().code]).toEqual([422, 'import.choice_invalid'])
  }
})

it('forgets a discarded import and keeps a committed one', async () => {
  const view = await importFiles(clerk, [{ name: 'k.zip', data: surveyZip([feature(51, 14_000, 0)]) }])
  expect((await clerk.inject({ method: 'DELETE', url: `/api/imports/${view.id}` })).statusCode).toBe(204)
  expect((await clerk.inject(`/api/imports/${view.id}`)).statusCode).toBe(404)
  const kept = await importFiles(clerk, [{ name: 'k.zip', data: surveyZip([feature(51, 14_000, 0)]) }])
  await commit(clerk, kept.id)
  expect((await clerk.inject({ method: 'DELETE', url: `/api/imports/${kept.id}` })).statusCode).toBe(409)
})

it('tells on request which parcels of the same town the file does not contain', async () => {
  const both = [feature(61, 16_000, 0), feature(62, 16_200, 0)]
  const first = await importFiles(clerk, [{ name: 'l.zip', data: surveyZip(both) }])
  await commit(clerk, first.id)
  const part = await importFiles(clerk, [{ name: 'm.zip', data: surveyZip([both[0]!]) }])
  const { items } = (await clerk.inject(`/api/imports/${part.id}/absent?by=town&limit=500`)).json()
  expect(items.map((item: { parcelNo: string }) => item.parcelNo)).toContain('查62')
  expect(items.map((item: { parcelNo: string }) => item.parcelNo)).not.toContain('查61')
})

it('reads several boundary files as one survey', async () => {
  const txt = (number: number): string => {
    const points = square(18_000 + number * 200, 0).map(
      ([px, py], index) => `J${(index % 4) + 1},1,${py},${px}`,
    )
    return [
      '[属性描述]',
      '坐标系=2000国家大地坐标系',
      '几度分带=3',
      '带号=36',
      '[地块坐标]',
      `5,1.0000,D${number},界址${number},面,,工业用地,,@`,
      ...points,
    ].join('\r\n')
  }
  const view = await importFiles(
    clerk,
    [1, 2].map((number) => ({ name: `地块${number}.txt`, data: txt(number) })),
  )
  expect(view).toMatchObject({
    status: 'ready',
    counts: { features: 2, ready: 2 },
    detected: { crs: 'EPSG:4524' },
  })
  expect(view.mapping.find((entry) => entry.source === '来源文件')!.samples).toEqual(['地块1', '地块2'])
})
