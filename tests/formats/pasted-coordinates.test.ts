import { describe, expect, it } from 'vitest'
import { BOUNDARY_TXT_EXAMPLE } from '../../scripts/fixtures/boundary-txt-dialects.ts'
import { readPastedCoordinates } from '../../server/imports/formats/pasted-coordinates.ts'
import { geoJsonReader } from '../../server/imports/formats/geojson.ts'
import { SurveyFault, type SurveyReader, type SurveyRow } from '../../server/imports/formats/types.ts'
import { wkbToPolygons } from '../../server/imports/formats/wkb.ts'

async function rowsOf(reader: SurveyReader): Promise<SurveyRow[]> {
  const rows: SurveyRow[] = []
  for await (const batch of reader.batches()) rows.push(...batch)
  return rows
}

const paste = async (text: string) =>
  (await rowsOf(readPastedCoordinates(text))).map(({ wkb, attributes }) => ({
    name: attributes['地块名称'],
    polygons: wkb && wkbToPolygons(wkb),
  }))

const square = [
  [36454500, 4228100],
  [36454800, 4228100],
  [36454800, 4227900.125],
  [36454500, 4227900],
]
const ring = [...square, square[0]]
const northFirst = ring.map(([x, y]) => [y, x])

describe('pasted coordinates', () => {
  it.each([
    ['x,y', square.map(([x, y]) => `${x},${y}`).join('\n'), ring],
    [
      'a table of Excel',
      `点号\tX\tY\n${square.map(([x, y], i) => `J${i + 1}\t${y}\t${x}`).join('\n')}`,
      northFirst,
    ],
    ['the exchange format', square.map(([x, y], i) => `J${i + 1},1,${y},${x}`).join('\r\n'), northFirst],
    ['blanks', square.map(([x, y], i) => `${i + 1}  ${y}   ${x}`).join('\n'), northFirst],
    ['full-width marks', square.map(([x, y]) => `${x}，${y}；`).join('\n'), ring],
    ['named numbers', square.map(([x, y]) => `X=${y} Y=${x}`).join('\n'), northFirst],
    ['a repeated first point', ring.map(([x, y]) => `${x} ${y}`).join('\n'), ring],
    ['heights behind', square.map(([x, y]) => `${x},${y},1324.56`).join('\n'), ring],
  ])('as %s are one parcel', async (_how, text, expected) => {
    expect((await paste(text)).map(({ polygons }) => polygons)).toEqual([[[expected]]])
  })

  it('in degrees, minutes and seconds are degrees', async () => {
    const text = `107°28′51.24″, 38°11′4.05″
107°28'59"E 38°11'4"N
107度29分0秒 38度10分50秒
107:28:51 38:10:50`
    const [parcel] = await paste(text)
    const [first, second] = parcel!.polygons![0]![0]!
    expect(first![0]).toBeCloseTo(107.4809, 10)
    expect(first![1]).toBeCloseTo(38.184458333, 8)
    expect(second![0]).toBeCloseTo(107 + 28 / 60 + 59 / 3600, 10)
    expect(parcel!.polygons![0]![0]!.length).toBe(5)
  })

  it('are parted by blank lines, names and numbers', async () => {
    const lines = square.map(([x, y]) => `${x},${y}`).join('\n')
    expect((await paste(`${lines}\n\n${lines}`)).length).toBe(2)
    expect((await paste(`地块一\n${lines}\n地块二：\n${lines}`)).map(({ name }) => name)).toEqual([
      '地块一',
      '地块二',
    ])
    expect((await paste(`1\n${lines}\n2\n${lines}\n`)).map(({ name }) => name)).toEqual(['1', '2'])
  })

  it('with a ring inside another have a hole', async () => {
    const inner = [
      [36454600, 4228040],
      [36454650, 4228040],
      [36454650, 4228000],
    ]
    const text = [
      ...square.map(([x, y], i) => `J${i + 1},1,${y},${x}`),
      ...inner.map(([x, y], i) => `J${i + 5},2,${y},${x}`),
    ].join('\n')
    expect((await paste(text))[0]!.polygons!.map((polygon) => polygon.length)).toEqual([2])
  })

  it('take the whole exchange file', async () => {
    expect((await paste(BOUNDARY_TXT_EXAMPLE)).map(({ name }) => name)).toEqual(['地块1', '地块2'])
  })

  const degrees = [
    [107.5, 38.1],
    [107.6, 38.1],
    [107.6, 38],
  ]
  const degreeRing = [...degrees, degrees[0]]
  it.each([
    ['degrees of one decimal', '107.5,38.1\n107.6,38.1\n107.6,38', degreeRing],
    ['numbered degrees', '5,107.5,38.1\n6,107.6,38.1\n7,107.6,38', degreeRing],
    [
      'whole degrees',
      '107 38\n108 38\n108 37',
      [
        [107, 38],
        [108, 38],
        [108, 37],
        [107, 38],
      ],
    ],
    ['latitudes first', '38.1 107.5\n38.1 107.6\n38 107.6', degreeRing.map(([x, y]) => [y, x])],
    ['one line with ;', '107.5,38.1;107.6,38.1;107.6,38', degreeRing],
    ['one line with 、', '107.5 38.1、107.6 38.1、107.6 38', degreeRing],
    ['one line with blanks', '107.5,38.1 107.6,38.1  107.6,38', degreeRing],
    ['one line with commas', '107.5 38.1, 107.6 38.1, 107.6 38', degreeRing],
    ['one line of numbers', square.map(([x, y]) => `${x} ${y}`).join(' '), ring],
    ['two points a line', '107.5,38.1；107.6,38.1；\n107.6,38', degreeRing],
  ])('as %s are one parcel', async (_how, text, expected) => {
    expect((await paste(text)).map(({ polygons }) => polygons)).toEqual([[[expected]]])
  })

  it('with a ring a line are a parcel a line', async () => {
    const line = square.map(([x, y]) => `${x},${y}`).join(';')
    expect((await paste(`甲：${line}\n乙：${line}`)).map(({ name }) => name)).toEqual(['甲', '乙'])
    expect((await paste(`${line}\n${line}`)).length).toBe(2)
  })

  it('name the first line they cannot read, however short', async () => {
    for (const bad of ['107.5,38.1x', '107.5', '12.5.3 38.1']) {
      const rows = await rowsOf(readPastedCoordinates(`${bad}\n107.5,38.1\n107.6,38.1\n107.6,38`))
      expect(rows.map(({ faults }) => faults)).toEqual([[{ code: 'line_unreadable', value: bad, line: 1 }]])
    }
  })

  it('name a line they cannot read', async () => {
    const text = `${square.map(([x, y]) => `${x},${y}`).join('\n')}\n364548O0,4228O00`
    const [row] = await rowsOf(readPastedCoordinates(text))
    expect([row!.wkb, row!.faults]).toEqual([
      null,
      [{ code: 'line_unreadable', value: '364548O0,4228O00', line: 5 }],
    ])
  })

  it.each(['', '您好', '1 2 3'])('refuse %j', (text) => {
    expect(() => readPastedCoordinates(text)).toThrow(SurveyFault)
  })
})

