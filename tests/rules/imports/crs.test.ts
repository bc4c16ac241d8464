import { readFileSync, existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import proj4 from 'proj4'
import {
  CRS_LIST,
  crsByCode,
  crsBySrid,
  crsOfParameters,
  esriPrj,
  projectedCrsFor,
} from '../../../server/kernel/crs.ts'
import { decideCrs } from '../../../server/imports/pipeline/decide-crs.ts'
import { coordinatesOf, lonLatOf } from '../../../server/kernel/transverse-mercator.ts'

/** domain.md 5.1: datum → geographic, 3° 35, 3° 36, CM105, CM108, 6° 18, 6° 19, 6° CM105, 6° CM111. */
const CODES = {
  CGCS2000: [4490, 4523, 4524, 4544, 4545, 4496, 4497, 4507, 4508],
  Xian80: [4610, 2359, 2360, 2380, 2381, 2332, 2333, 2343, 2344],
  Beijing54: [4214, 2411, 2412, 2432, 2433, 21418, 21419, 21458, 21459],
} as const

describe('the table of coordinate reference systems', () => {
  it.each(Object.entries(CODES))('gives %s the codes EPSG gave it', (datum, codes) => {
    const expected = [
      [null, null, null],
      [3, 105, 35_500_000],
      [3, 108, 36_500_000],
      [3, 105, 500_000],
      [3, 108, 500_000],
      [6, 105, 18_500_000],
      [6, 111, 19_500_000],
      [6, 105, 500_000],
      [6, 111, 500_000],
    ]
    codes.forEach((srid, index) => {
      const crs = crsBySrid(srid)!
      expect([crs.datum, crs.zoneWidthDeg, crs.centralMeridianDeg, crs.falseEastingM]).toEqual([
        datum,
        ...expected[index]!,
      ])
    })
  })

  it('has no number twice and covers 3 datums × 65, plus WGS 84', () => {
    expect(new Set(CRS_LIST.map((crs) => crs.srid)).size).toBe(CRS_LIST.length)
    expect(CRS_LIST.length).toBe(3 * 65 + 2 + 11)
  })

  const spatialRefSys = '/usr/share/postgresql/15/contrib/postgis-3.3/spatial_ref_sys.sql'
  it.runIf(existsSync(spatialRefSys))('says of every code what PostGIS says of it', () => {
    const sql = readFileSync(spatialRefSys, 'utf8')
    for (const crs of CRS_LIST) {
      const row = sql.split(`'EPSG', ${crs.srid}, `)[1]?.slice(0, 1200) ?? ''
      expect(row, crs.code).not.toBe('')
      if (crs.kind !== 'gauss_kruger') continue
      expect(row).toContain(`PARAMETER["central_meridian",${crs.centralMeridianDeg}]`)
      expect(row).toContain(`PARAMETER["false_easting",${crs.falseEastingM}]`)
      expect(row).toMatch(
        { CGCS2000: /China_2000|China Geodetic/, Xian80: /Xian/, Beijing54: /Beijing/, WGS84: /WGS/ }[
          crs.datum
        ],
      )
    }
  })

  it('names them as a surveyor does', () => {
    expect(crsByCode('EPSG:4524')!.zhName).toBe('国家2000坐标系，3度带第36带')
    expect(crsByCode('epsg:4545')!.zhName).toBe('国家2000坐标系，3度带，中央经线108度，不带带号')
    expect(crsByCode('EPSG:4283')).toBeNull()
    expect(crsBySrid(21479)!.srid).toBe(21459)
  })

  it('finds a CRS by datum, meridian and false easting', () => {
    const find = (centralMeridianDeg: number, falseEastingM: number) =>
      crsOfParameters({ datum: 'CGCS2000', centralMeridianDeg, falseEastingM })?.srid
    expect(find(108, 36_500_000)).toBe(4524)
    expect(find(105, 18_500_000)).toBe(4496)
    expect(find(105, 500_000)).toBe(4544)
    expect(find(107, 500_000)).toBeUndefined()
    expect(crsOfParameters({ datum: 'WGS84' })!.srid).toBe(4326)
    expect(
      crsOfParameters({ datum: 'WGS84', centralMeridianDeg: 105, falseEastingM: 500_000, scale: 0.9996 })!
        .srid,
    ).toBe(32648)
  })

  it('writes the .prj of ArcGIS', () => {
    expect(esriPrj(4524)).toBe(
      'PROJCS["CGCS2000_3_Degree_GK_Zone_36",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",36500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]',
    )
    expect(esriPrj(4545)).toContain('PROJCS["CGCS2000_3_Degree_GK_CM_108E",')
    expect(esriPrj(4283)).toBeNull()
  })

  it('keeps a county in its one zone', () => {
    expect(projectedCrsFor(106.4).srid).toBe(4523)
    expect(projectedCrsFor(106.4, 36).srid).toBe(4524)
    expect(projectedCrsFor(107.5).srid).toBe(4524)
  })
})

describe('positions', () => {
  it.each([
    [4524, 36454519.492, 4227926.954],
    [4523, 35717377.418, 4230709.87],
    [4497, 19191631.922, 4233657.827],
  ])('107.4809 E, 38.1829 N in EPSG:%i is the published pair', (srid, easting, northing) => {
    const crs = crsBySrid(srid)!
    const [x, y] = coordinatesOf(crs, 107.4809, 38.1829)
    expect(Math.hypot(x - easting, y - northing)).toBeLessThan(0.001)
    const [lon, lat] = lonLatOf(crs, easting, northing)
    expect(Math.abs(lon - 107.4809) + Math.abs(lat - 38.1829)).toBeLessThan(2e-8)
  })

  it('agrees with proj4 in every CRS of the list', () => {
    for (const crs of CRS_LIST) {
      const meridian =
        crs.kind === 'geographic' || crs.kind === 'web_mercator' ? 108 : crs.centralMeridianDeg!
      const [lon, lat] = [meridian + 1.7, 38.2]
      const source =
        crs.kind === 'web_mercator' ? 'EPSG:4326' : crs.proj4.replace(/\+proj=(tmerc|utm)/, '+proj=longlat')
      const expected = crs.kind === 'geographic' ? [lon, lat] : proj4(source, crs.proj4, [lon, lat])
      const actual = coordinatesOf(crs, lon, lat)
      expect(Math.hypot(actual[0] - expected[0]!, actual[1] - expected[1]!), crs.code).toBeLessThan(0.001)
      const back = lonLatOf(crs, ...actual)
      expect(Math.hypot(back[0] - lon, back[1] - lat)).toBeLessThan(1e-9)
    }
  })
})

describe('the plane areas are measured in', () => {
  it('is that of the survey where the county has no outline, wherever it lies', () => {
    const planeOf = (crs: string, point: [number, number], isAxisSwapped = false) => {
      const survey = { declaration: {}, extent: null, dataDate: null, usualSrid: null }
      const { georeference } = decideCrs({ ...survey, sample: { points: [point] } }, { crs, isAxisSwapped })
      return georeference!.planeSrid
    }
    expect(planeOf('EPSG:4527', [39_482_000, 4_046_500])).toBe(4527)
    expect(planeOf('EPSG:4490', [116.8, 36.55])).toBe(4527)
    expect(planeOf('EPSG:4490', [36.55, 116.8], true)).toBe(4527)
    expect(planeOf('EPSG:3857', [13_002_116, 4_378_000])).toBe(4527)
  })
})
