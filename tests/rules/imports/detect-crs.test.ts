import { describe, expect, it } from 'vitest'
import { gkPrj, GEOGCS } from '../../../scripts/fixtures/bad-base.ts'
import { detectCrs } from '../../../server/imports/detect/crs.ts'
import { EVIDENCE_CODES } from '../../../server/imports/detect/evidence.ts'
import { EVIDENCE_EN } from '../../../server/imports/messages/evidence.en.ts'
import { EVIDENCE_ZH } from '../../../server/imports/messages/evidence.zh.ts'
import { CRS_LIST, crsBySrid, esriPrj, type Crs } from '../../../server/kernel/crs.ts'
import { coordinatesOf } from '../../../server/kernel/transverse-mercator.ts'
import type { CrsDeclaration } from '../../../server/imports/formats/types.ts'
import type { LonLatExtent } from '../../../server/imports/detect/value-crs.ts'

interface County {
  extent: LonLatExtent
  positions: [lon: number, lat: number][]
  /** 3° zone most of it lies in. */
  zone: number
}

/** Two counties far apart: nothing may depend on the numbers of one. */
const COUNTIES: Record<string, County> = {
  west: {
    extent: { minLon: 106.4, minLat: 37.6, maxLon: 108.5, maxLat: 38.8 },
    positions: [
      [107.4809, 38.1829],
      [107.61, 38.05],
      [106.9, 38.4],
    ],
    zone: 36,
  },
  east: {
    extent: { minLon: 117.1, minLat: 30.1, maxLon: 117.9, maxLat: 30.8 },
    positions: [
      [117.3, 30.4],
      [117.55, 30.52],
      [117.72, 30.33],
    ],
    zone: 39,
  },
}

const valuesIn = (crs: Crs, { positions }: County, isSwapped = false) => ({
  points: positions.map(([lon, lat]): [number, number] => {
    const [x, y] = coordinatesOf(crs, lon, lat)
    return isSwapped ? [y, x] : [x, y]
  }),
})

function detect(
  declaration: CrsDeclaration,
  srid: number,
  county: County,
  options: { swapped?: boolean; national?: boolean; dataDate?: string } = {},
) {
  return detectCrs({
    declaration,
    sample: valuesIn(crsBySrid(srid)!, county, options.swapped),
    extent: options.national ? null : county.extent,
    dataDate: options.dataDate ?? null,
  })
}

const codesOf = (detection: ReturnType<typeof detectCrs>) => detection.evidence.map(({ code }) => code)
const prj = (srid: number): CrsDeclaration => ({ prj: esriPrj(srid)! })

