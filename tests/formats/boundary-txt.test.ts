import { describe, expect, it } from 'vitest'
import { BOUNDARY_TXT_EXAMPLE, boundaryTxtDialects } from '../../scripts/fixtures/boundary-txt-dialects.ts'
import { writeBoundaryTxt, type BoundaryTxtPlot } from '../../server/imports/formats/boundary-txt-writer.ts'
import { flipWkb, wkbToPolygons } from '../../server/imports/formats/wkb.ts'
import { encodeText } from '../../server/kernel/text-encoding.ts'
import { readSurvey } from './read-survey.ts'

const COUNTY = { minLon: 106.4, minLat: 37.6, maxLon: 108.5, maxLat: 38.8 }

type Ring = [number, number][]

const outer: Ring = [
  [36454500, 4228100],
  [36454800, 4228100],
  [36454800, 4227900],
  [36454500, 4227900],
  [36454500, 4228100],
]
const hole: Ring = [
  [36454600, 4228040],
  [36454600, 4228000],
  [36454650, 4228000],
  [36454650, 4228040],
  [36454600, 4228040],
]
const second: Ring = [
  [36455000, 4228100],
  [36455100.5, 4228098.25],
  [36455098.75, 4227950.125],
  [36455002.375, 4227948],
  [36455000, 4228100],
]

async function read(bytes: Buffer) {
  const survey = await readSurvey([{ name: 'plots.txt', data: bytes }], COUNTY)
  expect(survey.refusedBy).toEqual([])
  return survey.layers[0]!
}

const planeArea = (ring: Ring): number =>
  Math.abs(
    ring.slice(1).reduce((sum, [x, y], i) => {
      const [px, py] = ring[i]!
      const [ox, oy] = ring[0]!
      return sum + (px - ox) * (y - oy) - (x - ox) * (py - oy)
    }, 0),
  ) / 2

describe('the boundary exchange file', () => {
  it('gives the coordinates of the example exactly', async () => {
    const layer = await read(encodeText(BOUNDARY_TXT_EXAMPLE, 'GBK'))
    expect(layer.rows.map((row) => wkbToPolygons(row.wkb!))).toEqual([[[outer, hole]], [[second]]])
    expect(planeArea(outer) - planeArea(hole)).toBe(58_000)
    expect(planeArea(second)).toBeCloseTo(14_771.836, 3)
    expect(layer.rows.map(({ row, faults }) => [row, faults])).toEqual([
      [1, []],
      [2, []],
    ])
    expect(layer.rows[0]!.attributes).toEqual({
      地块编号: 'D1',
      地块名称: '地块1',
      '地块面积(公顷)': 5.8,
      地块用途: '工业用地',
      地类编码: null,
      图幅号: null,
    })
    expect([layer.crs.crs, layer.crs.datum, layer.crs.needsChoice]).toEqual(['EPSG:4524', 'CGCS2000', null])
    expect(layer.reader.dataDate).toBe('2022-09-07')
  })

  it.each(Object.entries(boundaryTxtDialects()))(
    'in the dialect “%s” gives the same parcels',
    async (name, text) => {
      for (const encoding of ['GBK', 'UTF-8'] as const) {
        const layer = await read(encodeText(text, encoding))
        const shift = name === 'no-prefix' ? 36_000_000 : 0
        const polygons = layer.rows.map(({ wkb }) =>
          wkbToPolygons(layer.crs.isAxisSwapped ? flipWkb(wkb!) : wkb!),
        )
        const expected = [[[outer, hole]], [[second]]].map((parcel) =>
          parcel.map((rings) => rings.map((ring) => ring.map(([x, y]) => [x - shift, y]))),
        )
        expect(polygons).toEqual(expected)
        expect(layer.crs.isAxisSwapped).toBe(name === 'easting-first')
        expect(layer.rows[0]!.attributes).toMatchObject({
          地块编号: 'D1',
          地块名称: '地块1',
          '地块面积(公顷)': 5.8,
          地块用途: '工业用地',
        })
        const mismatches = layer.rows.flatMap(({ faults }) => faults.map(({ code }) => code))
        expect(mismatches).toEqual(name === 'wrong-count' ? ['point_count_mismatch'] : [])
      }
    },
  )

  it('takes a second ring outside the first for another part', async () => {
    const text = BOUNDARY_TXT_EXAMPLE.replace(/^(J[5-8],2),(\d+\.\d+),36454/gm, '$1,$2,36457')
    const [first] = (await read(encodeText(text, 'GBK'))).rows
    expect(wkbToPolygons(first!.wkb!).map((polygon) => polygon.length)).toEqual([1, 1])
  })

  it('parts rings that all carry number 1 where they close', async () => {
    const text = BOUNDARY_TXT_EXAMPLE.replace(/^(J\d),2,/gm, '$1,1,')
    const [first] = (await read(encodeText(text, 'GBK'))).rows
    expect(wkbToPolygons(first!.wkb!)).toEqual([[outer, hole]])
  })

  it('keeps a name with a comma, and fields beyond the eight', async () => {
    const text = BOUNDARY_TXT_EXAMPLE.replace(
      'D1,地块1,面,,工业用地,,@',
      'D1,地块1,东区,面,J48,工业用地,0601,地上,甲,@',
    )
    const [first] = (await read(encodeText(text, 'GBK'))).rows
    expect(first!.attributes).toMatchObject({
      地块名称: '地块1,东区',
      图幅号: 'J48',
      地类编码: '0601',
      扩展字段1: '地上',
      扩展字段2: '甲',
    })
  })

  it('leaves out points and lines with a note', async () => {
    const layer = await read(encodeText(boundaryTxtDialects()['points-and-lines-too']!, 'GBK'))
    expect(layer.reader.notes).toContainEqual({ code: 'plots_skipped', params: { count: 2 } })
  })

  it('refuses a plot with a line that cannot be read, naming the line', async () => {
    const layer = await read(encodeText(BOUNDARY_TXT_EXAMPLE.replace('36454800.000', '3645480O.000'), 'GBK'))
    expect(layer.rows[0]!.wkb).toBeNull()
    expect(layer.rows[0]!.faults).toEqual([
      { code: 'coordinate_unreadable', value: 'J2,1,4228100.000,3645480O.000' },
    ])
    expect(layer.rows[1]!.wkb).not.toBeNull()
  })

  it('in degrees without a header is read as degrees', async () => {
    const text =
      '[地块坐标]\n3,0.1,D1,地块1,面,,,,@\n1,1,107.480666461,38.184457931\n2,1,107.481666461,38.184457931\n3,1,107.481666461,38.183457931\n'
    const layer = await read(Buffer.from(text))
    expect([layer.crs.crs, layer.crs.isAxisSwapped, layer.crs.needsChoice]).toEqual([
      'EPSG:4490',
      true,
      'datum',
    ])
  })
})

