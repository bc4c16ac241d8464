/** One layer from opening to `ready` or `needs_choice`: detect, decide, stage, check. */
import type { ImportDetected } from '../../contract/import.ts'
import { detectSurveyEncoding } from '../formats/index.ts'
import type { SurveyReader } from '../formats/types.ts'
import { NO_COUNTS, type StoredDetected } from '../import-record.ts'
import type { IssueSink } from '../issues.ts'
import { TownFinder } from '../mapping/towns.ts'
import { templateRepository } from '../repository.ts'
import { bestTable, tableOfSheet } from '../tables/header.ts'
import type { LedgerTable } from '../tables/ledger-table.ts'
import { readSheets, TableFault, type TableFaultCode } from '../tables/workbook.ts'
import { chainSeq } from '../commit/commit.ts'
import { decideCrs, type CrsDecision } from './decide-crs.ts'
import { allColumns, columnKey, decideMapping, type MappingDecision } from './decide-mapping.ts'
import { freshFileIssues } from './ignored-choices.ts'
import type { ImportLayerSource } from './merged-texts.ts'
import { layerNoteIssue } from './layer-notes.ts'
import { replaceOutlines } from './outlines.ts'
import { withCountedShare } from './plausibility.ts'
import { runChecks } from './run-checks.ts'
import type { CountyFacts, Run } from './run-context.ts'
import { stageForRun } from './run-stage.ts'
import { openLayer, type SourceSet } from './sources.ts'
import { passThrough, roughAreasM2, type SurveyPass } from './survey-pass.ts'

const tableFaultOf = (code: string): TableFaultCode =>
  code === 'member_encrypted' ? 'table_encrypted' : 'table_unreadable'

/** The ledger table beside the survey; a table that can't be read is told and does not stop the survey. */
async function readTable(run: Run, sources: SourceSet, sink: IssueSink): Promise<LedgerTable | null> {
  const { join: choice, withoutTable } = run.record.choices
  if (withoutTable) return null
  for (const source of sources.tables) {
    try {
      if (source.fault) throw new TableFault(tableFaultOf(source.fault.code), { file: source.name })
      const sheets = await readSheets(source)
      const named = choice?.sheet ? sheets.find((sheet) => sheet.name === choice.sheet) : undefined
      const table =
        named || choice?.headerRow
          ? tableOfSheet(named ?? sheets[0]!, source.name, choice?.headerRow)
          : bestTable(sheets, source.name)
      if (table) return table
      throw new TableFault('table_no_header', { file: source.name })
    } catch (error) {
      if (!(error instanceof TableFault)) throw error
      sink.add({ row: null, code: error.code, severity: 'warning', value: source.name, params: error.params })
    }
  }
  return null
}

export async function checkLayer(run: Run, source: ImportLayerSource, sources: SourceSet): Promise<void> {
  const { deps, record } = run
  const fileSink = await freshFileIssues(run, source.id)
  run.progress('detect', 0, null)
  const encoding = await detectSurveyEncoding(source.members?.[0] ?? source)
  // Texts read together may each have their own encoding: only a person's choice is for all of them.
  const encodingChoice = record.choices.encoding ?? (source.members ? undefined : encoding?.encoding)
  const reader = await openLayer(source, encodingChoice ? { encoding: encodingChoice } : {})
  try {
    const table = await readTable(run, sources, fileSink)
    const pass = await passThrough(reader, {
      withKeys: table !== null,
      onRows: (done) => run.progress('detect', done, reader.rowCount),
    })
    run.lap('detect')
    if (pass.featureCount === 0 || pass.polygonCount === 0)
      return await refuseEmpty(run, reader, pass, source)
    const county = await deps.county()
    const decisions = await decide(run, { reader, pass, table, county })
    const detected = detectedOf(encoding, record.choices.encoding, decisions)
    await run.save({
      detected,
      ledger: decisions.mapping.ledger,
      mapping: decisions.mapping.mapping,
      tableJoin: decisions.mapping.join,
      counts: { ...NO_COUNTS, features: pass.featureCount },
    })
    run.lap('decide')
    await stageForRun(run, {
      reader,
      pass,
      table,
      county,
      decisions,
      source,
      encoding: encodingChoice ?? null,
    })
    await replaceOutlines(deps.db, run.key, decisions.crs.georeference ? [] : pass.rows)
    if (record.staged.tableJoin) await run.save({ tableJoin: record.staged.tableJoin })
    for (const note of reader.notes) fileSink.add(layerNoteIssue(note))
    const { georeference } = decisions.crs
    if (georeference && !georeference.isCalibrated)
      fileSink.add({
        row: null,
        code: 'position_uncalibrated',
        severity: 'note',
        params: { nameZh: georeference.crs.zhName, nameEn: georeference.crs.enName },
      })
    await fileSink.flush()
    await finish(run, { pass, county, decisions, detected, fileSink })
  } finally {
    await reader.close()
  }
}

