/** Whether a survey lies where one would expect it: in the county, whose outline is only a sketch. */
import type { Knex } from 'knex'
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

/** Of the shapes that could be placed; the others lie nowhere. */
export function plausibilityOf(placed: number, outside: number, countyName: string): Plausibility {
  if (placed === 0) return { insideCountyShare: null, plausibility: null }
  const share = Math.max(0, 1 - outside / placed)
  const code =
    share >= 0.999
      ? 'all_inside'
      : share >= 0.5
        ? 'mostly_inside'
        : share > 0
          ? 'mostly_outside'
          : 'all_outside'
  const params = { county: countyName, percent: Math.round(share * 1000) / 10, outside }
  return { insideCountyShare: share, plausibility: { code, params } }
}
