/** Whether a survey lies where one would expect it: in the county, whose outline is only a sketch. */
import type { Knex } from 'knex'
import type { StoredEvidence } from '../evidence.ts'
import type { StoredDetected } from '../import-record.ts'

/** Ground this far outside still counts as inside (m). */
const OUTLINE_BUFFER_M = 2_000

export async function bufferedOutline(
  db: Knex,
  divisionCode: string,
  planeSrid: number,
): Promise<string | null> {
  const { rows } = await db.raw<{ rows: { hex: string | null }[] }>(
    `SELECT encode(ST_AsEWKB(ST_Transform(ST_Buffer(ST_Transform(outline, ?::int), ?), 4490)), 'hex') AS hex
     FROM divisions WHERE code = ? AND outline IS NOT NULL`,
    [planeSrid, OUTLINE_BUFFER_M, divisionCode],
  )
  return rows[0]?.hex ?? null
}

export type Plausibility = Pick<StoredDetected, 'insideCountyShare' | 'plausibility'>

const percentOf = (share: number): number => Math.round(share * 1000) / 10

/** From here on the parcels rather lie in the county than elsewhere. */
const MOSTLY = 0.5

/** Of the shapes that could be placed; the others lie nowhere. */
export function plausibilityOf(placed: number, outside: number, countyName: string): Plausibility {
  if (placed === 0) return { insideCountyShare: null, plausibility: null }
  const share = Math.max(0, 1 - outside / placed)
  const code =
    share >= 0.999
      ? 'all_inside'
      : share >= MOSTLY
        ? 'mostly_inside'
        : share > 0
          ? 'mostly_outside'
          : 'all_outside'
  const params = { county: countyName, percent: percentOf(share), outside }
  return { insideCountyShare: share, plausibility: { code, params } }
}

const FROM_A_SAMPLE: ReadonlySet<string> = new Set(['near_county', 'away_from_county'])

/**
 * Detection looks whether a sample of the coordinates lies around the county at all. Once every parcel has been held
 * against the outline that count is told instead: two counts side by side read as a contradiction.
 */
export function withCountedShare(
  evidence: readonly StoredEvidence[],
  share: number | null,
): StoredEvidence[] {
  if (share === null) return [...evidence]
  const isInside = share >= MOSTLY
  const percent = isInside ? percentOf(share) : Math.round((100 - percentOf(share)) * 10) / 10
  const counted = {
    code: isInside ? 'inside_county' : 'outside_county',
    params: { percent, km: OUTLINE_BUFFER_M / 1000 },
    agrees: isInside,
  }
  return evidence.map((piece) => (FROM_A_SAMPLE.has(piece.code) ? { ...piece, ...counted } : piece))
}
