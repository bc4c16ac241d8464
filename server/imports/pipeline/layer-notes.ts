import type { IssueSeverity } from '../../contract/import.ts'
import type { LayerNote, LayerNoteCode } from '../formats/types.ts'
import type { NewIssue } from '../issues.ts'

/** Notes that cost rows or values want a look; the others only tell. */
const WARNINGS: ReadonlySet<LayerNoteCode> = new Set<LayerNoteCode>([
  'dbf_missing',
  'dbf_more_records',
  'dbf_fewer_records',
  'dbf_truncated',
  'shp_truncated',
  'features_skipped',
  'plots_skipped',
])

export function layerNoteIssue(note: LayerNote): NewIssue {
  const severity: IssueSeverity = WARNINGS.has(note.code) ? 'warning' : 'note'
  return { row: null, code: note.code, severity, params: note.params }
}
