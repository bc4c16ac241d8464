/** The reference systems a person can name, by datum, projection and zone; EPSG numbered the zones one by one. */
export const DATUMS = ['CGCS2000', 'Xian80', 'Beijing54'] as const
export type DatumName = (typeof DATUMS)[number]
export const PROJECTIONS = ['g3', 'g6', 'geographic'] as const
export type Projection = (typeof PROJECTIONS)[number]

export interface CrsChoice {
  datum: DatumName
  projection: Projection
  zone: number
  hasPrefix: boolean
}

const FIRST_CODE: Record<DatumName, Record<'geographic' | 'g3' | 'g3cm' | 'g6' | 'g6cm', number>> = {
  CGCS2000: { geographic: 4490, g6: 4491, g6cm: 4502, g3: 4513, g3cm: 4534 },
  Xian80: { geographic: 4610, g6: 2327, g6cm: 2338, g3: 2349, g3cm: 2370 },
  Beijing54: { geographic: 4214, g6: 21413, g6cm: 21453, g3: 2401, g3cm: 2422 },
}
const ZONES = { g3: [25, 45], g6: [13, 23] } as const
/** Stands where degrees have no zone; a form takes the county's instead. */
export const MIDDLE_ZONE = (ZONES.g3[0] + ZONES.g3[1]) / 2

type Series = 'g3' | 'g3cm' | 'g6' | 'g6cm'

function seriesOf(projection: 'g3' | 'g6', hasPrefix: boolean): Series {
  return hasPrefix ? projection : `${projection}cm`
}

export function zonesOf(projection: Projection): { zone: number; meridian: number }[] {
  if (projection === 'geographic') return []
  const [first, last] = ZONES[projection]
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const zone = first + index
    return { zone, meridian: projection === 'g3' ? zone * 3 : zone * 6 - 3 }
  })
}

export function crsCodeOf({ datum, projection, zone, hasPrefix }: CrsChoice): string {
  const codes = FIRST_CODE[datum]
  if (projection === 'geographic') return `EPSG:${codes.geographic}`
  return `EPSG:${codes[seriesOf(projection, hasPrefix)] + zone - ZONES[projection][0]}`
}

/** The choice behind a code; null for one this form can't name (UTM, Web Mercator). */
export function choiceOf(code: string | null): CrsChoice | null {
  const number = Number(/^EPSG:(\d+)$/.exec(code ?? '')?.[1])
  for (const datum of DATUMS) {
    const codes = FIRST_CODE[datum]
    if (number === codes.geographic)
      return { datum, projection: 'geographic', zone: MIDDLE_ZONE, hasPrefix: true }
    for (const projection of ['g3', 'g6'] as const) {
      const [first, last] = ZONES[projection]
      for (const hasPrefix of [true, false]) {
        const zone = number - codes[seriesOf(projection, hasPrefix)] + first
        if (zone >= first && zone <= last) return { datum, projection, zone, hasPrefix }
      }
    }
  }
  return null
}

/** Only CGCS2000 lies on the map as it is; the older two need parameters or stay uncalibrated. */
export const needsParameters = (datum: string | null): boolean => datum === 'Xian80' || datum === 'Beijing54'

/** The part of a system's name that the coordinates can tell: its zone, never its datum. */
export const zonePartOf = (name: string): string => name.replace(/^[^，,]+[，,]\s*/, '')

const ESRI_GAUSS_KRUGER =
  /^(CGCS2000|Xian_1980|Beijing_1954)_(3_Degree_)?(?:GK|Gauss_Kruger)_(?:Zone_(\d+)|CM_(\d+)E)$/
const ESRI_GEOGRAPHIC: readonly [RegExp, DatumName][] = [
  [/China_Geodetic_Coordinate_System_2000|CGCS_?2000/i, 'CGCS2000'],
  [/Xian_?1980/i, 'Xian80'],
  [/Beijing_?1954/i, 'Beijing54'],
]

/** What the name inside a .prj stands for; null when it is none of the usual ones. */
export function choiceOfPrjName(name: string): CrsChoice | null {
  const match = ESRI_GAUSS_KRUGER.exec(name)
  const datum = ESRI_GEOGRAPHIC.find(([pattern]) => pattern.test(name))?.[1]
  if (!datum) return null
  if (!match)
    return name.startsWith('GCS_')
      ? { datum, projection: 'geographic', zone: MIDDLE_ZONE, hasPrefix: true }
      : null
  const projection = match[2] ? 'g3' : 'g6'
  const zone = match[3]
    ? Number(match[3])
    : zonesOf(projection).find(({ meridian }) => meridian === Number(match[4]))?.zone
  return zone === undefined ? null : { datum, projection, zone, hasPrefix: match[3] !== undefined }
}
