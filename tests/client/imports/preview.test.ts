import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memberName } from '../../../client/workers/survey-files.ts'
import { previewSurvey, thinRing } from '../../../client/workers/survey-preview.ts'

const SAMPLE = join(import.meta.dirname, '../../../data/sample')
const sample = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(join(SAMPLE, name))) })

describe('the preview a browser makes', () => {
  it('reads a GBK shapefile out of a zip', async () => {
    const { layers } = await previewSurvey([sample('2022年批而未供土地调查.zip')])
    expect(layers).toHaveLength(1)
    const [layer] = layers
    expect(layer.featureCount).toBe(152)
    expect(layer.encoding).toBe('GBK')
    expect(layer.columns).toContain('台账编号')
    expect(layer.rows).toHaveLength(5)
    expect(layer.centre?.lon).toBeGreaterThan(106)
    expect(layer.centre?.lat).toBeLessThan(39)
    expect(layer.rings.length).toBeGreaterThanOrEqual(152)
  })

  it('tells UTF-8 from GBK though column names are cut in the middle of a character', async () => {
    const { layers, tables } = await previewSurvey([
      sample('上海庙经济开发区测绘.zip'),
      sample('上海庙经济开发区台账.xlsx'),
    ])
    expect(layers[0].encoding).toBe('UTF-8')
    expect(layers[0].columns[0]).toBe('地块编')
    expect(tables).toEqual(['上海庙经济开发区台账.xlsx'])
  })

  it('claims no place for a survey without .prj', async () => {
    const { layers } = await previewSurvey([sample('城川镇补充调查_无prj.zip')])
    expect(layers[0]).toMatchObject({ featureCount: 30, crsText: null, centre: null })
  })

  it('reads a shapefile with a null shape', async () => {
    const { layers } = await previewSurvey([sample('昂素镇调查_有问题.zip')])
    expect(layers[0].featureCount).toBe(22)
  })

  it('reads boundary points', async () => {
    const { layers } = await previewSurvey([sample('报批坐标_示例.txt')])
    expect(layers[0]).toMatchObject({ kind: 'boundary_txt', featureCount: 5 })
    const [east, north] = layers[0].rings[0][0]
    expect(east).toBeGreaterThan(36_000_000)
    expect(north).toBeLessThan(5_000_000)
  })

  it('leaves what it cannot read to the server', async () => {
    const broken = new Uint8Array([0x50, 0x4b, 3, 4, 0, 0])
    const text = new TextEncoder().encode('nothing of the kind')
    const { layers } = await previewSurvey([
      { name: '坏的.zip', bytes: broken },
      { name: '坏的.shp', bytes: text },
      { name: '坏的.geojson', bytes: text },
      { name: '说明.txt', bytes: text },
    ])
    expect(layers).toEqual([])
  })

  it('reads names that old zips wrote in GBK', () => {
    expect(memberName('\u00b5\u00d8\u00bf\u00e9.shp')).toBe('地块.shp')
    expect(memberName('地块.shp')).toBe('地块.shp')
    expect(memberName('plain.shp')).toBe('plain.shp')
  })

  it('keeps first and last point of a thinned outline', () => {
    const ring = Array.from({ length: 500 }, (_, index) => [index, index])
    const thin = thinRing(ring)
    expect(thin.length).toBeLessThan(100)
    expect([thin[0], thin.at(-1)]).toEqual([ring[0], ring.at(-1)])
  })
})
