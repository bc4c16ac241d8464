/**
 * An invented county in another zone (zone 39, CM 117°E), for tests: other code, other towns, other column names,
 * other units. Whatever passes here does not lean on 鄂托克前旗's numbers.
 */
import type { MultiPolygon, Polygon, Position } from 'geojson'
import proj4 from 'proj4'
import { shapefileEntries, writeShapefile, type FixtureField } from '../fixtures/shapefile-writer.ts'
import { zipOf } from '../fixtures/zip-writer.ts'
import type { QuarterPlan } from './cadastre/quarter.ts'
import type { Point } from './cadastre/polygon.ts'
import { gaussKrugerPrj } from './gauss-kruger-prj.ts'
import { createRandom, type Random } from './cadastre/random.ts'
import { chooseParcels, withMultiParts, type ChosenParcel, type Ledger } from './sample/choose-parcels.ts'

export const SECOND_COUNTY_CODE = '999901'

const MIDDLE: Point = [116.95, 36.55]
const ZONE_39 = '+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=39500000 +y_0=0 +ellps=GRS80 +units=m +no_defs'

export interface InventedCounty {
  divisionCode: string
  name: string
  outline: Polygon
  outlineIsSketch: boolean
  neighbours: { code: string; name: string; geometry: MultiPolygon }[]
  towns: { code: string; name: string; kind: string; aliases: string[] }[]
  usualCrs: string
}

const TOWNS = [
  { code: '999901100', name: '示例东镇', kind: 'town', at: [117.06, 36.58] },
  { code: '999901101', name: '示例西镇', kind: 'town', at: [116.83, 36.49] },
  { code: '999901400', name: '示例经济开发区', kind: 'park', at: [116.97, 36.66] },
] as const

export function secondCounty(): InventedCounty {
  const ring = outlineRing(createRandom(999901))
  const mirrored = ring.map(([lon, lat]): Position => [2 * (MIDDLE[0] + 0.42) - lon, lat]).reverse()
  return {
    divisionCode: SECOND_COUNTY_CODE,
    name: '示例县',
    outline: { type: 'Polygon', coordinates: [ring] },
    outlineIsSketch: true,
    neighbours: [
      { code: '999902', name: '示例邻县', geometry: { type: 'MultiPolygon', coordinates: [[mirrored]] } },
    ],
    towns: TOWNS.map(({ code, name, kind }) => ({ code, name, kind, aliases: [] })),
    usualCrs: 'EPSG:4527',
  }
}

/** A closed, wavy ring about 60 km across, counter-clockwise. */
function outlineRing(random: Random): Position[] {
  const ring = Array.from({ length: 48 }, (_, i): Position => {
    const angle = (i / 48) * 2 * Math.PI
    const reach = 0.3 + 0.03 * Math.sin(3 * angle) + random.between(-0.015, 0.015)
    const round = (value: number) => Math.round(value * 1e6) / 1e6
    return [round(MIDDLE[0] + Math.cos(angle) * reach), round(MIDDLE[1] + Math.sin(angle) * reach * 0.8)]
  })
  return [...ring, ring[0]]
}

const quarters = (): QuarterPlan[] =>
  TOWNS.map(({ code, name, kind, at }, i) => {
    const isPark = kind === 'park'
    const [east, north] = proj4(ZONE_39, [...at])
    return {
      name,
      townCode: code,
      centre: [Math.round(east), Math.round(north)],
      angleDeg: [17, -8, 5][i],
      sizeM: isPark ? [1500, 1200] : [900, 760],
      mainSpacingM: isPark ? [480, 620] : [280, 380],
      mainWidthM: isPark ? 44 : 28,
      blockM: isPark ? 330 : 190,
      sideWidthM: [12, 20],
      tiltDeg: 2,
      bend: { amplitudeM: 9, lengthM: 1000 },
      lotM2: isPark ? [9000, 60000] : [2500, 12000],
      stripShare: 0.2,
      joinShare: 0.12,
      holeShare: 0.15,
    }
  })

/** Pinyin initials and hectares, where the demo county has Chinese names and square metres. */
const FIELDS: readonly FixtureField[] = [
  { name: 'DKBH', type: 'C', length: 24 },
  { name: 'DKMC', type: 'C', length: 90 },
  { name: 'XZMC', type: 'C', length: 40 },
  { name: 'TDZL', type: 'C', length: 90 },
  { name: 'ZDMJ', type: 'N', length: 12, decimals: 4 },
  { name: 'QSXZ', type: 'C', length: 12 },
  { name: 'GHYT', type: 'C', length: 30 },
  { name: 'DZJGH', type: 'C', length: 24 },
  { name: 'XCYY', type: 'C', length: 30 },
  { name: 'CZZT', type: 'C', length: 30 },
]

