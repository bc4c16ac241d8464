/**
 * The checks of an import from its kept files to `ready`, as a restartable job. Every choice of a person starts a new
 * run; a run that has been overtaken gives way. What an earlier run staged is used again where nothing it rests on changed.
 */
import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportCounts } from '../../contract/import.ts'
import { SurveyFault } from '../formats/types.ts'
import { NOTHING_DETECTED, type StoredDetected, type StoredLayer } from '../import-record.ts'
import { importRepository } from '../repository.ts'
import { freshFileIssues } from './ignored-choices.ts'
import { Run, RunOvertaken, type PipelineDeps, type RunProgress } from './run-context.ts'
import { checkLayer } from './run-layer.ts'
import { ALL_STAGING, clearStaging } from './stage-rows.ts'
import { collectSources, describeLayers, selectLayer, type SourceSet } from './sources.ts'

/**
 * Runs the checks of one import; returns quietly when there is nothing to do for this run. With `agreed` they run for a
 * commit that goes on if they count the same again.
 */
export async function runImport(
  deps: PipelineDeps,
  target: { divisionCode: string; importId: string; run: number },
  progress: RunProgress,
  agreed: ImportCounts | null = null,
): Promise<void> {
  const record = await importRepository(deps.db).find(target.divisionCode, target.importId)
  if (!record || record.run !== target.run || !['uploaded', 'checking'].includes(record.status)) return
  const run = new Run(deps, record, progress, agreed)
  await mkdir(deps.workRoot, { recursive: true })
  const workDir = await mkdtemp(join(deps.workRoot, 'import-'))
  try {
    await run.save({ status: 'checking', problem: null })
    await checkFiles(run, workDir)
  } catch (error) {
    if (error instanceof RunOvertaken) return await tidyUp(deps, run)
    if (!(error instanceof SurveyFault)) throw error
    await run.refuse(error.code, error.params).catch(ignoreOvertaken)
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

/** A discarded import leaves nothing in staging; the rows of a changed one are cleared by its next run. */
async function tidyUp(deps: PipelineDeps, run: Run): Promise<void> {
  const { divisionCode, importId } = run.key
  if (await importRepository(deps.db).find(divisionCode, importId)) return
  await clearStaging(deps.db, run.key, ALL_STAGING)
  await deps.db('import_issues').where({ division_code: divisionCode, import_id: importId }).delete()
}

function ignoreOvertaken(error: unknown): void {
  if (!(error instanceof RunOvertaken)) throw error
}

async function checkFiles(run: Run, workDir: string): Promise<void> {
  const { deps, record } = run
  run.progress('unpack', 0, null)
  const sources = await collectSources(record.files, deps.pathOf, workDir, deps.maxUnpackedBytes)
  const layers = await describeLayers(sources.layers)
  const mergedId = sources.layers.find((layer) => layer.members)?.id
  const selected = selectLayer(layers, record.choices.layer, mergedId)
  if (selected) selected.selected = true
  run.lap('unpack')
  if (!selected) return withoutLayer(run, sources, layers)
  const source = sources.layers.find((layer) => layer.id === selected.id)!
  await run.save({ layers, layer: selected.name })
  await checkLayer(run, source, sources)
}

/** Several layers and none chosen: ask. None that can be read: refuse with the first reason. */
async function withoutLayer(run: Run, sources: SourceSet, layers: StoredLayer[]): Promise<void> {
  const isOpen = layers.some((layer) => layer.selectable)
  if (isOpen) {
    const detected: StoredDetected = { ...NOTHING_DETECTED, needsChoice: ['layer'] }
    await run.save({ layers, layer: null })
    const issues = await freshFileIssues(run, null)
    await issues.flush()
    await run.end({ status: 'needs_choice', detected, issueCounts: issues.counts })
    return
  }
  await run.save({ layers, layer: null })
  // The attributes of a shapefile are a table too: then the forgotten main file is the reason.
  const missing = sources.faults.find(({ code }) => code === 'shp_missing')
  if (layers.length === 0 && missing) return run.refuse(missing.code, missing.params)
  if (layers.length === 0 && sources.tables.length > 0)
    return run.refuse('table_without_survey', { file: sources.tables[0]!.name })
  const fault = layers.find((layer) => layer.refusal)?.refusal ?? sources.faults[0]
  return run.refuse(fault?.code ?? 'archive_no_survey', fault?.params ?? { files: '' })
}
