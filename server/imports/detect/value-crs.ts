import { CRS_LIST, crsOfParameters, type Crs, type Datum } from '../../kernel/crs.ts'
import { lonLatOf } from '../../kernel/transverse-mercator.ts'
import { forEachRingStart } from '../formats/wkb.ts'

export interface LonLatExtent {
  minLon: number
  minLat: number
  maxLon: number
  maxLat: number
}

/** Positions spread over a layer; x and y as the reader hands them out. */
export interface CoordinateSample {
  points: [number, number][]
}

export interface CoordinateSampler {
  add(wkb: Buffer): void
  sample(): CoordinateSample
}

const SAMPLE_SIZE = 1000

/** Keeps at most 1,000 ring starts, evenly spread however many rows come. */
export function createCoordinateSampler(): CoordinateSampler {
  let points: [number, number][] = []
  let step = 1
  let count = 0
  return {
    add(wkb) {
      forEachRingStart(wkb, (x, y) => {
        if (count++ % step !== 0) return
        points.push([x, y])
        if (points.length < SAMPLE_SIZE * 2) return
        points = points.filter((_, index) => index % 2 === 0)
        step *= 2
      })
    },
    sample: () => ({ points }),
  }
}

/** Land of China with room to spare; Nansha is no place for land supply. */
const CHINA: LonLatExtent = { minLon: 73, minLat: 15, maxLon: 136, maxLat: 54 }

/** A county kept whole in one zone lies at most this far from the meridian. */
const MAX_OFFSET_M = 450_000

/** The outline is a sketch and surveys reach over it. */
const EXTENT_MARGIN_DEG = 0.2

export interface Fit {
  crs: Crs
  isSwapped: boolean
  /** Share of the sample that lies where such a survey can lie. */
  share: number
}

const isInside = (
  { minLon, minLat, maxLon, maxLat }: LonLatExtent,
  lon: number,
  lat: number,
  margin: number,
) => lon >= minLon - margin && lon <= maxLon + margin && lat >= minLat - margin && lat <= maxLat + margin

/** Share of the sample that a CRS puts into China near its meridian and, with `extent`, into the county. */
export function fitOf(
  crs: Crs,
  isSwapped: boolean,
  sample: CoordinateSample,
  extent: LonLatExtent | null,
): number {
  let inside = 0
  for (const [first, second] of sample.points) {
    const x = isSwapped ? second : first
    const y = isSwapped ? first : second
    if (
      crs.falseEastingM !== null &&
      crs.kind !== 'web_mercator' &&
      Math.abs(x - crs.falseEastingM) > MAX_OFFSET_M
    ) {
      continue
    }
    const [lon, lat] = lonLatOf(crs, x, y)
    if (!isInside(CHINA, lon, lat, 0)) continue
    if (!extent || isInside(extent, lon, lat, EXTENT_MARGIN_DEG)) inside++
  }
  return sample.points.length === 0 ? 0 : inside / sample.points.length
}

/** Below this share a CRS does not explain the values. */
export const GOOD_FIT = 0.5

const CANDIDATES = CRS_LIST.filter(
  (crs) => (crs.datum === 'CGCS2000' && crs.kind !== 'utm') || crs.kind === 'web_mercator',
)

/**
 * Every CRS (as CGCS2000, and Web Mercator) that explains the values, best first. A 3° and a 6° zone on one
 * meridian without prefix are the same numbers: only one of them is named.
 */
export function fitsOfValues(sample: CoordinateSample, extent: LonLatExtent | null): Fit[] {
  const fits: Fit[] = []
  for (const crs of CANDIDATES) {
    for (const isSwapped of [false, true]) {
      const share = fitOf(crs, isSwapped, sample, extent)
      if (share < GOOD_FIT) continue
      const twin = fits.find((fit) => isSamePlane(fit, crs, isSwapped))
      if (!twin) fits.push({ crs, isSwapped, share })
      else if (extent && !isZoneAt(twin.crs, extent) && isZoneAt(crs, extent)) twin.crs = crs
    }
  }
  return fits.sort((a, b) => b.share - a.share)
}

/** CRS_LIST has the 3° series first. */
const isSamePlane = (fit: Fit, crs: Crs, isSwapped: boolean): boolean =>
  fit.isSwapped === isSwapped &&
  crs.kind === 'gauss_kruger' &&
  fit.crs.centralMeridianDeg === crs.centralMeridianDeg &&
  fit.crs.falseEastingM === crs.falseEastingM

/** Whether the zone proper, half its width on either side of the meridian, touches the county. */
function isZoneAt(crs: Crs, { minLon, maxLon }: LonLatExtent): boolean {
  const half = (crs.zoneWidthDeg ?? 0) / 2
  const meridian = crs.centralMeridianDeg ?? 0
  return meridian + half >= minLon && meridian - half <= maxLon
}

/** The same plane or the same degrees on another datum; Web Mercator stays what it is. */
export function onDatum(crs: Crs, datum: Datum): Crs {
  if (crs.kind === 'web_mercator' || crs.kind === 'utm') return crs
  if (crs.kind === 'geographic') return crsOfParameters({ datum })!
  const planeDatum = datum === 'WGS84' ? 'CGCS2000' : datum
  return (
    crsOfParameters({
      datum: planeDatum,
      centralMeridianDeg: crs.centralMeridianDeg,
      falseEastingM: crs.falseEastingM,
      zoneWidthDeg: crs.zoneWidthDeg,
    }) ?? crs
  )
}

/** Degrees with six decimals at most are what web maps hand out, surveys give more. */
export function looksLikeWebMapDegrees(sample: CoordinateSample): boolean {
  if (sample.points.length === 0) return false
  const isShort = (value: number) =>
    Math.abs(value) <= 180 && Math.abs(value * 1e6 - Math.round(value * 1e6)) < 1e-3
  return sample.points.every(([x, y]) => isShort(x) && isShort(y))
}