const CAUSES: Readonly<Record<Ledger, readonly string[]>> = {
  approved_unsupplied: ['项目未落实', '拆迁未完成', '规划调整', '未供先用'],
  idle: ['政府原因', '企业自身原因', '法院查封'],
}

function record(parcel: ChosenParcel, number: number, ledger: Ledger, random: Random) {
  const town = TOWNS.find(({ code }) => code === parcel.townCode)
  const year = random.integer(2012, 2019)
  return {
    DKBH: `${ledger === 'idle' ? 'X' : 'P'}-${SECOND_COUNTY_CODE}-${String(number).padStart(4, '0')}`,
    DKMC: `示例县${number}号地块`,
    XZMC: town?.name ?? null,
    TDZL: `${town?.name ?? ''}示例村${parcel.block + 1}组`,
    ZDMJ: Math.round(parcel.areaM2) / 10_000,
    QSXZ: '国有',
    GHYT: random.pick(['工业用地', '城镇住宅用地', '商业用地']),
    DZJGH: ledger === 'idle' ? `${SECOND_COUNTY_CODE}${year}B${String(number).padStart(5, '0')}` : null,
    XCYY: random.pick(CAUSES[ledger]),
    CZZT: random.pick(['已分析原因', '处置中', '方案已批']),
  }
}

export interface SecondCountySurvey {
  name: string
  zip: Buffer
  ledger: Ledger
  crs: string
  parcels: ChosenParcel[]
  records: ReturnType<typeof record>[]
}

export interface SecondCountyOptions {
  /** Parcels in each of the three places. */
  perTown?: number
  /** Easting with the zone number in front (EPSG:4527) or without (EPSG:4548). */
  hasZonePrefix?: boolean
  hasPrj?: boolean
  seed?: number
}

/** The same seed gives the same parcels; the two ledgers never share ground. */
export function secondCountySurvey(ledger: Ledger, options: SecondCountyOptions = {}): SecondCountySurvey {
  const { perTown = 20, hasZonePrefix = true, hasPrj = true, seed = 39 } = options
  const random = createRandom(seed)
  const quotas = Object.fromEntries(
    TOWNS.map(({ name }) => [name, { approved_unsupplied: perTown, idle: perTown }]),
  )
  const chosen = chooseParcels(quarters(), quotas, random.fork('choose')).get(ledger) ?? []
  const withPrefix = withMultiParts(chosen, { pairs: 2, withinM: 200 }, random.fork(ledger))
  const parcels = hasZonePrefix ? withPrefix : withPrefix.map(withoutPrefix)
  const records = parcels.map((parcel, i) => record(parcel, i + 1, ledger, random.fork(`${ledger} ${i}`)))
  const buffers = writeShapefile({
    features: parcels.map(({ parts }, i) => ({ parts, attributes: records[i] })),
    fields: FIELDS,
    encoding: 'UTF-8',
    cpg: 'UTF-8',
    prj: hasPrj ? gaussKrugerPrj(39, hasZonePrefix) : null,
  })
  const name = `shilixian_${ledger}.zip`
  return {
    name,
    zip: zipOf(shapefileEntries(`shilixian_${ledger}`, buffers)),
    ledger,
    crs: hasZonePrefix ? 'EPSG:4527' : 'EPSG:4548',
    parcels,
    records,
  }
}

function withoutPrefix(parcel: ChosenParcel): ChosenParcel {
  const toMillimetre = (value: number) => Math.round(value * 1000) / 1000
  const shift = ([east, north]: Point): Point => [toMillimetre(east - 39_000_000), north]
  return {
    ...parcel,
    middle: shift(parcel.middle),
    parts: parcel.parts.map((rings) => rings.map((ring) => ring.map(shift))),
  }
}

/** The text of its COUNTY_FILE. */
export function secondCountyFile(): string {
  const { divisionCode, name, outline, neighbours, towns } = secondCounty()
  const feature = (properties: object, geometry: object | null) => ({ type: 'Feature', properties, geometry })
  return JSON.stringify({
    type: 'FeatureCollection',
    features: [
      feature({ code: divisionCode, name }, outline),
      ...neighbours.map(({ code, name: neighbour, geometry }) =>
        feature({ code, name: neighbour }, geometry),
      ),
      ...towns.map((town) => feature(town, null)),
    ],
  })
}
