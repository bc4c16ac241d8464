/** The CRS that somebody typed, in the spellings of programs, registries and survey reports. */
import {
  CRS_LIST,
  crsBySrid,
  crsOfParameters,
  zoneOfMeridian,
  ZONE_RANGE,
  centralMeridianOf,
  type Crs,
} from '../../kernel/crs.ts'
import { datumOfNames, readDeclaredCrs } from './declared-crs.ts'

const NUMBER =
  /^(?:(?:urn:ogc:def:crs:)?(?:epsg|esri|srid|wkid)|https?:\/\/www\.opengis\.net\/def\/crs\/epsg)?[\s:=/]*(?:[\d.]*[:/])?(\d{4,6})$/i
const WKT = /^(PROJ|GEO(G|D))[A-Z]*\s*[[(]/i

const squashed = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Names the EPSG registry gives to what is no zone of a Chinese datum. */
const REGISTERED: Record<string, number> = {
  wgs84: 4326,
  chinageodeticcoordinatesystem2000: 4490,
  wgs84pseudomercator: 3857,
  webmercator: 3857,
  xian1980: 4610,
  beijing1954: 4214,
}

function namesOf(): Map<string, Crs> {
  const names = new Map<string, Crs>()
  for (const crs of CRS_LIST)
    for (const name of [crs.zhName, crs.enName, crs.esriName]) names.set(squashed(name), crs)
  for (const [name, srid] of Object.entries(REGISTERED)) names.set(name, crsBySrid(srid)!)
  for (const crs of CRS_LIST) if (crs.kind === 'utm') names.set(squashed(`WGS 84 UTM zone ${crs.zone}N`), crs)
  return names
}
let byName: Map<string, Crs> | null = null

const numberAfter = (text: string, pattern: RegExp): number | null => {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? null : Number(found)
}

function widthIn(text: string, zone: number | null): 3 | 6 | null {
  if (/(3|三)[\s_-]*(degree|度)/i.test(text)) return 3
  if (/(6|六)[\s_-]*(degree|度)/i.test(text)) return 6
  // The registry says the width of 3° zones only; and no number is a zone of both widths.
  if (zone !== null) return zone >= ZONE_RANGE[3][0] ? 3 : 6
  return /gauss|_gk_/i.test(text) ? 6 : null
}

/** Datum, width and zone or meridian wherever they stand in the text; null when they leave a choice or contradict. */
function byWords(text: string): Crs | null {
  const datum = datumOfNames(text)
  if (datum === null || datum === 'foreign') return null
  if (/经纬度|longitude and latitude|long?[/ ]?lat/i.test(text)) return crsOfParameters({ datum })
  if (datum === 'WGS84') return null
  const zone =
    numberAfter(text, /zone[\s_-]*(\d{1,2})(?!\d)/i) ?? numberAfter(text, /(?<!\d)(\d{1,2})\s*[号]?带/)
  const meridian = numberAfter(
    text,
    /(?:\bcm|_cm|central meridian|中央(?:子午线|经线|经度))[\s:_-]*(\d{2,3})/i,
  )
  const zoneWidthDeg = widthIn(text, zone)
  if (zone === null) {
    if (meridian === null) return null
    return crsOfParameters({ datum, centralMeridianDeg: meridian, falseEastingM: 500_000, zoneWidthDeg })
  }
  if (zoneWidthDeg === null) return null
  const centralMeridianDeg = centralMeridianOf(zoneWidthDeg, zone)
  const isMeridianOther = meridian !== null && meridian !== centralMeridianDeg
  if (isMeridianOther || zoneOfMeridian(zoneWidthDeg, centralMeridianDeg) !== zone) return null
  // A report that names the zone may still say that eastings come without it.
  const isPlain = /不带带号|无带号|no zone prefix/i.test(text)
  const falseEastingM = (isPlain ? 0 : zone * 1_000_000) + 500_000
  return crsOfParameters({ datum, centralMeridianDeg, falseEastingM, zoneWidthDeg })
}

/** `4524`, `epsg:4524`, `CGCS2000 / 3-degree Gauss-Kruger zone 36`, `国家2000坐标系，3度带第36带`, a whole .prj. */
export function crsNamed(given: string): Crs | null {
  const text = given.normalize('NFKC').trim()
  const digits = NUMBER.exec(text)?.[1]
  if (digits) return crsBySrid(Number(digits))
  if (WKT.test(text)) {
    const { status, crs } = readDeclaredCrs({ prj: text })
    return status === 'known' && crs.length === 1 ? crs[0]! : null
  }
  byName ??= namesOf()
  return byName.get(squashed(text)) ?? byWords(text)
}
