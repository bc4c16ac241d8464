/** How survey coordinates become EPSG:4490 on the server: always ST_Transform, with datum parameters where the datum needs them. */
import type { DatumParameters } from '../../contract/import.ts'
import { crsOfParameters, ELLIPSOIDS, type Crs } from '../../kernel/crs.ts'

export interface Georeference {
  crs: Crs
  isAxisSwapped: boolean
  datumParameters: DatumParameters | null
  /** Datum differs from CGCS2000 and nobody gave parameters: drawn where it nearly is, kept out of overlap checks. */
  isCalibrated: boolean
  /** Projected CRS for 平面面积 of surveys in degrees. */
  planeSrid: number
}

/** Xian80 and Beijing54 lie tens of metres off and PROJ knows no parameters for them. */
export const needsDatumParameters = (crs: Crs): boolean => crs.datum === 'Xian80' || crs.datum === 'Beijing54'

const ARC_SECOND = Math.PI / 648_000
/** Web Mercator areas are not areas. */
export const isPlane = (crs: Crs): boolean => crs.kind === 'gauss_kruger' || crs.kind === 'utm'

/**
 * `+towgs84` reads rotations as position-vector; Chinese parameter sheets give coordinate-frame ones:
 * the three rotations change sign, translation (m) and scale (ppm) stay.
 */
function bursaSource(crs: Crs, p: DatumParameters): string {
  const { semiMajorM, inverseFlattening } = ELLIPSOIDS[crs.datum]
  const shift = [p.dx, p.dy, p.dz ?? 0, -(p.rx ?? 0), -(p.ry ?? 0), -(p.rz ?? 0), p.m ?? 0].join(',')
  const projection =
    crs.kind === 'geographic'
      ? '+proj=longlat'
      : `+proj=tmerc +lat_0=0 +lon_0=${crs.centralMeridianDeg} +k=1 +x_0=${crs.falseEastingM} +y_0=0 +units=m`
  return `${projection} +a=${semiMajorM} +rf=${inverseFlattening} +towgs84=${shift} +no_defs`
}

const GEOCENTRIC_TARGET = '+proj=longlat +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +no_defs'

/**
 * Plane four-parameter transform within the zone, north X and east Y without prefix:
 * X' = dx + k (X cos θ − Y sin θ), Y' = dy + k (X sin θ + Y cos θ); θ in arc-seconds.
 */
function planeAffine(crs: Crs, p: DatumParameters): number[] {
  const theta = (p.theta ?? 0) * ARC_SECOND
  const k = p.k ?? 1
  const prefix = crs.hasZonePrefix ? (crs.zone ?? 0) * 1_000_000 : 0
  const cos = k * Math.cos(theta)
  const sin = k * Math.sin(theta)
  // ST_Affine(a, b, d, e, xoff, yoff): x' = a x + b y + xoff, y' = d x + e y + yoff, x east and y north.
  return [cos, sin, -sin, cos, p.dy + prefix - cos * prefix, p.dx + sin * prefix]
}

/** CGCS2000 zone that lies on the survey's own: what plane parameters lead to. */
function cgcsCounterpart(crs: Crs): Crs | null {
  return crsOfParameters({
    datum: 'CGCS2000',
    centralMeridianDeg: crs.centralMeridianDeg,
    falseEastingM: crs.falseEastingM,
    zoneWidthDeg: crs.zoneWidthDeg,
  })
}

export interface SqlExpression {
  sql: string
  bindings: (string | number)[]
}

/** Expression for EPSG:4490 of a survey geometry that carries its own SRID. */
export function displaySql(reference: Georeference, survey: string): SqlExpression {
  const { crs, datumParameters: p } = reference
  if (p?.method === 'bursa7' && needsDatumParameters(crs)) {
    return {
      sql: `ST_SetSRID(ST_Transform(${survey}, ?::text, ?::text), 4490)`,
      bindings: [bursaSource(crs, p), GEOCENTRIC_TARGET],
    }
  }
  const counterpart = p?.method === 'plane4' && needsDatumParameters(crs) ? cgcsCounterpart(crs) : null
  if (p && counterpart) {
    return {
      sql: `ST_Transform(ST_SetSRID(ST_Affine(${survey}, ?::float8, ?::float8, ?::float8, ?::float8, ?::float8, ?::float8), ?::int), 4490)`,
      bindings: [...planeAffine(crs, p), counterpart.srid],
    }
  }
  if (crs.srid === 4490) return { sql: survey, bindings: [] }
  // WGS 84 and CGCS2000 agree within a metre and count as equal.
  return { sql: `ST_Transform(${survey}, 4490)`, bindings: [] }
}

/** Expression for 平面面积 (m²): on the survey's own plane, or the county's when it has none. */
export function planeAreaSql(reference: Georeference, survey: string, display: string): string {
  return isPlane(reference.crs)
    ? `ST_Area(${survey})`
    : `ST_Area(ST_Transform(${display}, ${Math.trunc(reference.planeSrid)}))`
}
