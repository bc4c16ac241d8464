/**
 * Longitude and latitude from coordinates and back, within one datum, for telling which CRS values
 * belong to. Krüger's series to n⁴: better than a millimetre within 6° of the meridian. Stored
 * geometry is converted by PostGIS alone.
 */
import { ELLIPSOIDS, type Crs, type Datum } from './crs.ts'

const DEG = Math.PI / 180

interface Series {
  /** Radius of the rectifying sphere, metres. */
  radiusM: number
  eccentricity: number
  forward: readonly number[]
  inverse: readonly number[]
}

const seriesByDatum = new Map<Datum, Series>()

function seriesOf(datum: Datum): Series {
  const known = seriesByDatum.get(datum)
  if (known) return known
  const { semiMajorM, inverseFlattening } = ELLIPSOIDS[datum]
  const f = 1 / inverseFlattening
  const n = f / (2 - f)
  const [n2, n3, n4] = [n ** 2, n ** 3, n ** 4]
  const series: Series = {
    radiusM: (semiMajorM / (1 + n)) * (1 + n2 / 4 + n4 / 64),
    eccentricity: Math.sqrt(f * (2 - f)),
    forward: [
      n / 2 - (2 * n2) / 3 + (5 * n3) / 16 + (41 * n4) / 180,
      (13 * n2) / 48 - (3 * n3) / 5 + (557 * n4) / 1440,
      (61 * n3) / 240 - (103 * n4) / 140,
      (49561 * n4) / 161280,
    ],
    inverse: [
      n / 2 - (2 * n2) / 3 + (37 * n3) / 96 - n4 / 360,
      n2 / 48 + n3 / 15 - (437 * n4) / 1440,
      (17 * n3) / 480 - (37 * n4) / 840,
      (4397 * n4) / 161280,
    ],
  }
  seriesByDatum.set(datum, series)
  return series
}

/** tan of the conformal latitude for tan of the geographic one. */
function conformal(tau: number, e: number): number {
  const sigma = Math.sinh(e * Math.atanh((e * tau) / Math.hypot(1, tau)))
  return tau * Math.hypot(1, sigma) - sigma * Math.hypot(1, tau)
}

function geographicTau(conformalTau: number, e: number): number {
  let tau = conformalTau
  for (let i = 0; i < 6; i++) {
    const trial = conformal(tau, e)
    const step =
      ((conformalTau - trial) * (1 + (1 - e * e) * tau * tau)) /
      ((1 - e * e) * Math.hypot(1, trial) * Math.hypot(1, tau))
    tau += step
    if (Math.abs(step) < 1e-14) break
  }
  return tau
}

const scaleOf = (crs: Crs): number => (crs.kind === 'utm' ? 0.9996 : 1)

/** [lon, lat] in degrees; not finite where the coordinates lie outside the projection. */
export function lonLatOf(crs: Crs, x: number, y: number): [number, number] {
  if (crs.kind === 'geographic') return [x, y]
  if (crs.kind === 'web_mercator') {
    const radius = ELLIPSOIDS.WGS84.semiMajorM
    return [x / radius / DEG, Math.atan(Math.sinh(y / radius)) / DEG]
  }
  const series = seriesOf(crs.datum)
  const unit = series.radiusM * scaleOf(crs)
  const xi = y / unit
  const eta = (x - crs.falseEastingM!) / unit
  if (Math.abs(eta) > 0.6 || Math.abs(xi) > 1.6) return [NaN, NaN]
  let [xi0, eta0] = [xi, eta]
  series.inverse.forEach((coefficient, index) => {
    const k = 2 * (index + 1)
    xi0 -= coefficient * Math.sin(k * xi) * Math.cosh(k * eta)
    eta0 -= coefficient * Math.cos(k * xi) * Math.sinh(k * eta)
  })
  const conformalTau = Math.sin(xi0) / Math.hypot(Math.sinh(eta0), Math.cos(xi0))
  const lat = Math.atan(geographicTau(conformalTau, series.eccentricity)) / DEG
  return [crs.centralMeridianDeg! + Math.atan2(Math.sinh(eta0), Math.cos(xi0)) / DEG, lat]
}

/** [x, y] = [easting, northing] (or lon, lat) of a position given in the datum of the CRS. */
export function coordinatesOf(crs: Crs, lonDeg: number, latDeg: number): [number, number] {
  if (crs.kind === 'geographic') return [lonDeg, latDeg]
  if (crs.kind === 'web_mercator') {
    const radius = ELLIPSOIDS.WGS84.semiMajorM
    return [lonDeg * DEG * radius, Math.asinh(Math.tan(latDeg * DEG)) * radius]
  }
  const series = seriesOf(crs.datum)
  const unit = series.radiusM * scaleOf(crs)
  const lambda = (lonDeg - crs.centralMeridianDeg!) * DEG
  const tau = conformal(Math.tan(latDeg * DEG), series.eccentricity)
  const xi0 = Math.atan2(tau, Math.cos(lambda))
  const eta0 = Math.asinh(Math.sin(lambda) / Math.hypot(tau, Math.cos(lambda)))
  let [xi, eta] = [xi0, eta0]
  series.forward.forEach((coefficient, index) => {
    const k = 2 * (index + 1)
    xi += coefficient * Math.sin(k * xi0) * Math.cosh(k * eta0)
    eta += coefficient * Math.cos(k * xi0) * Math.sinh(k * eta0)
  })
  return [crs.falseEastingM! + unit * eta, unit * xi]
}
