import type { Knex } from 'knex'
import type { IssueSink } from '../issues.ts'
import type { Georeference } from '../pipeline/georeference.ts'
import type { ImportKey } from '../pipeline/stage-rows.ts'

/** What a check works on: the staged rows of one import. */
export interface CheckContext {
  key: ImportKey
  lastRow: number
  georeference: Georeference
  sink: IssueSink
  /** Hex EWKB of the county's outline with its buffer (EPSG:4490), null without an outline. */
  outlineHex: string | null
  /** Rows of a statement; for long ones, in slices. */
  query<Row>(sql: string, bindings: readonly Knex.RawBinding[]): Promise<Row[]>
  /** Runs SQL over ranges of rows short enough for a single connection. */
  slices(work: (from: number, to: number) => Promise<void>): Promise<void>
}

/** One question put to every row; answers go into the sink as issues. */
export interface Check {
  name: string
  run(context: CheckContext): Promise<void>
}
