import { crsBySrid, crsOfParameters, zoneOfMeridian, type Crs, type Datum } from '../../kernel/crs.ts'
import type { CrsDeclaration } from '../formats/types.ts'
import { looksLikeHtml } from './encoding.ts'
import type { Evidence, EvidenceCode } from './evidence.ts'
import { childOf, findNode, nameOf, parseWkt, type WktNode } from './wkt.ts'

/** What a .prj, a TXT header or a GeoJSON `crs` says, before anyone looks at the values. */
export interface DeclaredCrs {
  source: 'prj' | 'header'
  status:
    /** Nothing said, or nothing readable. */
    | 'none'
    /** A CRS of the table, or several when name and parameters contradict each other. */
    | 'known'
    /** Only a datum, or only a zone. */
    | 'partial'
    /** Readable, but none this system converts. */
    | 'foreign'
  /** Most credible first. */
  crs: Crs[]
  datum: Datum | null
  name: string
  /** The text itself speaks of GCJ-02, BD-09 or one of the map services that use them. */
  namesGcj02: boolean
  evidence: Evidence[]
}

export function readDeclaredCrs(declaration: CrsDeclaration): DeclaredCrs {
  if (declaration.prj !== undefined) return fromPrj(declaration.prj)
  if (declaration.crsName !== undefined) return fromName(declaration.crsName)
  return fromHeader(declaration)
}

const none = (source: DeclaredCrs['source'], evidence: Evidence[] = []): DeclaredCrs => ({
  source,
  status: 'none',
  crs: [],
  datum: null,
  name: '',
  namesGcj02: false,
  evidence,
})

const said = (
  source: DeclaredCrs['source'],
  code: EvidenceCode,
  params: Evidence['params'] = {},
): Evidence => ({
  kind: 'crs',
  source,
  code,
  params,
  agrees: false,
})

const GCJ_WORDS = /gcj|bd-?09|火星|高德|百度|腾讯|amap|mars/i

/** EPSG numbers of the geographic systems by the words programs use for them. */
export function datumOfNames(names: string): Datum | 'foreign' | null {
  const text = names.toLowerCase().replace(/[\s_\-()]/g, '')
  if (/newbeijing|pulkovo|南海|mars/.test(text)) return 'foreign'
  if (/cgcs2000|china2000|chinageodetic|2000国家|国家2000|大地2000|cgcs_?2000/.test(text)) return 'CGCS2000'
  if (/xian1?9?80|西安80|1980西安|80西安|80国家|gcsxian/.test(text)) return 'Xian80'
  if (/beijing1?9?54|北京54|1954北京|54北京|krasovsky|krassowsky|krassovsky/.test(text)) return 'Beijing54'
  if (/wgs1?9?84|worldgeodeticsystem1984/.test(text)) return 'WGS84'
  return null
}

function datumOfEllipsoid(spheroid: WktNode | null): Datum | null {
  const [, axis, flattening] = spheroid?.values ?? []
  if (typeof axis !== 'number' || typeof flattening !== 'number') return null
  if (Math.abs(axis - 6378140) < 0.01 && Math.abs(flattening - 298.257) < 1e-3) return 'Xian80'
  if (Math.abs(axis - 6378245) < 0.01 && Math.abs(flattening - 298.3) < 1e-3) return 'Beijing54'
  if (Math.abs(axis - 6378137) > 0.01) return null
  if (Math.abs(flattening - 298.257222101) < 1e-7) return 'CGCS2000'
  return Math.abs(flattening - 298.257223563) < 1e-7 ? 'WGS84' : null
}

/** Names that mean nothing: what editors put when the person defined the system by hand. */
const NAMELESS =
  /^(d_|gcs_)?(user_?defined|custom|unknown|unnamed|undefined|unspecified|not_?specified|new_?geographic).*$/i

function fromPrj(prj: string): DeclaredCrs {
  const text = prj.replace(/^\ufeff/, '').trim()
  if (text === '') return none('prj', [said('prj', 'prj_empty')])
  if (looksLikeHtml(text)) return none('prj', [said('prj', 'prj_html')])
  const wkt = parseWkt(text)
  const epsgOnly = /^(?:urn:ogc:def:crs:)?EPSG:{1,2}(\d{4,6})$/i.exec(text)?.[1]
  if (epsgOnly) return fromName(text)
  const root = wkt ? findNode(wkt, 'PROJCS', 'PROJCRS', 'PROJECTEDCRS', 'GEOGCS', 'GEOGCRS', 'GEODCRS') : null
  if (!root) return none('prj', [said('prj', 'prj_unreadable', { text: text.slice(0, 60) })])
  return fromWkt(root, text)
}

