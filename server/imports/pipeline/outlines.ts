/** A sample of a survey's shapes in its own coordinates, kept while its reference system waits for a person. */
import type { Knex } from 'knex'
import { clearStaging, type ImportKey } from './stage-rows.ts'
import type { ProfiledRow } from './survey-pass.ts'

const SAVE = `
  INSERT INTO import_outlines (division_code, import_id, row, wkb)
  SELECT ?, ?, t.row, decode(t.hex, 'hex') FROM unnest(?::int[], ?::text[]) AS t(row, hex)`

/** Puts the sample in the place of an earlier run's; an empty one leaves none. */
export async function replaceOutlines(
  db: Knex,
  key: ImportKey,
  rows: readonly Pick<ProfiledRow, 'row' | 'wkb'>[],
): Promise<void> {
  await clearStaging(db, key, ['outlines'])
  const drawn = rows.filter(({ wkb }) => wkb !== null)
  if (drawn.length === 0) return
  const hex = drawn.map(({ wkb }) => wkb!.toString('hex'))
  await db.raw(SAVE, [key.divisionCode, key.importId, drawn.map(({ row }) => row), hex])
}

export interface Outline {
  row: number
  label: string | null
  wkb: Buffer
}

export async function listOutlines(db: Knex, key: ImportKey): Promise<Outline[]> {
  const { rows } = await db.raw<{ rows: Outline[] }>(
    `SELECT o.row, r.label, o.wkb FROM import_outlines o
     LEFT JOIN import_rows r ON r.division_code = o.division_code AND r.import_id = o.import_id AND r.row = o.row
     WHERE o.division_code = ? AND o.import_id = ? ORDER BY o.row`,
    [key.divisionCode, key.importId],
  )
  return rows
}