describe.each(Object.entries(COUNTIES))('in the %s county', (_name, county) => {
  const { zone } = county
  const prefixed = 4513 + zone - 25
  const bare = prefixed + 21

  it('takes the CRS the .prj names when the values lie where they should', () => {
    for (const srid of [prefixed, bare, 4490, 4326, 3857]) {
      const detection = detect(prj(srid), srid, county)
      expect([detection.crs, detection.needsChoice, detection.isAxisSwapped]).toEqual([
        `EPSG:${srid}`,
        null,
        false,
      ])
      expect(detection.evidence.every(({ agrees }) => agrees)).toBe(true)
    }
  })

  it.each([prefixed, bare, 4490])(
    'tells the zone but not the datum from values in %i without .prj',
    (srid) => {
      const detection = detect({}, srid, county)
      expect([detection.crs, detection.datum, detection.needsChoice]).toEqual([`EPSG:${srid}`, null, 'datum'])
      expect(detection.candidates.map(({ reason }) => reason)).toContain('same_zone_other_datum')
    },
  )

  it.each([
    [prefixed - 1, prefixed, 'values_other_zone'],
    [prefixed, bare, 'values_lack_prefix'],
    [bare, prefixed, 'values_have_prefix'],
    [4490, prefixed, 'values_are_metres'],
    [prefixed, 4490, 'values_are_degrees'],
    [prefixed, 3857, 'values_are_web_mercator'],
  ])('lets values of another CRS refute the .prj of %i', (said, meant, code) => {
    const detection = detect(prj(said), meant, county)
    expect(detection.crs).toBe(`EPSG:${meant}`)
    expect(detection.needsChoice).toBeNull()
    expect(codesOf(detection)).toContain(code)
    expect(detection.evidence.find(({ source }) => source === 'prj')!.agrees).toBe(false)
  })

  it.each([prefixed, bare, 4490])(
    'exchanges the axes of %i when northing comes first, with and without .prj',
    (srid) => {
      for (const declaration of [prj(srid), {}]) {
        const detection = detect(declaration, srid, county, { swapped: true })
        expect([detection.crs, detection.isAxisSwapped]).toEqual([`EPSG:${srid}`, true])
        expect(codesOf(detection)).toContain('axis_swapped')
        expect(detection.needsChoice).toBe(declaration.prj ? null : 'datum')
      }
    },
  )

  it('refutes a wrong zone and swapped axes at once', () => {
    const detection = detect(prj(prefixed - 1), prefixed, county, { swapped: true })
    expect([detection.crs, detection.isAxisSwapped]).toEqual([`EPSG:${prefixed}`, true])
  })

  it.each(['Xian80', 'Beijing54'] as const)('keeps %s and asks how to convert it', (datum) => {
    const crs = CRS_LIST.find((one) => one.datum === datum && one.zone === zone && one.zoneWidthDeg === 3)!
    const detection = detect(prj(crs.srid), crs.srid, county)
    expect([detection.crs, detection.datum, detection.needsChoice]).toEqual([crs.code, datum, 'datum'])
  })

  it('names a foreign system and asks', () => {
    for (const [text, name] of [
      [GEOGCS.NAD27, 'North_American_1927'],
      [GEOGCS.GDA94, 'GDA_1994'],
    ] as const) {
      const detection = detect({ prj: text }, 4490, county)
      expect([detection.crs, detection.datum, detection.needsChoice]).toEqual([null, null, 'crs'])
      expect(detection.evidence[0]!.params['name']).toContain(name)
    }
  })

  it('keeps the declared CRS of a survey that lies elsewhere, and says so', () => {
    const elsewhere = county === COUNTIES['west'] ? COUNTIES['east']! : COUNTIES['west']!
    const srid = 4513 + elsewhere.zone - 25
    const detection = detectCrs({
      declaration: prj(srid),
      sample: valuesIn(crsBySrid(srid)!, elsewhere),
      extent: county.extent,
    })
    expect([detection.crs, detection.needsChoice]).toEqual([`EPSG:${srid}`, null])
    expect(codesOf(detection)).toContain('away_from_county')
  })

  it('reads 6° zones', () => {
    const zone6 = Math.floor(county.positions[0]![0] / 6) + 1
    const srid = 4491 + zone6 - 13
    expect(detect(prj(srid), srid, county).crs).toBe(`EPSG:${srid}`)
    expect(detect({}, srid, county).crs).toBe(`EPSG:${srid}`)
  })
})

describe('without a county outline', () => {
  const { west } = COUNTIES
  it('tells prefixed zones and degrees', () => {
    expect(detect({}, 4524, west!, { national: true }).crs).toBe('EPSG:4524')
    expect(detect({}, 4497, west!, { national: true }).crs).toBe('EPSG:4497')
    expect(detect({}, 4490, west!, { national: true }).crs).toBe('EPSG:4490')
  })

  it('asks for the meridian of bare eastings, unless the .prj names it', () => {
    const bare = detect({}, 4545, west!, { national: true })
    expect([bare.crs, bare.needsChoice]).toEqual([null, 'crs'])
    expect(bare.candidates.length).toBeGreaterThan(1)
    expect(detect(prj(4524), 4545, west!, { national: true }).crs).toBe('EPSG:4545')
  })
})

