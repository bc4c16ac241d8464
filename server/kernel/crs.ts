/**
 * The coordinate reference systems a Chinese land survey comes in, made by rule: EPSG numbered the
 * Gauss–Krüger zones of each datum consecutively. x is always easting or longitude here, y northing
 * or latitude (the authority's axis order is the other way round).
 */
export type Datum = 'CGCS2000' | 'Xian80' | 'Beijing54' | 'WGS84'
export type CrsKind = 'geographic' | 'gauss_kruger' | 'utm' | 'web_mercator'

export interface Crs {
  srid: number
  /** `EPSG:nnnn`. */
  code: string
  datum: Datum
  kind: CrsKind
  /** 3 or 6 with Gauss–Krüger, 6 with UTM, else null. */
  zoneWidthDeg: 3 | 6 | null
  zone: number | null
  /** Whether eastings carry the zone number in front (36 454 500 rather than 454 500). */
  hasZonePrefix: boolean
  centralMeridianDeg: number | null
  falseEastingM: number | null
  zhName: string
  enName: string
  /** Name inside the .prj that ArcGIS writes. */
  esriName: string
  proj4: string
}

interface Ellipsoid {
  semiMajorM: number
  inverseFlattening: number
}

/** Semi-major axis in metres and inverse flattening, as each datum defines them. */
export const ELLIPSOIDS: Record<Datum, Ellipsoid> = {
  CGCS2000: { semiMajorM: 6378137, inverseFlattening: 298.257222101 },
  Xian80: { semiMajorM: 6378140, inverseFlattening: 298.257 },
  Beijing54: { semiMajorM: 6378245, inverseFlattening: 298.3 },
  WGS84: { semiMajorM: 6378137, inverseFlattening: 298.257223563 },
}

export const DATUM_NAMES: Record<Datum, { zh: string; en: string }> = {
  CGCS2000: { zh: '国家2000坐标系', en: 'CGCS2000' },
  Xian80: { zh: '西安80坐标系', en: 'Xian 1980' },
  Beijing54: { zh: '北京54坐标系', en: 'Beijing 1954' },
  WGS84: { zh: 'WGS84坐标系', en: 'WGS 84' },
}

const PROJ_ELLIPSOID: Record<Datum, string> = {
  CGCS2000: '+ellps=GRS80',
  Xian80: '+a=6378140 +rf=298.257',
  Beijing54: '+ellps=krass',
  WGS84: '+datum=WGS84',
}

const ESRI_GEOGCS: Record<Datum, string> = {
  CGCS2000: 'GCS_China_Geodetic_Coordinate_System_2000',
  Xian80: 'GCS_Xian_1980',
  Beijing54: 'GCS_Beijing_1954',
  WGS84: 'GCS_WGS_1984',
}

const ESRI_DATUM: Record<Datum, string> = {
  CGCS2000: 'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]',
  Xian80: 'DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]]',
  Beijing54: 'DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]]',
  WGS84: 'DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]',
}

const ESRI_STEM: Record<Exclude<Datum, 'WGS84'>, string> = {
  CGCS2000: 'CGCS2000',
  Xian80: 'Xian_1980',
  Beijing54: 'Beijing_1954',
}

/** SRID of the first zone of each series; zones 13–23 (6°) and 25–45 (3°) follow one by one. */
const FIRST_SRID: Record<
  Exclude<Datum, 'WGS84'>,
  { geographic: number; prefix6: number; meridian6: number; prefix3: number; meridian3: number }
> = {
  CGCS2000: { geographic: 4490, prefix6: 4491, meridian6: 4502, prefix3: 4513, meridian3: 4534 },
  Xian80: { geographic: 4610, prefix6: 2327, meridian6: 2338, prefix3: 2349, meridian3: 2370 },
  Beijing54: { geographic: 4214, prefix6: 21413, meridian6: 21453, prefix3: 2401, meridian3: 2422 },
}

/** First and last zone of China by zone width. */
export const ZONE_RANGE = { 3: [25, 45], 6: [13, 23] } as const

export const centralMeridianOf = (zoneWidthDeg: 3 | 6, zone: number): number =>
  zoneWidthDeg === 3 ? zone * 3 : zone * 6 - 3

/** Zone of a central meridian, or null when none of that width lies on it. */
export function zoneOfMeridian(zoneWidthDeg: 3 | 6, centralMeridianDeg: number): number | null {
  const zone = zoneWidthDeg === 3 ? centralMeridianDeg / 3 : (centralMeridianDeg + 3) / 6
  const [first, last] = ZONE_RANGE[zoneWidthDeg]
  return Number.isInteger(zone) && zone >= first && zone <= last ? zone : null
}

