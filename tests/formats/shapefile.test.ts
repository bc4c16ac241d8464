import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open as openNpmShapefile } from 'shapefile'
import { describe, expect, it } from 'vitest'
import {
  cleanFeatures,
  FIELDS,
  filesOf,
  ORIGIN,
  square,
  survey,
  type Corner,
} from '../../scripts/fixtures/bad-base.ts'
import { writeShapefile, type ShapefileFixture } from '../../scripts/fixtures/shapefile-writer.ts'
import { openShapefile } from '../../server/imports/formats/shapefile.ts'
import { wkbToPolygons } from '../../server/imports/formats/wkb.ts'
import type { SurveyRow } from '../../server/imports/formats/types.ts'
import { readSurvey } from './read-survey.ts'

const [X, Y] = ORIGIN

async function rowsOf(
  fixture: ShapefileFixture,
  change?: (name: string, data: Buffer) => Buffer,
): Promise<SurveyRow[]> {
  const files = filesOf(fixture).map(({ name, data }) => ({ name, data: change ? change(name, data) : data }))
  const read = await readSurvey(files, null)
  expect(read.refusedBy).toEqual([])
  return read.layers[0]!.rows
}

const polygonsOf = (row: SurveyRow | undefined) => wkbToPolygons(row!.wkb!)

describe('geometry of a shapefile', () => {
  it('keeps every double bit for bit', async () => {
    const odd: Corner[] = [
      [36454500.1 + 1 / 3, 4228000.000000001],
      [36454500.2, 4228100.7000000002],
      [36454601.3 + 2 ** -20, 4228100.1],
      [-0, 4228000.9],
    ]
    const rows = await rowsOf(survey({ features: [{ rings: [[...odd, odd[0]!]], attributes: {} }] }))
    const wkb = rows[0]!.wkb!
    const expected = Buffer.alloc(80)
    ;[...odd, odd[0]!].flat().forEach((value, index) => expected.writeDoubleLE(value, index * 8))
    expect(wkb.subarray(13).equals(expected)).toBe(true)
  })

  it('agrees with another reader on every vertex', async () => {
    const features = [
      { parts: [[square(X, Y, 100), square(X + 20, Y + 20, 20)], [square(X + 200, Y, 50)]], attributes: {} },
      ...cleanFeatures(20),
    ]
    const { shp, dbf } = writeShapefile(survey({ features }))
    const rows = await rowsOf(survey({ features }))
    const source = await openNpmShapefile(shp, dbf)
    for (const row of rows) {
      const { value } = await source.read()
      const theirs = value.geometry.type === 'Polygon' ? [value.geometry.coordinates] : []
      if (value.geometry.type === 'MultiPolygon') theirs.push(...value.geometry.coordinates)
      const sorted = (polygons: unknown[]) => polygons.map((polygon) => JSON.stringify(polygon)).sort()
      expect(sorted(polygonsOf(row))).toEqual(sorted(theirs))
    }
  })

  it('makes a hole of a ring inside, whatever its direction or place', async () => {
    const outer = square(X, Y, 100)
    const hole = square(X + 20, Y + 20, 20)
    for (const rings of [
      [outer, hole],
      [hole, outer],
      [[...outer].reverse(), [...hole].reverse()],
    ]) {
      const [polygon, ...others] = polygonsOf(
        (await rowsOf(survey({ features: [{ rings, attributes: {} }] })))[0],
      )
      expect(others).toEqual([])
      expect(polygon!.map((ring) => ring.length)).toEqual([5, 5])
      expect(Math.abs(polygon![0]![2]![0] - polygon![0]![0]![0])).toBe(100)
    }
  })

  it('makes a part of a shell inside a hole', async () => {
    const rings = [square(X + 20, Y + 20, 60), square(X, Y, 100), square(X + 30, Y + 30, 10)]
    const polygons = polygonsOf((await rowsOf(survey({ features: [{ rings, attributes: {} }] })))[0])
    expect(polygons.map((polygon) => polygon.length).sort((a, b) => a - b)).toEqual([1, 2])
  })

  it('keeps a diamond whose corners touch the shell as a hole', async () => {
    const diamond: Corner[] = [
      [X + 50, Y],
      [X + 100, Y + 50],
      [X + 50, Y + 100],
      [X, Y + 50],
      [X + 50, Y],
    ]
    const polygons = polygonsOf(
      (await rowsOf(survey({ features: [{ rings: [square(X, Y, 100), diamond], attributes: {} }] })))[0],
    )
    expect(polygons.map((polygon) => polygon.length)).toEqual([2])
  })

  it('closes an open ring with its own first vertex and says so', async () => {
    const ring = square(X, Y, 100).slice(0, -1)
    const [row] = await rowsOf(survey({ features: [{ rings: [ring], attributes: {} }] }))
    expect(polygonsOf(row)[0]![0]).toEqual([...ring, ring[0]])
    expect(row!.faults).toEqual([{ code: 'ring_unclosed', coordinate: ring[0] }])
  })

  it('keeps repeated vertices', async () => {
    const ring = square(X, Y, 100).flatMap((corner) => [corner, corner])
    const [row] = await rowsOf(survey({ features: [{ rings: [ring], attributes: {} }] }))
    expect(polygonsOf(row)[0]![0]).toEqual(ring)
  })

  it('follows the .shx where records stand out of order', async () => {
    const features = cleanFeatures(3)
    const { shp, shx } = writeShapefile(survey({ features }))
    const length = 8 + shp.readInt32BE(104) * 2
    const [one, two, three] = [0, 1, 2].map((index) =>
      shp.subarray(100 + index * length, 100 + (index + 1) * length),
    )
    const moved = Buffer.concat([shp.subarray(0, 100), three!, one!, two!])
    const index = Buffer.from(shx)
    ;[100 + length, 100 + 2 * length, 100].forEach((offset, row) =>
      index.writeInt32BE(offset / 2, 100 + row * 8),
    )
    const rows = await rowsOf(survey({ features }), (name, data) =>
      name.endsWith('.shp') ? moved : name.endsWith('.shx') ? index : data,
    )
    expect(rows.map((row) => polygonsOf(row)[0]![0]![0]![0])).toEqual([X, X + 150, X + 300])
  })

  it('counts rows by DBF record, deleted ones included', async () => {
    const [a, b, c] = cleanFeatures(3)
    const rows = await rowsOf(survey({ features: [a!, { ...b!, deleted: true }, c!] }))
    expect(rows.map(({ row, attributes }) => [row, attributes['地块编号']])).toEqual([
      [1, 'D1'],
      [3, 'D3'],
    ])
  })

  it('drops heights but keeps the plane', async () => {
    const ring = square(X, Y, 100).map(([x, y]) => [x, y, 1324.5])
    const [row] = await rowsOf(
      survey({ features: [{ rings: [ring], attributes: {} }], shapeType: 'polygonZ' }),
    )
    expect(polygonsOf(row)[0]![0]).toEqual(square(X, Y, 100))
  })
})