function fromWkt(root: WktNode, text: string): DeclaredCrs {
  const isProjected = root.keyword.startsWith('PROJ')
  const name = nameOf(root)
  const geographic = isProjected ? findNode(root, 'GEOGCS', 'BASEGEOGCRS', 'GEOGCRS', 'BASEGEODCRS') : root
  const datumNode = geographic ? findNode(geographic, 'DATUM', 'ENSEMBLE', 'TRF', 'GEODETICDATUM') : null
  const spheroid = geographic ? findNode(geographic, 'SPHEROID', 'ELLIPSOID') : null
  const datumNames = [nameOf(geographic), nameOf(datumNode)]
  const namesGcj02 = GCJ_WORDS.test(text)
  const base = { source: 'prj' as const, name, namesGcj02 }
  const named = datumOfNames(datumNames.join(' ')) ?? datumOfNames(name)
  const isNameless = datumNames.every((datumName) => datumName === '' || NAMELESS.test(datumName))
  const datum = named ?? (isNameless ? datumOfEllipsoid(spheroid) : null)
  if (datum === null || datum === 'foreign') {
    return foreign(base, isProjected ? `${name} (${nameOf(geographic)})` : name)
  }
  const evidence = named ? [] : [said('prj', 'datum_by_ellipsoid', { datum })]
  const candidates = isProjected ? projectedCandidates(root, datum) : [crsOfParameters({ datum })]
  const crs = unique(candidates.filter((candidate): candidate is Crs => candidate !== null))
  if (crs.length === 0) {
    return {
      ...base,
      status: 'foreign',
      crs,
      datum,
      evidence: [...evidence, said('prj', 'prj_other_projection', { name })],
    }
  }
  if (crs.length > 1) {
    evidence.push(said('prj', 'prj_contradicts_itself', { first: crs[0]!.code, second: crs[1]!.code }))
  }
  return { ...base, status: 'known', crs, datum, evidence }
}

function foreign(base: Pick<DeclaredCrs, 'source' | 'name' | 'namesGcj02'>, shown: string): DeclaredCrs {
  return {
    ...base,
    status: 'foreign',
    crs: [],
    datum: null,
    evidence: [said(base.source, 'prj_foreign', { name: shown })],
  }
}

const unique = (list: readonly Crs[]): Crs[] => list.filter((crs, index) => list.indexOf(crs) === index)

/** By parameters, by authority code, by name: normally all the same. */
function projectedCandidates(root: WktNode, datum: Datum): (Crs | null)[] {
  const projection = nameOf(childOf(root, 'PROJECTION') ?? findNode(root, 'METHOD'))
    .toLowerCase()
    .replace(/[\s_-]/g, '')
  const authority = childOf(root, 'AUTHORITY', 'ID')
  const srid = authority && /epsg/i.test(nameOf(authority)) ? Number(authority.values[1]) : NaN
  const byAuthority = Number.isInteger(srid) ? crsBySrid(srid) : null
  if (
    /mercatorauxiliarysphere|popularvisualisation|mercator1sp|^mercator/.test(projection) ||
    byAuthority?.srid === 3857
  ) {
    return [isWebMercator(root, projection) || byAuthority ? crsBySrid(3857) : null]
  }
  const isTransverse = projection === '' || /gauss|transversemercator/.test(projection)
  if (!isTransverse) return []
  const byParameters = projection === '' ? null : crsByParameters(root, datum)
  const byName = crsByName(nameOf(root), datum)
  // With parameters that no zone has (a meridian of the county's own), the name alone is not believed.
  if (projection !== '' && !byParameters && hasMeridian(root)) return []
  return [byParameters, byAuthority, byName].filter(
    (crs) => crs === null || crs.datum === datum || datum === 'WGS84',
  )
}

function isWebMercator(root: WktNode, projection: string): boolean {
  const center = parameterOf(root, /^(centralmeridian|longitudeofnaturalorigin)$/) ?? 0
  return center === 0 && (projection !== 'mercator' || /3857|pseudo|web/i.test(nameOf(root)))
}

const hasMeridian = (root: WktNode): boolean => parameterOf(root, MERIDIAN) !== null
const MERIDIAN = /^(centralmeridian|longitudeofnaturalorigin)$/

function crsByParameters(root: WktNode, datum: Datum): Crs | null {
  const centralMeridianDeg = parameterOf(root, MERIDIAN)
  const falseEastingM = parameterOf(root, /^falseeasting$/)
  const scale = parameterOf(root, /^scalefactor/) ?? 1
  const northing = parameterOf(root, /^falsenorthing$/) ?? 0
  const unit = childOf(root, 'UNIT', 'LENGTHUNIT')
  const isMetre = !unit || unit.values[1] === undefined || Number(unit.values[1]) === 1
  if (centralMeridianDeg === null || falseEastingM === null || northing !== 0 || !isMetre) return null
  const zoneWidthDeg = widthOfName(nameOf(root))
  const crs = crsOfParameters({ datum, centralMeridianDeg, falseEastingM, scale, zoneWidthDeg })
  // WGS 84 on a Chinese zone is how CGCS2000 is written by programs that lack it; they differ by less than 1 m.
  if (!crs && datum === 'WGS84' && scale === 1) {
    return crsOfParameters({ datum: 'CGCS2000', centralMeridianDeg, falseEastingM, zoneWidthDeg })
  }
  return crs && (crs.kind === 'utm') === (scale !== 1) ? crs : null
}