describe('the ranges of a county on the edge of two zones', () => {
  const extent = COUNTIES['west']!.extent
  it.each([
    [36_454_519.492, 4_227_926.954, 'EPSG:4524'],
    [35_717_377.418, 4_230_709.87, 'EPSG:4523'],
    [454_519.492, 4_227_926.954, 'EPSG:4545'],
    // 3° zone 35 and 6° zone 18 without prefix are the same meridian: named as the 3° one.
    [717_377.418, 4_230_709.87, 'EPSG:4544'],
    [18_717_377.418, 4_230_709.87, 'EPSG:4496'],
    [19_191_631.922, 4_233_657.827, 'EPSG:4497'],
    [191_631.922, 4_233_657.827, 'EPSG:4508'],
    [107.4809, 38.1829, 'EPSG:4490'],
    [11_964_719.0, 4_602_000.0, 'EPSG:3857'],
  ])('say what %d, %d is', (x, y, crs) => {
    const input = (points: [number, number][]) => ({ declaration: {}, sample: { points }, extent })
    expect(detectCrs(input([[x, y]])).crs).toBe(crs)
    const swapped = detectCrs(input([[y, x]]))
    expect([swapped.crs, swapped.isAxisSwapped]).toEqual([crs, true])
  })

  it('put 106.4° E into zone 36 as the bureau does', () => {
    expect(
      detectCrs({ declaration: prj(4524), sample: { points: [[36_358_900, 4_200_000]] }, extent }).crs,
    ).toBe('EPSG:4524')
  })

  it('are not misled by a few wild values', () => {
    const points: [number, number][] = [
      ...Array.from({ length: 20 }, (): [number, number] => [36_454_519, 4_227_926]),
      [1e7, 1e7],
    ]
    expect(detectCrs({ declaration: {}, sample: { points }, extent }).crs).toBe('EPSG:4524')
  })
})

describe('.prj texts', () => {
  const west = COUNTIES['west']!
  const { extent } = west
  const read = (text: string, srid: number) =>
    detectCrs({ declaration: { prj: text }, sample: valuesIn(crsBySrid(srid)!, west), extent })

  it('of ArcGIS are recognised for every CRS of the table', () => {
    for (const crs of CRS_LIST) {
      const detection = detectCrs({
        declaration: { prj: esriPrj(crs.srid)! },
        sample: { points: [] },
        extent: null,
      })
      expect(detection.crs).toBe(crs.code)
    }
  })

  it.each([
    [
      'OGC WKT with authority',
      'PROJCS["CGCS2000 / 3-degree Gauss-Kruger zone 36",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",108],PARAMETER["scale_factor",1],PARAMETER["false_easting",36500000],PARAMETER["false_northing",0],UNIT["metre",1],AXIS["Northing",NORTH],AXIS["Easting",EAST],AUTHORITY["EPSG","4524"]]',
    ],
    [
      'WKT2',
      'PROJCRS["CGCS2000 / 3-degree Gauss-Kruger zone 36",BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101]]],CONVERSION["3-degree Gauss-Kruger zone 36",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0],PARAMETER["Longitude of natural origin",108],PARAMETER["Scale factor at natural origin",1],PARAMETER["False easting",36500000],PARAMETER["False northing",0]],CS[Cartesian,2],ID["EPSG",4524]]',
    ],
    [
      'a defined-by-hand datum',
      gkPrj('Local', 108, 36_500_000)
        .replace(/"GCS_China[^"]*"/, '"GCS_User_Defined"')
        .replace('"D_China_2000"', '"D_User_Defined"'),
    ],
    [
      'another spelling',
      gkPrj('CGCS2000_GK_Zone_36', 108, 36_500_000).replace(
        'GCS_China_Geodetic_Coordinate_System_2000',
        'GCS_CGCS_2000',
      ),
    ],
    ['WGS 84 on a Chinese zone', gkPrj('WGS_1984_GK', 108, 36_500_000, 'WGS84')],
    [
      'blanks and line ends',
      `\r\n ${gkPrj('CGCS2000_3_Degree_GK_Zone_36', 108, 36_500_000).replaceAll(',', ',\r\n  ')}\r\n`,
    ],
    ['a bare EPSG code', 'EPSG:4524'],
  ])('with %s are recognised', (_what, text) => {
    const detection = read(text, 4524)
    expect([detection.crs, detection.needsChoice]).toEqual(['EPSG:4524', null])
  })

  it('whose name and parameters disagree are settled by the values', () => {
    const text = gkPrj('CGCS2000_3_Degree_GK_Zone_36', 105, 35_500_000)
    expect(read(text, 4524).crs).toBe('EPSG:4524')
    expect(read(text, 4523).crs).toBe('EPSG:4523')
    expect(codesOf(read(text, 4523))).toContain('prj_contradicts_itself')
  })

  it('with a meridian of the county’s own are not guessed', () => {
    const detection = read(gkPrj('CGCS2000_3_Degree_GK_Zone_36', 107, 500_000), 4545)
    expect([detection.crs, detection.needsChoice]).toEqual([null, 'crs'])
  })

  it.each(['', '<html>', 'PROJCS[', 'PROJCS["', '[[[[', 'GEOGCS["",]', '{"type":"x"}'])(
    'like %j never throw',
    (text) => {
      expect(() => read(text, 4524)).not.toThrow()
    },
  )

  it('say NAD 83 feet of a state plane are foreign', () => {
    const text =
      'PROJCS["NAD_1983_StatePlane_Texas_FIPS_4204_Feet",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]]],PROJECTION["Lambert_Conformal_Conic"],UNIT["Foot_US",0.3048]]'
    expect(read(text, 4524).crs).toBeNull()
  })
})