describe('GeoJSON', () => {
  const feature = (geometry: unknown, properties: unknown = {}) => ({ type: 'Feature', geometry, properties })
  const collection = (features: unknown[], more: object = {}) =>
    JSON.stringify({ type: 'FeatureCollection', ...more, features })
  const polygon = { type: 'Polygon', coordinates: [ring] }

  it('is read with its exact numbers, long ids as text', async () => {
    const text = collection([feature(polygon, { 名称: '甲', 面积: 1.5, 明细: { a: 1 } })]).replace(
      '"面积":1.5',
      '"面积":1.5,"监管号":1506232022000123456,"备注":"a:1234567890123456789,"',
    )
    const reader = geoJsonReader(text, 'x')
    const [row] = await rowsOf(reader)
    expect(wkbToPolygons(row!.wkb!)).toEqual([[ring]])
    expect(row!.attributes).toEqual({
      名称: '甲',
      面积: 1.5,
      监管号: '1506232022000123456',
      备注: 'a:1234567890123456789,',
      明细: '{"a":1}',
    })
    expect(reader.declaration).toEqual({ crsName: 'CRS84' })
  })

  it('keeps the digits of long fractions', async () => {
    const text =
      '{"type":"Polygon","coordinates":[[[107.48066646123456789,38.1],[107.5,38.1],[107.5,38.2],[107.48066646123456789,38.1]]]}'
    const [row] = await rowsOf(geoJsonReader(text, 'x'))
    expect(wkbToPolygons(row!.wkb!)[0]![0]![0]![0]).toBe(Number('107.48066646123456789'))
  })

  it('names its CRS by the old member', () => {
    const text = collection([feature(polygon)], {
      crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::4524' } },
    })
    expect(geoJsonReader(text, 'x').declaration.crsName).toBe('urn:ogc:def:crs:EPSG::4524')
  })

  it('leaves out what is no polygon, and refuses when nothing is left', async () => {
    const point = { type: 'Point', coordinates: [107, 38] }
    const reader = geoJsonReader(collection([feature(point), feature(polygon), feature(null)]), 'x')
    expect((await rowsOf(reader)).map(({ row, faults }) => [row, faults.map(({ code }) => code)])).toEqual([
      [2, []],
      [3, ['geometry_null']],
    ])
    expect(reader.notes).toEqual([{ code: 'features_skipped', params: { count: 1 } }])
    expect(() => geoJsonReader(collection([feature(point)]), 'x')).toThrow(SurveyFault)
    for (const text of ['', '{', '[]', '{"type":"Topology"}'])
      expect(() => geoJsonReader(text, 'x')).toThrow(SurveyFault)
  })
})