describe('attributes of a shapefile', () => {
  const one = (
    fields: ShapefileFixture['fields'],
    attributes: Record<string, string | number | boolean | null>,
    more: Partial<ShapefileFixture> = {},
  ) =>
    rowsOf(survey({ fields, features: [{ ...cleanFeatures(1)[0]!, attributes }], ...more })).then(
      ([row]) => row!,
    )

  it('are typed', async () => {
    const row = await one(
      [...FIELDS, { name: '已供', type: 'L' }, { name: '比例', type: 'F', length: 20, decimals: 6 }],
      { 地块编号: 'D1', 地块名称: '鄂托克', 面积: 5.8, 批准日期: '2022-09-07', 已供: true, 比例: 0.333333 },
    )
    expect(row.attributes).toEqual({
      地块编号: 'D1',
      地块名称: '鄂托克',
      面积: 5.8,
      批准日期: '2022-09-07',
      已供: true,
      比例: 0.333333,
    })
  })

  it.each([
    ['1506232022B00012345', '1506232022B00012345'],
    ['1506232022000123456', '1506232022000123456'],
    ['150623001001', 150623001001],
    ['007', '007'],
    ['0', 0],
    ['-12', -12],
    ['12.3400000000', 12.34],
    ['123456.78901234567', 123456.78901234567],
    ['1.45690000000e+001', 14.569],
  ])('give %s as what a double can hold exactly, else as its text', async (text, expected) => {
    const row = await one([{ name: '监管号', type: 'N', length: 20, decimals: 0 }], { 监管号: text })
    expect(row.attributes['监管号']).toBe(expected)
  })

  it('cut in the middle of a character lose that character only', async () => {
    const row = await one(
      [{ name: '名称', type: 'C', length: 7 }],
      { 名称: '鄂托克前旗' },
      { encoding: 'GBK' },
    )
    expect(row.attributes['名称']).toBe('鄂托克')
    expect(row.faults).toEqual([])
    const utf8 = await one(
      [{ name: '名称', type: 'C', length: 8 }],
      { 名称: '鄂托克前旗' },
      { encoding: 'UTF-8' },
    )
    expect(utf8.attributes['名称']).toBe('鄂托')
  })

  it.each(['GBK', 'UTF-8'] as const)(
    'have their names cut at ten bytes of %s without garbage',
    async (encoding) => {
      const row = await one(
        [{ name: '约定动工日期', type: 'C', length: 20 }],
        { 约定动工日期: '鄂托克' },
        { encoding },
      )
      expect(Object.keys(row.attributes)).toEqual([encoding === 'GBK' ? '约定动工日' : '约定动'])
    },
  )

  it('with one name get two', async () => {
    const fields: ShapefileFixture['fields'] = [
      { name: '国有建设用地使用权人', type: 'C', length: 10 },
      { name: '国有建设用地面积', type: 'C', length: 10 },
      { name: '__proto__', type: 'C', length: 4 },
    ]
    const row = await one(fields, { 国有建设用地使用权人: '甲', 国有建设用地面积: '乙' })
    expect(Object.keys(row.attributes)).toEqual(['国有建设用', '国有建设用_1', 'FIELD_3'])
    expect(row.attributes['国有建设用_1']).toBe('乙')
  })

  it('take blanks, zeros and asterisks for nothing', async () => {
    const row = await one(FIELDS, { 地块编号: '', 地块名称: null, 面积: null, 批准日期: '00000000' })
    expect(Object.values(row.attributes)).toEqual([null, null, null, null])
    expect(row.faults).toEqual([])
  })

  it('name the field and value of what they cannot read', async () => {
    const row = await one(FIELDS, { 面积: '12,5', 批准日期: '20210231' })
    expect(row.faults).toEqual([
      { code: 'number_malformed', field: '面积', value: '12,5' },
      { code: 'date_malformed', field: '批准日期', value: '20210231' },
    ])
    expect(row.attributes['面积']).toBe('12,5')
  })

  it('of Visual FoxPro types are read or left out, never a crash', async () => {
    const fields = ['I', 'B', 'O', 'Y', 'T', '@', '+', 'M', 'G', '0', 'V', 'X'].map((letter) => ({
      name: `F${letter}`,
      type: 'C' as const,
      length: 8,
    }))
    const attributes = Object.fromEntries(fields.map(({ name }) => [name, '12345678']))
    const rows = await rowsOf(
      survey({ fields, features: [{ ...cleanFeatures(1)[0]!, attributes }] }),
      (name, data) => {
        if (name.endsWith('.dbf'))
          fields.forEach((field, index) => data.write(field.name[1]!, 32 + index * 32 + 11, 'latin1'))
        return data
      },
    )
    expect(Object.keys(rows[0]!.attributes)).toEqual(['FI', 'FB', 'FO', 'FY', 'FT', 'F@', 'F+', 'FV'])
  })
})

describe('a large shapefile', () => {
  it('comes in batches of bounded size', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'qidi-batches-'))
    try {
      const parts: Record<string, { name: string; path: string; bytes: number }> = {}
      for (const { name, data } of filesOf(survey({ features: manyFeatures(2500) }))) {
        const path = `${folder}/${name}`
        await writeFile(path, data)
        parts[name.split('.')[1]!] = { name, path, bytes: data.length }
      }
      const reader = await openShapefile({ id: 's', name: 's', format: 'shapefile', parts, fault: null })
      const sizes: number[] = []
      for await (const batch of reader.batches()) sizes.push(batch.length)
      const again: number[] = []
      for await (const batch of reader.batches()) again.push(batch.length)
      await reader.close()
      expect([sizes, again]).toEqual([
        [1000, 1000, 500],
        [1000, 1000, 500],
      ])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

const manyFeatures = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    rings: [square(X + index * 10, Y, 5)],
    attributes: { 地块编号: `D${index}` },
  }))