describe('TXT headers', () => {
  const west = COUNTIES['west']!
  const read = (declaration: CrsDeclaration, srid = 4524) => detect(declaration, srid, west)
  it.each([
    [{ datumText: '2000国家大地坐标系', zoneWidthDeg: 3, zone: 36 }, 'EPSG:4524', 'CGCS2000', null],
    [{ datumText: '1980西安坐标系', zoneWidthDeg: 3, zone: 36 }, 'EPSG:2360', 'Xian80', 'datum'],
    [{ datumText: '80国家大地坐标系', zoneWidthDeg: 3, zone: 36 }, 'EPSG:2360', 'Xian80', 'datum'],
    [{ datumText: '北京54坐标系', zoneWidthDeg: 3, zone: 36 }, 'EPSG:2412', 'Beijing54', 'datum'],
    [{ datumText: '2000国家大地坐标系', zoneWidthDeg: 3 }, 'EPSG:4524', 'CGCS2000', null],
    [{ zoneWidthDeg: 3, zone: 36 }, 'EPSG:4524', null, 'datum'],
    [{}, 'EPSG:4524', null, 'datum'],
    [{ datumText: '2000国家大地坐标系', zoneWidthDeg: 3, zone: 35 }, 'EPSG:4524', 'CGCS2000', null],
  ] as const)('%j mean %s', (declaration, crs, datum, needsChoice) => {
    const detection = read(declaration)
    expect([detection.crs, detection.datum, detection.needsChoice]).toEqual([crs, datum, needsChoice])
  })

  it('with a zone but bare eastings mean the CRS without prefix', () => {
    expect(read({ datumText: '2000国家大地坐标系', zoneWidthDeg: 3, zone: 36 }, 4545).crs).toBe('EPSG:4545')
  })

  it('of a local system are asked about', () => {
    expect(read({ datumText: '地方独立坐标系', zone: 36 }).needsChoice).toBe('crs')
  })
})

describe('hints', () => {
  const west = COUNTIES['west']!
  it('let the date speak for CGCS2000, and still ask', () => {
    const after = detect({}, 4524, west, { dataDate: '2022-09-07' })
    expect(codesOf(after)).toContain('date_suggests_cgcs2000')
    expect(after.needsChoice).toBe('datum')
    expect(codesOf(detect({}, 4524, west, { dataDate: '2015-03-01' }))).toContain('date_before_cgcs2000')
    expect(codesOf(detect(prj(4524), 4524, west, { dataDate: '2022-09-07' }))).not.toContain(
      'date_suggests_cgcs2000',
    )
  })

  it('suspect web-map coordinates of short degrees and of undeclared Web Mercator', () => {
    expect(detect({}, 4490, west).gcj02Suspected).toBe(true)
    expect(detect({}, 3857, west).gcj02Suspected).toBe(true)
    expect(detect(prj(4490), 4490, west).gcj02Suspected).toBe(false)
    const precise = detectCrs({
      declaration: {},
      sample: { points: [[107.48066646123, 38.18445793987]] },
      extent: west.extent,
    })
    expect(precise.gcj02Suspected).toBe(false)
  })

  it('have a sentence for every code in both languages', () => {
    for (const code of EVIDENCE_CODES) {
      expect(Object.keys(EVIDENCE_ZH)).toContain(code)
      expect(Object.keys(EVIDENCE_EN)).toContain(code)
    }
  })
})
