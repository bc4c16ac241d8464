/** The second reading of a layer: values converted, shapes placed, both into staging; faults of rows become issues. */
import type { Knex } from 'knex'
import { ROW_FAULTS, type RowFault, type SurveyReader, type SurveyRow } from '../formats/types.ts'
import type { IssueSink, NewIssue } from '../issues.ts'
import type { IssueSeverity } from '../../contract/import.ts'
import type { rowConverter } from '../mapping/convert.ts'
import type { TableJoiner } from '../tables/join.ts'
import type { Georeference } from './georeference.ts'
import { lanesOf } from './slices.ts'
import { insertRows, type ImportKey, type StagedRow } from './stage-rows.ts'
import { stageShapes, type ShapeFinding, type ShapeInput } from './stage-shapes.ts'

export interface StageInput {
  db: Knex
  key: ImportKey
  reader: SurveyReader
  /** Null: the values staged before still stand. */
  rows: {
    convert: ReturnType<typeof rowConverter>
    joiner: TableJoiner | null
    sink: IssueSink
    /** Rows by the column their 文件面积 was taken from, for want of one of their own. */
    areasFrom: Map<string, number>
  } | null
  /** Null: the shapes staged before still stand, or the CRS is open. */
  shapes: { georeference: Georeference; sink: IssueSink } | null
  onRows: (done: number) => void
  /** Throws when the run has been overtaken. */
  checkpoint: () => Promise<void>
}

export interface StageResult {
  rowCount: number
  shapeCount: number
}

const FAULT_SEVERITY: Record<(typeof ROW_FAULTS)[keyof typeof ROW_FAULTS], IssueSeverity> = {
  blocking: 'error',
  repaired: 'warning',
  value: 'warning',
  note: 'note',
}

const ATTRIBUTE_FAULTS: ReadonlySet<string> = new Set(
  Object.entries(ROW_FAULTS)
    .filter(([, kind]) => kind === 'value')
    .map(([code]) => code),
)

function faultIssue(row: number, fault: RowFault): NewIssue {
  return {
    row,
    field: fault.field ?? null,
    code: fault.code,
    severity: FAULT_SEVERITY[ROW_FAULTS[fault.code]],
    value: fault.value?.slice(0, 120) ?? null,
    ...(fault.line === undefined ? {} : { params: { line: fault.line } }),
    x: fault.coordinate?.[0] ?? null,
    y: fault.coordinate?.[1] ?? null,
  }
}

/** NaN and infinity are no JSON numbers. */
const finite = (issue: NewIssue): NewIssue => ({
  ...issue,
  x: Number.isFinite(issue.x ?? 0) ? (issue.x ?? null) : null,
  y: Number.isFinite(issue.y ?? 0) ? (issue.y ?? null) : null,
})

function convertBatch(batch: readonly SurveyRow[], rows: NonNullable<StageInput['rows']>): StagedRow[] {
  return batch.map((row) => {
    const joined = rows.joiner?.find(row.attributes) ?? null
    const converted = rows.convert(row.attributes, joined?.row?.cells ?? null)
    const from = converted.areaFrom?.column
    if (from !== undefined) rows.areasFrom.set(from, (rows.areasFrom.get(from) ?? 0) + 1)
    // What the reader could not read is named once, not again by the field it would have filled.
    const named = new Set<string>()
    for (const fault of row.faults) {
      if (!ATTRIBUTE_FAULTS.has(fault.code)) continue
      rows.sink.add(finite(faultIssue(row.row, fault)))
      if (fault.field !== undefined) named.add(fault.field)
    }
    for (const issue of converted.issues)
      if (!named.has(issue.field)) rows.sink.add({ row: row.row, ...issue })
    if (joined?.isAmbiguous)
      rows.sink.add({ row: row.row, code: 'join_ambiguous', severity: 'warning', value: joined.key })
    else if (joined && !joined.row)
      rows.sink.add({ row: row.row, code: 'join_unmatched', severity: 'hint', value: joined.key })
    return { row: row.row, converted, tableRow: joined?.row?.row ?? null }
  })
}

const SLIGHT_CHANGE_SHARE = 0.001

function findingIssue(finding: ShapeFinding): NewIssue {
  const place = { x: finding.x, y: finding.y, lon: finding.lon, lat: finding.lat }
  if (finding.kind === 'unplaceable')
    return { row: finding.row, code: 'geometry_unplaceable', severity: 'error', ...place }
  const reason = finding.reason ?? ''
  if (finding.kind === 'collapsed')
    return { row: finding.row, code: 'geometry_collapsed', severity: 'error', params: { reason }, ...place }
  const before = finding.areaBeforeM2 ?? 0
  const after = finding.areaAfterM2 ?? 0
  const isSlight = Math.abs(after - before) <= SLIGHT_CHANGE_SHARE * Math.max(before, after)
  return {
    row: finding.row,
    code: 'geometry_repaired',
    severity: isSlight ? 'hint' : 'warning',
    areaM2: after,
    params: { reason, beforeM2: before, afterM2: after, differenceM2: after - before },
    ...place,
  }
}

async function placeBatch(input: StageInput, batch: readonly SurveyRow[]): Promise<number> {
  const { db, key, shapes } = input
  if (!shapes) return 0
  const inputs: ShapeInput[] = []
  for (const row of batch) {
    for (const fault of row.faults)
      if (!ATTRIBUTE_FAULTS.has(fault.code)) shapes.sink.add(finite(faultIssue(row.row, fault)))
    if (row.wkb) inputs.push({ row: row.row, wkb: row.wkb })
    else if (!row.faults.some((fault) => ROW_FAULTS[fault.code] === 'blocking'))
      shapes.sink.add({ row: row.row, code: 'geometry_missing', severity: 'error' })
  }
  const findings = await stageShapes(db, key, shapes.georeference, inputs)
  for (const finding of findings) shapes.sink.add(findingIssue(finding))
  await shapes.sink.flush()
  return inputs.length - findings.filter((finding) => finding.kind !== 'repaired').length
}

async function keepBatch(input: StageInput, batch: readonly SurveyRow[]): Promise<number> {
  const { db, key, rows } = input
  if (!rows) return 0
  await insertRows(db, key, convertBatch(batch, rows))
  await rows.sink.flush()
  return batch.length
}

/**
 * Reads and stages; while the database works on some batches the next is read. With several connections values and
 * shapes go in side by side, with one they take turns.
 */
export async function stageLayer(input: StageInput): Promise<StageResult> {
  const result: StageResult = { rowCount: 0, shapeCount: 0 }
  const most = lanesOf(input.db)
  const underWay: Promise<[number, number]>[] = []
  const settleOldest = async (): Promise<void> => {
    const [rowCount, shapeCount] = await underWay.shift()!
    result.rowCount += rowCount
    result.shapeCount += shapeCount
  }
  let done = 0
  try {
    for await (const batch of input.reader.batches()) {
      while (underWay.length >= most) await settleOldest()
      await input.checkpoint()
      const work = Promise.all([keepBatch(input, batch), placeBatch(input, batch)])
      // A rejection is met when its turn comes; until then it must not count as unhandled.
      work.catch(() => undefined)
      underWay.push(work)
      done += batch.length
      input.onRows(done)
    }
    while (underWay.length > 0) await settleOldest()
  } finally {
    // Nothing of this run may write after it has failed.
    await Promise.allSettled(underWay)
  }
  await input.rows?.sink.flush()
  await input.shapes?.sink.flush()
  return result
}
