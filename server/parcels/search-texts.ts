/**
 * What parcels are found by: one text a parcel in `parcel_search`, written in the transaction of the change.
 *
 * The trigram index is by far the dearest of all indexes to keep (two fifths of a large import's commit), so rows of
 * a large change set first stand in the partition without it, where a query reads them one by one, and move over in small
 * steps once the change is committed. A query sees every text at any moment and need not know where it stands.
 */
import type { Knex } from 'knex'

/** Above this a change set's texts wait for their index. */
const INDEXED_AT_ONCE = 1_000
/** Rows moved by one statement: about a quarter of a second on the embedded database. */
const MOVED_AT_ONCE = 1_000

/** Runs of CJK characters are found by two characters because every such character is written twice. */
const CJK = /([\u2E80-\uFFEF])/gu

/** A text as `search_text` has it (every CJK character doubled), with LIKE's own characters escaped. */
export const searchPattern = (text: string): string =>
  `%${text.replace(/[\\%_]/g, '\\$&').replace(CJK, '$1$1')}%`

const SEARCHED = ['parcel_no', 'name', 'holder', 'location', 'approval_no', 'supervision_no']

/** What a new parcel is found by beside a number the system gives it; `searchTextSql` says the same of a row. */
export const searchTextOf = (values: Readonly<Record<string, unknown>>): string =>
  SEARCHED.flatMap((column) => values[column] ?? [])
    .join(' ')
    .replace(CJK, '$1$1')

const searchTextSql = `regexp_replace(concat_ws(' ', ${SEARCHED.map((column) => `p.${column}`).join(', ')}),
  '([\\u2E80-\\uFFEF])', '\\1\\1', 'g')`

/** The condition that a parcel is found by a text; binds `searchPattern(text)`. */
export const isFoundSql = (alias: string): string => `EXISTS (
  SELECT 1 FROM parcel_search f
  WHERE f.division_code = ${alias}.division_code AND f.parcel_id = ${alias}.id AND f.search_text ILIKE ?)`

/** Whether the texts of a change set with so many new parcels go under the index at once. */
export const isIndexedAtOnce = (newParcels: number): boolean => newParcels <= INDEXED_AT_ONCE

const UPDATE_TEXTS = `
  UPDATE parcel_search f SET search_text = t.search_text
  FROM (SELECT p.division_code, p.id, ${searchTextSql} AS search_text
    FROM parcels p WHERE p.division_code = ? AND p.change_set_id = ? AND p.version > 1) t
  WHERE f.division_code = t.division_code AND f.parcel_id = t.id AND f.search_text <> t.search_text`

/** Rewrites the texts of the parcels a change set has changed; `insertParcels` writes those of new ones. */
export async function updateSearchTexts(
  trx: Knex.Transaction,
  changeSet: { divisionCode: string; id: string },
): Promise<void> {
  await trx.raw(UPDATE_TEXTS, [changeSet.divisionCode, changeSet.id])
}

const MOVE_TEXTS = `
  UPDATE parcel_search f SET is_indexed = true
  FROM (SELECT division_code, parcel_id FROM parcel_search WHERE NOT is_indexed AND division_code = ? LIMIT ?) w
  WHERE f.division_code = w.division_code AND f.parcel_id = w.parcel_id AND NOT f.is_indexed`

// A writer that meets a row on its way to another partition is refused by PostgreSQL. Every writer holds the head of
// its county's chain when it comes to the texts, so whoever holds it meets none.
const moveSome = (db: Knex, divisionCode: string): Promise<number> =>
  db.transaction(async (trx) => {
    await trx('chain_heads').where({ division_code: divisionCode }).forUpdate().first('seq')
    const { rowCount } = await trx.raw<{ rowCount: number }>(MOVE_TEXTS, [divisionCode, MOVED_AT_ONCE])
    return rowCount
  })

/** Moves texts that wait under the index; answers how many it moved. Safe to call at any time and more than once. */
export async function indexSearchTexts(db: Knex): Promise<number> {
  const waiting = await db('parcel_search').where({ is_indexed: false }).distinct().pluck('division_code')
  let moved = 0
  for (const divisionCode of waiting as string[]) {
    for (let some = 1; some > 0; moved += some) some = await moveSome(db, divisionCode)
  }
  return moved
}