describe('writing the boundary exchange file', () => {
  const header = {
    producer: '测试自然资源局',
    producedOn: '2022-09-07',
    zoneWidthDeg: 3 as const,
    zone: 36,
  }
  const plots: BoundaryTxtPlot[] = [
    { plotNo: 'D1', plotName: '地块1', areaM2: 58_000, use: '工业用地', polygons: [[outer, hole]] },
    { plotNo: 'D2', plotName: '地块2', areaM2: 14_771.836, use: '商服用地', polygons: [[second]] },
  ]

  it('gives the example back byte for byte', () => {
    expect(
      writeBoundaryTxt(header, plots).equals(
        encodeText(BOUNDARY_TXT_EXAMPLE.replaceAll('\n', '\r\n'), 'GBK'),
      ),
    ).toBe(true)
  })

  it('starts in the north-west and runs clockwise, however the ring came', () => {
    const turned = [...outer.slice(2, -1), ...outer.slice(0, 3)].reverse() as Ring
    expect(writeBoundaryTxt(header, [{ ...plots[0]!, polygons: [[turned, hole]] }, plots[1]!])).toEqual(
      writeBoundaryTxt(header, plots),
    )
  })

  it.each([
    { encoding: 'UTF-8' as const },
    { pointPrefix: '' as const },
    { restartNumbers: true },
    { closeRings: false },
    { decimals: 4 as const },
    { eastingFirst: true },
    { restartNumbers: true, closeRings: false, pointPrefix: '' as const },
  ])('with %j is read back to the same parcels', async (options) => {
    const layer = await read(writeBoundaryTxt(header, plots, options))
    const polygons = layer.rows.map(({ wkb }) =>
      wkbToPolygons(layer.crs.isAxisSwapped ? flipWkb(wkb!) : wkb!),
    )
    expect(polygons).toEqual([[[outer, hole]], [[second]]])
  })

  it('keeps commas and at-signs of names from breaking the format', async () => {
    const layer = await read(writeBoundaryTxt(header, [{ ...plots[0]!, plotName: '甲,乙@丙\n丁' }]))
    expect(layer.rows[0]!.attributes['地块名称']).toBe('甲，乙＠丙 丁')
  })
})