function parameterOf(root: WktNode, name: RegExp): number | null {
  const stack = [root]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (
      node.keyword === 'PARAMETER' &&
      name.test(
        nameOf(node)
          .toLowerCase()
          .replace(/[\s_-]/g, ''),
      )
    ) {
      const value = node.values[1]
      if (typeof value === 'number') return value
    }
    stack.push(...node.children)
  }
  return null
}

const widthOfName = (name: string): 3 | 6 | null =>
  /3[\s_-]*degree|3度/i.test(name) ? 3 : /6[\s_-]*degree|6度|gauss[\s_-]?kruger|_GK_/i.test(name) ? 6 : null

/** `CGCS2000_3_Degree_GK_Zone_36`, `CGCS2000 / 3-degree Gauss-Kruger CM 108E`, … */
function crsByName(name: string, datum: Datum): Crs | null {
  if (datum === 'WGS84') return null
  const zoneWidthDeg = widthOfName(name)
  const zone = Number(/zone[\s_-]*(\d{1,2})/i.exec(name)?.[1] ?? NaN)
  const meridian = Number(/cm[\s_-]*(\d{2,3})/i.exec(name)?.[1] ?? NaN)
  if (zoneWidthDeg === null) return null
  if (Number.isInteger(zone)) return zoneCrs(datum, zoneWidthDeg, zone)
  if (!Number.isInteger(meridian)) return null
  return crsOfParameters({ datum, centralMeridianDeg: meridian, falseEastingM: 500_000, zoneWidthDeg })
}

function zoneCrs(datum: Datum, width: 3 | 6, zone: number): Crs | null {
  const centralMeridianDeg = width === 3 ? zone * 3 : zone * 6 - 3
  if (zoneOfMeridian(width, centralMeridianDeg) === null) return null
  return crsOfParameters({
    datum,
    centralMeridianDeg,
    falseEastingM: zone * 1_000_000 + 500_000,
    zoneWidthDeg: width,
  })
}

/** GeoJSON: `urn:ogc:def:crs:EPSG::4524`, `EPSG:4490`, `CRS84`. */
function fromName(crsName: string): DeclaredCrs {
  const base = { source: 'header' as const, name: crsName, namesGcj02: GCJ_WORDS.test(crsName) }
  if (/CRS84$/i.test(crsName)) {
    return { ...base, status: 'known', crs: [crsBySrid(4326)!], datum: 'WGS84', evidence: [] }
  }
  const srid = Number(/EPSG:+(?:[\d.]*:)?(\d{4,6})$/i.exec(crsName)?.[1] ?? NaN)
  const crs = Number.isInteger(srid) ? crsBySrid(srid) : null
  return crs
    ? { ...base, status: 'known', crs: [crs], datum: crs.datum, evidence: [] }
    : foreign(base, crsName)
}

/** TXT: 坐标系, 几度分带 and 带号, any of them possibly empty. */
function fromHeader({ datumText, zoneWidthDeg, zone }: CrsDeclaration): DeclaredCrs {
  if (datumText === undefined && zone === undefined) return none('header')
  const named = datumText ? datumOfHeader(datumText) : null
  const base = {
    source: 'header' as const,
    name: datumText ?? '',
    namesGcj02: GCJ_WORDS.test(datumText ?? ''),
  }
  if (named === 'foreign') return foreign(base, datumText!)
  const width = zoneWidthDeg === 6 ? 6 : zoneWidthDeg === 3 || (zone ?? 0) >= 25 ? 3 : 6
  const evidence =
    datumText && !named ? [said('header', 'header_datum_unknown', { text: datumText.slice(0, 40) })] : []
  const crs =
    zone === undefined ? null : zoneCrs(named === 'WGS84' ? 'CGCS2000' : (named ?? 'CGCS2000'), width, zone)
  if (zone !== undefined && !crs) evidence.push(said('header', 'header_zone_impossible', { zone, width }))
  const status = crs && named ? 'known' : crs || named ? 'partial' : 'none'
  return { ...base, status, crs: crs ? [crs] : [], datum: named, evidence }
}

function datumOfHeader(text: string): Datum | 'foreign' | null {
  const named = datumOfNames(text)
  if (named) return named
  if (/2000/.test(text)) return 'CGCS2000'
  if (/80/.test(text)) return 'Xian80'
  if (/54/.test(text)) return 'Beijing54'
  if (/84/.test(text)) return 'WGS84'
  return GCJ_WORDS.test(text) || /地方|独立|城市/.test(text) ? 'foreign' : null
}