async function refuseEmpty(
  run: Run,
  reader: SurveyReader,
  pass: SurveyPass,
  source: ImportLayerSource,
): Promise<void> {
  await run.save({ counts: { ...NO_COUNTS, features: pass.featureCount } })
  return run.refuse(pass.featureCount === 0 ? 'layer_empty' : 'layer_without_polygons', {
    name: source.name,
    type: reader.geometryType,
    count: pass.featureCount,
  })
}

export interface Decisions {
  crs: CrsDecision
  mapping: MappingDecision
  towns: TownFinder
}

async function decide(
  run: Run,
  found: { reader: SurveyReader; pass: SurveyPass; table: LedgerTable | null; county: CountyFacts },
): Promise<Decisions> {
  const { reader, pass, table, county } = found
  const { record, deps } = run
  const columns = reader.fields.map((field) => field.name)
  const template = record.choices.templateId
    ? await templateRepository(deps.db).find(record.divisionCode, record.choices.templateId)
    : await templateRepository(deps.db).findByColumns(
        record.divisionCode,
        columnKey(allColumns(columns, table)),
      )
  const towns = new TownFinder(county.towns)
  return {
    towns,
    crs: decideCrs(
      {
        declaration: reader.declaration,
        sample: pass.coordinates,
        extent: county.extent,
        dataDate: reader.dataDate,
        usualSrid: county.usualSrid,
      },
      record.choices,
    ),
    mapping: decideMapping(
      {
        columns,
        rows: pass.rows,
        areasM2: roughAreasM2(pass.rows),
        table,
        keyColumns: pass.keyColumns,
        featureCount: pass.featureCount,
        fileNames: [...record.files.map((file) => file.name), record.layer ?? ''],
        towns,
        template,
      },
      record.choices,
    ),
  }
}

type EncodingDetection = Awaited<ReturnType<typeof detectSurveyEncoding>>

function detectedOf(
  encoding: EncodingDetection,
  chosenEncoding: string | undefined,
  { crs, mapping }: Decisions,
): StoredDetected {
  const candidates: ImportDetected['encodingCandidates'] =
    encoding?.candidates.map(({ encoding: name, malformedCount, sampleRows }) => ({
      encoding: name,
      malformedCount,
      sampleRows,
    })) ?? []
  const evidence = [...(encoding?.evidence ?? []), ...crs.evidence, ...mapping.evidence]
  if (chosenEncoding)
    evidence.unshift({
      kind: 'encoding',
      source: 'user',
      code: 'encoding_chosen',
      params: { encoding: chosenEncoding },
      agrees: true,
    })
  return {
    encoding: chosenEncoding ?? encoding?.encoding ?? null,
    crs: crs.crs,
    datum: crs.datum,
    crsName: crs.crsName,
    isAxisSwapped: crs.isAxisSwapped,
    needsChoice: crs.needsChoice,
    crsCandidates: crs.crsCandidates,
    encodingCandidates: candidates,
    evidence,
    insideCountyShare: null,
    plausibility: null,
  }
}

async function finish(
  run: Run,
  result: {
    pass: SurveyPass
    county: CountyFacts
    decisions: Decisions
    detected: StoredDetected
    fileSink: IssueSink
  },
): Promise<void> {
  const { deps, key } = run
  const { georeference } = result.decisions.crs
  // Staged is what was really read; a large layer was only looked at in its beginning before.
  const featureCount = run.record.staged.rowCount ?? result.pass.featureCount
  if (!georeference) {
    const issueCounts = countAll(run, result.fileSink, {})
    await run.end({ status: 'needs_choice', counts: { ...NO_COUNTS, features: featureCount }, issueCounts })
    return
  }
  const chain = await chainSeq(deps.db, key.divisionCode)
  const checked = await runChecks(
    {
      db: deps.db,
      key,
      lastRow: result.pass.lastRow,
      georeference,
      mapping: result.decisions.mapping.mapping,
      withStatementBudget: deps.withStatementBudget,
      analyze: () => deps.analyze(['import_outcomes']),
      checkpoint: () => run.checkpoint(),
    },
    run.progress,
    (name) => run.lap(name),
  )
  const placed = checked.plausibility(result.county.name)
  const evidence = withCountedShare(result.detected.evidence, placed.insideCountyShare)
  await run.pass({
    detected: { ...result.detected, ...placed, evidence },
    counts: checked.counts(featureCount),
    staged: { ...run.record.staged, chainSeq: chain },
    issueCounts: countAll(run, result.fileSink, checked.issueCounts),
    extent: checked.extent,
  })
}

/** Issues per code, uncapped: of the file, of both stagings (perhaps an earlier run's), of the checks. */
function countAll(run: Run, file: IssueSink, checks: Record<string, number>): Record<string, number> {
  const total: Record<string, number> = {}
  for (const counts of [file.counts, run.record.staged.rowIssues, run.record.staged.shapeIssues, checks])
    for (const [code, count] of Object.entries(counts ?? {})) total[code] = (total[code] ?? 0) + count
  return total
}
