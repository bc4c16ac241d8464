/** Staging of a run: only what an earlier run has not left exactly so. */
import { createHash } from 'node:crypto'
import type { LayerSource, SurveyReader } from '../formats/types.ts'
import { isTableFile, type StagedState } from '../import-record.ts'
import { issueRepository, IssueSink } from '../issues.ts'
import { rowConverter } from '../mapping/convert.ts'
import { TableJoiner } from '../tables/join.ts'
import type { LedgerTable } from '../tables/ledger-table.ts'
import type { CountyFacts, Run } from './run-context.ts'
import type { Decisions } from './run-layer.ts'
import { stageLayer } from './stage.ts'
import { clearStaging, countStaged } from './stage-rows.ts'
import type { SurveyPass } from './survey-pass.ts'

/** Content of the staging tables depends on this code too: a new version reads the files again. */
const STAGING_VERSION = 4

const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([STAGING_VERSION, value]))
    .digest('hex')
    .slice(0, 32)

interface Staging {
  reader: SurveyReader
  pass: SurveyPass
  table: LedgerTable | null
  county: CountyFacts
  decisions: Decisions
  source: LayerSource
  encoding: string | null
}

interface StagingPlan {
  rowsKey: string
  /** Undefined while the CRS is open. */
  shapesKey: string | undefined
}

function planOf(run: Run, given: Staging): StagingPlan {
  const { crs, mapping } = given.decisions
  const source = [
    run.record.files.filter((file) => !isTableFile(file)).map(({ sha256 }) => sha256),
    given.source.id,
  ]
  const columns = mapping.mapping.map(({ source: name, field, unit }) => [name, field, unit])
  const ledgers = [mapping.ledger, mapping.fallbackLedger]
  const tables = run.record.files.filter(isTableFile).map(({ sha256 }) => sha256)
  const table = [mapping.keys, tables, given.table?.sheet, given.table?.headerRow]
  return {
    rowsKey: hashOf([
      source,
      given.encoding,
      columns,
      ledgers,
      table,
      given.county.towns,
      mapping.areaStandIns,
    ]),
    shapesKey: crs.georeference ? hashOf([source, crs.georeference]) : undefined,
  }
}

/** Stages values and shapes unless an earlier run left exactly these. */
export async function stageForRun(run: Run, given: Staging): Promise<void> {
  const { deps, record, key } = run
  const { crs, mapping, towns } = given.decisions
  const plan = planOf(run, given)
  const staged = await stillStaged(run)
  const needRows = staged.rowsKey !== plan.rowsKey
  const needShapes = plan.shapesKey !== undefined && staged.shapesKey !== plan.shapesKey
  await forget(run, needRows, needShapes)
  if (!needRows && !needShapes) return
  const left = { ...(needRows ? {} : rowPart(staged)), ...(needShapes ? {} : shapePart(staged)) }
  await run.save({ staged: left })
  const joiner = given.table && mapping.keys ? new TableJoiner(given.table, mapping.keys) : null
  const { ledger, fallbackLedger, areaStandIns } = mapping
  const convert = rowConverter({ mapping: mapping.mapping, ledger, fallbackLedger, towns, areaStandIns })
  const areasFrom = new Map<string, number>()
  const rowSink = new IssueSink(deps.db, key, 'row')
  const shapeSink = new IssueSink(deps.db, key, 'shape')
  const result = await stageLayer({
    db: deps.db,
    key,
    reader: given.reader,
    rows: needRows ? { convert, joiner, sink: rowSink, areasFrom } : null,
    shapes: needShapes ? { georeference: crs.georeference!, sink: shapeSink } : null,
    onRows: (done) => run.progress('read', done, given.pass.featureCount),
    checkpoint: () => run.checkpoint(),
  })
  if (needRows) {
    for (const [field, count] of areasFrom)
      rowSink.add({ row: null, field, code: 'document_area_taken', severity: 'note', params: { count } })
    await rowSink.flush()
    const tableJoin = joiner?.result(mapping.keyCandidates, record.choices.join !== undefined)
    Object.assign(left, {
      rowsKey: plan.rowsKey,
      rowCount: result.rowCount,
      rowIssues: rowSink.counts,
      tableJoin,
    })
  }
  if (needShapes)
    Object.assign(left, {
      shapesKey: plan.shapesKey,
      shapeCount: result.shapeCount,
      shapeIssues: shapeSink.counts,
    })
  await run.save({ staged: left })
  await deps.analyze(['import_rows', 'import_shapes'])
  run.lap('read')
}

/** Outcomes and check issues are made anew by every run, the rest only when it is staged anew. */
async function forget(run: Run, rows: boolean, shapes: boolean): Promise<void> {
  const { deps, key } = run
  await clearStaging(deps.db, key, ['outcomes'])
  const issues = issueRepository(deps.db, key.divisionCode, key.importId)
  await issues.deleteSteps(['check'])
  if (rows) {
    await clearStaging(deps.db, key, ['rows'])
    await issues.deleteSteps(['row'])
  }
  if (shapes) {
    await clearStaging(deps.db, key, ['shapes'])
    await issues.deleteSteps(['shape'])
  }
}

function rowPart({ rowsKey, rowCount, rowIssues, tableJoin }: StagedState): StagedState {
  return { rowsKey, rowCount, rowIssues, tableJoin }
}

function shapePart({ shapesKey, shapeCount, shapeIssues }: StagedState): StagedState {
  return { shapesKey, shapeCount, shapeIssues }
}

/** Crash recovery empties UNLOGGED tables: the counts tell whether the rows are still there. */
async function stillStaged(run: Run): Promise<StagedState> {
  const { staged } = run.record
  const rows = staged.rowsKey ? await countStaged(run.deps.db, run.key, 'rows') : 0
  const shapes = staged.shapesKey ? await countStaged(run.deps.db, run.key, 'shapes') : 0
  return {
    ...(rows > 0 && rows === staged.rowCount ? rowPart(staged) : {}),
    ...(shapes > 0 && shapes === staged.shapeCount ? shapePart(staged) : {}),
  }
}
