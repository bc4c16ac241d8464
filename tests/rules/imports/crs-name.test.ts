import { describe, expect, it } from 'vitest'
import { CRS_LIST, esriPrj } from '../../../server/kernel/crs.ts'
import { crsNamed } from '../../../server/imports/detect/crs-name.ts'

describe('a CRS that somebody typed', () => {
  it.each([
    ['4524', 4524],
    ['epsg:4524', 4524],
    [' EPSG：4524 ', 4524],
    ['EPSG 4524', 4524],
    ['urn:ogc:def:crs:EPSG::4524', 4524],
    ['http://www.opengis.net/def/crs/EPSG/0/4524', 4524],
    ['CGCS2000 / 3-degree Gauss-Kruger zone 36', 4524],
    ['CGCS2000 / 3-degree Gauss-Kruger CM 108E', 4545],
    ['CGCS2000 / Gauss-Kruger zone 18', 4496],
    ['CGCS2000 / Gauss-Kruger CM 105E', 4507],
    ['Xian 1980 / 3-degree Gauss-Kruger zone 36', 2360],
    ['Beijing 1954 / Gauss-Kruger zone 18', 21418],
    ['cgcs2000_3_degree_gk_zone_36', 4524],
    ['国家2000坐标系，3度带第36带', 4524],
    ['国家2000 三度带 36带', 4524],
    ['2000国家大地坐标系 36带', 4524],
    ['CGCS2000，3度带，中央经线108度', 4545],
    ['CGCS2000 36带 中央经线108', 4524],
    ['西安80 3度带 第36带', 2360],
    ['北京54 6度带 18带', 21418],
    ['CGCS2000 经纬度', 4490],
    ['China Geodetic Coordinate System 2000', 4490],
    ['WGS84', 4326],
    ['WGS 84 / UTM zone 48N', 32648],
    ['WGS 84 / Pseudo-Mercator', 3857],
  ])('%j is EPSG:%i', (text, srid) => {
    expect(crsNamed(text)?.srid).toBe(srid)
  })

  it.each([
    '',
    'EPSG:9999',
    '火星坐标',
    // Which zone, and whether degrees or metres, is left open.
    'CGCS2000',
    '国家2000坐标系',
    '36',
    // Contradicts itself.
    'CGCS2000 36带 中央经线111',
    'CGCS2000 6度带 36带',
    'CGCS2000 / 3-degree Gauss-Kruger zone 99',
    '鄂尔多斯地方坐标系',
  ])('%j is none, or more than one', (text) => {
    expect(crsNamed(text)).toBeNull()
  })

  it('is found by every name and .prj the system itself writes', () => {
    for (const crs of CRS_LIST) {
      for (const name of [crs.code, crs.zhName, crs.enName, crs.esriName, crs.code.toLowerCase()])
        expect(crsNamed(name)?.code, name).toBe(crs.code)
      const prj = crsNamed(esriPrj(crs.srid)!)
      expect(prj === null || prj.falseEastingM === crs.falseEastingM, crs.code).toBe(true)
    }
  })
})