function gaussKruger(
  datum: Exclude<Datum, 'WGS84'>,
  width: 3 | 6,
  zone: number,
  hasZonePrefix: boolean,
): Crs {
  const meridian = centralMeridianOf(width, zone)
  const falseEastingM = (hasZonePrefix ? zone * 1_000_000 : 0) + 500_000
  const series = hasZonePrefix ? (`prefix${width}` as const) : (`meridian${width}` as const)
  const first = FIRST_SRID[datum][series]
  const srid = first + zone - ZONE_RANGE[width][0]
  const names = DATUM_NAMES[datum]
  const zoneZh = hasZonePrefix ? `第${zone}带` : `中央经线${meridian}度，不带带号`
  const zoneEn = hasZonePrefix ? `zone ${zone}` : `central meridian ${meridian}°E, no zone prefix`
  return {
    srid,
    code: `EPSG:${srid}`,
    datum,
    kind: 'gauss_kruger',
    zoneWidthDeg: width,
    zone,
    hasZonePrefix,
    centralMeridianDeg: meridian,
    falseEastingM,
    zhName: `${names.zh}，${width}度带${hasZonePrefix ? '' : '，'}${zoneZh}`,
    enName: `${names.en}, ${width}-degree ${zoneEn}`,
    esriName: esriNameOf(datum, width, zone, hasZonePrefix),
    proj4: `+proj=tmerc +lat_0=0 +lon_0=${meridian} +k=1 +x_0=${falseEastingM} +y_0=0 ${PROJ_ELLIPSOID[datum]} +units=m +no_defs`,
  }
}

function esriNameOf(datum: Exclude<Datum, 'WGS84'>, width: 3 | 6, zone: number, hasZonePrefix: boolean) {
  const meridian = centralMeridianOf(width, zone)
  // ArcGIS spells out the projection in this one series only.
  if (datum === 'Beijing54' && width === 6 && !hasZonePrefix) {
    return `Beijing_1954_Gauss_Kruger_CM_${meridian}E`
  }
  const middle = width === 3 ? '3_Degree_GK' : 'GK'
  return `${ESRI_STEM[datum]}_${middle}_${hasZonePrefix ? `Zone_${zone}` : `CM_${meridian}E`}`
}

function geographic(datum: Datum, srid: number): Crs {
  const names = DATUM_NAMES[datum]
  return {
    srid,
    code: `EPSG:${srid}`,
    datum,
    kind: 'geographic',
    zoneWidthDeg: null,
    zone: null,
    hasZonePrefix: false,
    centralMeridianDeg: null,
    falseEastingM: null,
    zhName: `${names.zh}，经纬度（度）`,
    enName: `${names.en}, longitude and latitude in degrees`,
    esriName: ESRI_GEOGCS[datum],
    proj4: `+proj=longlat ${PROJ_ELLIPSOID[datum]} +no_defs`,
  }
}

function utm(zone: number): Crs {
  return {
    srid: 32600 + zone,
    code: `EPSG:${32600 + zone}`,
    datum: 'WGS84',
    kind: 'utm',
    zoneWidthDeg: 6,
    zone,
    hasZonePrefix: false,
    centralMeridianDeg: zone * 6 - 183,
    falseEastingM: 500_000,
    zhName: `WGS84坐标系，UTM第${zone}带（北）`,
    enName: `WGS 84, UTM zone ${zone}N`,
    esriName: `WGS_1984_UTM_Zone_${zone}N`,
    proj4: `+proj=utm +zone=${zone} +datum=WGS84 +units=m +no_defs`,
  }
}

const WEB_MERCATOR: Crs = {
  srid: 3857,
  code: 'EPSG:3857',
  datum: 'WGS84',
  kind: 'web_mercator',
  zoneWidthDeg: null,
  zone: null,
  hasZonePrefix: false,
  centralMeridianDeg: 0,
  falseEastingM: 0,
  zhName: 'Web墨卡托（网络地图坐标）',
  enName: 'Web Mercator',
  esriName: 'WGS_1984_Web_Mercator_Auxiliary_Sphere',
  proj4:
    '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs',
}

function allCrs(): Crs[] {
  const list: Crs[] = []
  for (const datum of ['CGCS2000', 'Xian80', 'Beijing54'] as const) {
    list.push(geographic(datum, FIRST_SRID[datum].geographic))
    for (const width of [3, 6] as const) {
      const [first, last] = ZONE_RANGE[width]
      for (const hasZonePrefix of [true, false]) {
        for (let zone = first; zone <= last; zone++) list.push(gaussKruger(datum, width, zone, hasZonePrefix))
      }
    }
  }
  list.push(geographic('WGS84', 4326), WEB_MERCATOR)
  for (let zone = 43; zone <= 53; zone++) list.push(utm(zone))
  return list
}

