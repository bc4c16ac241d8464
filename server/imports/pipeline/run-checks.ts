/** Checks and matching over the staged rows, in slices; what comes out is the picture of the whole file. */
import type { Knex } from 'knex'
import type { ColumnMapping, ImportCounts } from '../../contract/import.ts'
import { FILE_CHECKS, MATCH_CHECKS } from '../checks/index.ts'
import type { Check, CheckContext } from '../checks/check.ts'
import type { StoredExtent } from '../import-record.ts'
import { IssueSink } from '../issues.ts'
import { importedColumns } from '../matching/columns.ts'
import { blockRows, countOutcomes, matchRows, type OutcomeCounts } from '../matching/match.ts'
import type { Georeference } from './georeference.ts'
import { bufferedOutline, plausibilityOf, type Plausibility } from './plausibility.ts'
import type { RunProgress } from './run-context.ts'
import { queryWithoutJit, withoutJit } from '../../platform/database/without-jit.ts'
import { inSlices, lanesOf } from './slices.ts'
import type { ImportKey } from './stage-rows.ts'

export interface ChecksInput {
  db: Knex
  key: ImportKey
  lastRow: number
  georeference: Georeference
  mapping: readonly ColumnMapping[]
  withStatementBudget: <T>(ms: number, run: () => Promise<T>) => Promise<T>
  /** Fresh statistics: the planner must not take a full staging table for an empty one. */
  analyze: () => Promise<void>
  /** Throws when the run has been overtaken. */
  checkpoint: () => Promise<void>
}

export interface ChecksResult {
  issueCounts: Record<string, number>
  extent: StoredExtent | null
  counts(featureCount: number): ImportCounts
  /** Of the rows that could be placed; the others lie nowhere. */
  plausibility(countyName: string): Plausibility
}

/** A slice aims at a quarter of a second; one huge polygon may take longer. */
const STATEMENT_BUDGET_MS = 120_000

export async function runChecks(
  input: ChecksInput,
  progress: RunProgress,
  lap: (name: string) => void,
): Promise<ChecksResult> {
  return input.withStatementBudget(STATEMENT_BUDGET_MS, async () => {
    const { db, key, lastRow } = input
    const sink = new IssueSink(db, key, 'check')
    const outlineHex = await bufferedOutline(db, key.divisionCode, input.georeference.planeSrid)
    const lanes = lanesOf(db)
    const context: CheckContext = {
      query: (sql, bindings) => queryWithoutJit(db, sql, bindings),
      key,
      lastRow,
      georeference: input.georeference,
      sink,
      outlineHex,
      slices: (work) =>
        inSlices(
          lastRow,
          async (from, to) => {
            await input.checkpoint()
            await work(from, to)
          },
          { lanes },
        ),
    }
    const total = FILE_CHECKS.length + MATCH_CHECKS.length
    await runAll(FILE_CHECKS, context, (index) => progress('check', index, total), lap)
    const columns = importedColumns(input.mapping.flatMap((entry) => (entry.field ? [entry.field] : [])))
    await inSlices(
      lastRow,
      async (from, to) => {
        await input.checkpoint()
        await withoutJit(db, (trx) => matchRows(trx, key, columns, { from, to }))
      },
      { lanes, progress: (done) => progress('match', done, lastRow) },
    )
    await input.analyze()
    lap('match')
    await runAll(MATCH_CHECKS, context, (index) => progress('check', FILE_CHECKS.length + index, total), lap)
    await blockRows(db, key, [...sink.blockedRows])
    const outcomes = await countOutcomes(db, key)
    const repaired = await countRepaired(db, key)
    const { extent, placed } = await placedOf(db, key)
    lap('count')
    return resultOf({ sink, outcomes, repaired, extent, placed, hasOutline: outlineHex !== null })
  })
}

async function runAll(
  checks: readonly Check[],
  context: CheckContext,
  started: (index: number) => void,
  lap: (name: string) => void,
): Promise<void> {
  for (const [index, check] of checks.entries()) {
    started(index)
    await check.run(context)
    lap(check.name)
  }
}

/** Rows whose shape is not as it was read: mended by PostGIS, or rings closed and dropped while reading. */
async function countRepaired(db: Knex, key: ImportKey): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `SELECT count(*)::int AS count FROM (
       SELECT row FROM import_shapes WHERE division_code = ? AND import_id = ? AND survey_original IS NOT NULL
       UNION
       SELECT i.row FROM import_issues i
       JOIN import_shapes s ON s.division_code = i.division_code AND s.import_id = i.import_id AND s.row = i.row
       WHERE i.division_code = ? AND i.import_id = ? AND i.code IN ('ring_unclosed', 'ring_too_few_points')) repaired`,
    [key.divisionCode, key.importId, key.divisionCode, key.importId],
  )
  return rows[0]!.count
}

async function placedOf(db: Knex, key: ImportKey): Promise<{ extent: StoredExtent | null; placed: number }> {
  const { rows } = await db.raw<{
    rows: { x0: number | null; y0: number; x1: number; y1: number; placed: number }[]
  }>(
    `SELECT min(ST_XMin(geom)) AS x0, min(ST_YMin(geom)) AS y0, max(ST_XMax(geom)) AS x1, max(ST_YMax(geom)) AS y1,
       count(*)::int AS placed
     FROM import_shapes WHERE division_code = ? AND import_id = ?`,
    [key.divisionCode, key.importId],
  )
  const { x0, y0, x1, y1, placed } = rows[0]!
  return { placed, extent: x0 === null ? null : { minLon: x0, minLat: y0, maxLon: x1, maxLat: y1 } }
}

interface Found {
  sink: IssueSink
  outcomes: OutcomeCounts
  repaired: number
  extent: StoredExtent | null
  placed: number
  hasOutline: boolean
}

function resultOf({ sink, outcomes, repaired, extent, placed, hasOutline }: Found): ChecksResult {
  return {
    issueCounts: sink.counts,
    extent,
    counts: (featureCount) => ({
      features: featureCount,
      ready: outcomes.new + outcomes.changed + outcomes.unchanged,
      repaired,
      blocked: outcomes.blocked,
      new: outcomes.new,
      changed: outcomes.changed,
      unchanged: outcomes.unchanged,
      draft: outcomes.draft,
    }),
    plausibility: (countyName) =>
      plausibilityOf(hasOutline ? placed : 0, sink.counts['maybe_outside_county'] ?? 0, countyName),
  }
}
