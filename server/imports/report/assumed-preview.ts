/**
 * The mini-map of a survey whose reference system is open: its sample of outlines as they would lie under a candidate,
 * by the formulas detection judges by. Nothing of it is kept; what is imported comes from PostGIS.
 */
import type { Knex } from 'knex'
import type { ImportPreview, ImportPreviewQuery } from '../../contract/import-rows.ts'
import { crsByCode, projectedCrsFor, type Crs } from '../../kernel/crs.ts'
import type { Language } from '../../kernel/sentence.ts'
import { lonLatOf } from '../../kernel/transverse-mercator.ts'
import { invalidChoice } from '../choices.ts'
import { createCoordinateSampler, fitOf, onDatum } from '../detect/value-crs.ts'
import { wkbToPolygons } from '../formats/wkb.ts'
import type { ImportRecord } from '../import-record.ts'
import { messageSentence } from '../messages/say.ts'
import { needsDatumParameters } from '../pipeline/georeference.ts'
import { listOutlines, type Outline } from '../pipeline/outlines.ts'
import { bufferedOutline, plausibilityOf } from '../pipeline/plausibility.ts'
import type { CountyFacts } from '../pipeline/run-context.ts'

type Ring = [number, number][]
interface Placed {
  outline: Outline
  polygons: Ring[][]
  middle: [number, number]
}

const NOTHING: ImportPreview = { type: 'FeatureCollection', features: [], isPartial: false, assumed: null }
/** About 3 m, as in the preview of checked rows. */
const THIN_DEG = 0.00003

/** The candidate asked for, else the one that detection puts first. */
function candidateOf({ detected }: ImportRecord, asked: string | undefined): Crs | null {
  if (asked !== undefined) {
    const crs = crsByCode(asked)
    if (!crs) throw invalidChoice('crs', asked)
    return crs
  }
  const code = detected.crs ?? detected.crsCandidates[0]?.crs
  return code ? crsByCode(code) : null
}

/** The order that puts the survey into China; where both or neither do, as detected. */
function isSwapped(record: ImportRecord, crs: Crs, outlines: readonly Outline[]): boolean {
  const sampler = createCoordinateSampler()
  for (const { wkb } of outlines) sampler.add(wkb)
  const sample = sampler.sample()
  const straight = fitOf(crs, false, sample, null)
  const swapped = fitOf(crs, true, sample, null)
  return straight === swapped ? record.detected.isAxisSwapped : swapped > straight
}

const isNear = ([a, b]: [number, number], [c, d]: [number, number]): boolean =>
  Math.abs(a - c) < THIN_DEG && Math.abs(b - d) < THIN_DEG

function thinned(ring: Ring): Ring {
  const kept: Ring = []
  for (const position of ring) if (!kept.at(-1) || !isNear(kept.at(-1)!, position)) kept.push(position)
  if (kept.length < 3) return ring
  return [...kept, kept[0]!]
}

/** Null where the candidate puts a shape outside the globe. */
function place(outline: Outline, crs: Crs, isAxisSwapped: boolean): Placed | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  let isOnEarth = true
  const polygons = wkbToPolygons(outline.wkb).map((rings) =>
    rings.map((ring) =>
      ring.map(([first, second]): [number, number] => {
        const [lon, lat] = isAxisSwapped ? lonLatOf(crs, second, first) : lonLatOf(crs, first, second)
        isOnEarth &&= Math.abs(lon) <= 180 && Math.abs(lat) <= 85
        ;[west, east] = [Math.min(west, lon), Math.max(east, lon)]
        ;[south, north] = [Math.min(south, lat), Math.max(north, lat)]
        return [lon, lat]
      }),
    ),
  )
  if (!isOnEarth || west === Infinity) return null
  return { outline, polygons, middle: [(west + east) / 2, (south + north) / 2] }
}

async function countOutside(db: Knex, outlineHex: string, placed: readonly Placed[]): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `SELECT count(*)::int AS count FROM unnest(?::float8[], ?::float8[]) AS t(lon, lat)
     WHERE NOT ST_Intersects(?::geometry, ST_SetSRID(ST_Point(t.lon, t.lat), 4490))`,
    [placed.map(({ middle }) => middle[0]), placed.map(({ middle }) => middle[1]), outlineHex],
  )
  return rows[0]!.count
}

const SIX_DIGITS = 1_000_000
const rounded = (degrees: number): number => Math.round(degrees * SIX_DIGITS) / SIX_DIGITS

const featureOf = ({ outline, polygons }: Placed): ImportPreview['features'][number] => ({
  type: 'Feature',
  geometry: {
    type: 'MultiPolygon',
    coordinates: polygons.map((rings) =>
      rings.map((ring) => thinned(ring).map(([lon, lat]) => [rounded(lon), rounded(lat)])),
    ),
  },
  properties: { row: outline.row, state: 'open', label: outline.label },
})

export async function assumedPreview(
  db: Knex,
  record: ImportRecord,
  query: ImportPreviewQuery,
  county: CountyFacts,
  language: Language,
): Promise<ImportPreview> {
  const crs = candidateOf(record, query.crs)
  const outlines = await listOutlines(db, { divisionCode: record.divisionCode, importId: record.id })
  if (!crs || outlines.length === 0) return NOTHING
  // Nobody can calibrate an old datum without parameters: it is drawn as if it were the new one, and said to be.
  const isCalibrated = !needsDatumParameters(crs)
  const drawn = isCalibrated ? crs : onDatum(crs, 'CGCS2000')
  const isAxisSwapped = query.isAxisSwapped ?? isSwapped(record, drawn, outlines)
  const placed = outlines.flatMap((outline) => place(outline, drawn, isAxisSwapped) ?? [])
  const middleLon = county.extent ? (county.extent.minLon + county.extent.maxLon) / 2 : 108
  const planeSrid = county.usualSrid ?? projectedCrsFor(middleLon).srid
  const outlineHex = await bufferedOutline(db, record.divisionCode, planeSrid)
  const outside = outlineHex === null ? 0 : await countOutside(db, outlineHex, placed)
  const judged = plausibilityOf(outlineHex === null ? 0 : placed.length, outside, county.name)
  return {
    type: 'FeatureCollection',
    features: placed.map(featureOf),
    isPartial: outlines.length < record.counts.features,
    assumed: {
      crs: crs.code,
      name: { zh: crs.zhName, en: crs.enName },
      isAxisSwapped,
      isCalibrated,
      insideCountyShare: judged.insideCountyShare,
      plausibility: judged.plausibility ? messageSentence(judged.plausibility, language) : null,
    },
  }
}