/** Every CRS the system reads, CGCS2000 first. */
export const CRS_LIST: readonly Crs[] = allCrs()

const BY_SRID = new Map(CRS_LIST.map((crs) => [crs.srid, crs]))

/** Withdrawn or doubled numbers of the same thing: 21473–21483 are Beijing 1954 zones “13N”…“23N” without prefix. */
function currentSrid(srid: number): number {
  if (srid >= 21473 && srid <= 21483) return srid - 20
  return srid === 900913 || srid === 3785 || srid === 102100 || srid === 102113 ? 3857 : srid
}

export const crsBySrid = (srid: number): Crs | null => BY_SRID.get(currentSrid(srid)) ?? null

/** `EPSG:4524` → its CRS, null for anything the system doesn't read. */
export function crsByCode(code: string): Crs | null {
  const digits = /^EPSG:(\d{4,6})$/i.exec(code.trim())?.[1]
  return digits ? crsBySrid(Number(digits)) : null
}

export interface CrsParameters {
  datum: Datum
  /** Left out or null: longitude and latitude. */
  centralMeridianDeg?: number | null
  falseEastingM?: number | null
  /** Preferred when the meridian belongs to a 3° and a 6° zone and nothing else tells. */
  zoneWidthDeg?: 3 | 6 | null
  scale?: number
}

/** The CRS with these parameters; a meridian that serves both widths without prefix counts as 3°. */
export function crsOfParameters(parameters: CrsParameters): Crs | null {
  const { datum, centralMeridianDeg, falseEastingM } = parameters
  if (centralMeridianDeg == null)
    return CRS_LIST.find((crs) => crs.kind === 'geographic' && crs.datum === datum)!
  const fits = CRS_LIST.filter(
    (crs) =>
      crs.datum === datum &&
      crs.centralMeridianDeg === centralMeridianDeg &&
      crs.falseEastingM === (falseEastingM ?? 500_000) &&
      (crs.kind === 'utm') === Math.abs((parameters.scale ?? 1) - 0.9996) < 1e-9 &&
      crs.kind !== 'web_mercator',
  )
  return fits.find((crs) => crs.zoneWidthDeg === parameters.zoneWidthDeg) ?? fits[0] ?? null
}

const DEGREE_UNIT = 'UNIT["Degree",0.0174532925199433]'

/** The one-line .prj that ArcGIS writes for this CRS; null for an SRID outside the list. */
export function esriPrj(srid: number): string | null {
  const crs = crsBySrid(srid)
  if (!crs) return null
  const geogcs = `GEOGCS["${ESRI_GEOGCS[crs.datum]}",${ESRI_DATUM[crs.datum]},PRIMEM["Greenwich",0.0],${DEGREE_UNIT}]`
  if (crs.kind === 'geographic') return geogcs
  const common = [
    parameter('False_Easting', crs.falseEastingM!),
    parameter('False_Northing', 0),
    parameter('Central_Meridian', crs.centralMeridianDeg!),
  ]
  const projection =
    crs.kind === 'web_mercator'
      ? [
          'PROJECTION["Mercator_Auxiliary_Sphere"]',
          ...common,
          parameter('Standard_Parallel_1', 0),
          parameter('Auxiliary_Sphere_Type', 0),
        ]
      : [
          `PROJECTION["${crs.kind === 'utm' ? 'Transverse_Mercator' : 'Gauss_Kruger'}"]`,
          ...common,
          parameter('Scale_Factor', crs.kind === 'utm' ? 0.9996 : 1),
          parameter('Latitude_Of_Origin', 0),
        ]
  return `PROJCS["${crs.esriName}",${geogcs},${projection.join(',')},UNIT["Meter",1.0]]`
}

function parameter(name: string, value: number): string {
  return `PARAMETER["${name}",${Number.isInteger(value) ? value.toFixed(1) : String(value)}]`
}

/**
 * The county's own plane: CGCS2000, 3°, with prefix. A county keeps all its land in one zone, so the
 * division's zone, when known, wins over the zone the longitude falls in (limits at 1.5° off the meridian).
 */
export function projectedCrsFor(lonDeg: number, divisionZone?: number | null): Crs {
  const [first, last] = ZONE_RANGE[3]
  const zone = divisionZone ?? Math.round(lonDeg / 3)
  return crsOfParameters({
    datum: 'CGCS2000',
    centralMeridianDeg: Math.min(Math.max(zone, first), last) * 3,
    falseEastingM: Math.min(Math.max(zone, first), last) * 1_000_000 + 500_000,
    zoneWidthDeg: 3,
  })!
}
