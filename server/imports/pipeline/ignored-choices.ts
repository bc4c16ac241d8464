/** What an upload asked for and did not get, as issues of the file. */
import type { ImportRecord } from '../import-record.ts'
import { issueRepository, IssueSink, type NewIssue } from '../issues.ts'
import type { Run } from './run-context.ts'

const LAYERS_SHOWN = 12

function ignoredLayer({ choices, layers, layer }: ImportRecord, sourceId: string | null): NewIssue | null {
  const wanted = choices.layer
  if (wanted === undefined || wanted === sourceId || wanted === layer) return null
  const names = layers.filter(({ selectable }) => selectable).map(({ name }) => name)
  return {
    row: null,
    field: 'layer',
    code: 'choice_ignored',
    severity: 'warning',
    value: wanted.slice(0, 120),
    params: { layers: names.slice(0, LAYERS_SHOWN).join('、'), used: layer ?? '' },
  }
}

function ignoredChoices(record: ImportRecord, sourceId: string | null): NewIssue[] {
  const known = (record.choices.ignored ?? []).map(({ field, value, params }): NewIssue => ({
    row: null,
    field,
    code: 'choice_ignored',
    severity: 'warning',
    value,
    // The fields there are depend on the ledger the choice was made for.
    params: { ...params, ...(record.choices.ledger ? { ledger: record.choices.ledger } : {}) },
  }))
  const layer = ignoredLayer(record, sourceId)
  return layer ? [...known, layer] : known
}

/** The issues of the file as a whole, begun anew with what was asked for in vain. */
export async function freshFileIssues(run: Run, sourceId: string | null): Promise<IssueSink> {
  const { deps, key, record } = run
  await issueRepository(deps.db, key.divisionCode, key.importId).deleteSteps(['file'])
  const sink = new IssueSink(deps.db, key, 'file')
  for (const issue of ignoredChoices(record, sourceId)) sink.add(issue)
  return sink
}
