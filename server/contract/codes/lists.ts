import { CAUSES, CAUSES_BY_LEDGER, LEDGERS, POSITION_QUALITIES, STATUSES, type Ledger } from './ledger.ts'
import {
  CODE_SYSTEMS,
  IDLE_KINDS,
  MEASURES,
  MEASURES_BY_LEDGER,
  OWNERSHIP_KINDS,
  RECOGNITION_LEVELS,
  SUPPLY_MODES,
} from './land.ts'
import {
  CAUSE_LABELS,
  IDLE_KIND_LABELS,
  LEDGER_LABELS,
  MEASURE_LABELS,
  OWNERSHIP_LABELS,
  POSITION_QUALITY_LABELS,
  RECOGNITION_LEVEL_LABELS,
  STATUS_LABELS,
  SUPPLY_MODE_LABELS,
  type CodeLabels,
} from './labels.ts'

export interface CodeList {
  values: readonly string[]
  labels: CodeLabels
}

const CODE_SYSTEM_LABELS: CodeLabels = {
  GBT21010_2007: { zh: 'GB/T 21010-2007', en: 'GB/T 21010-2007' },
  GBT21010_2017: { zh: 'GB/T 21010-2017', en: 'GB/T 21010-2017' },
  YDYH_2020: { zh: '用地用海分类（2020试行）', en: 'Land and sea use 2020' },
  YDYH_2023: { zh: '用地用海分类（2023）', en: 'Land and sea use 2023' },
  raw: { zh: '原样文字', en: 'As written' },
}

/** Every code list a field of fields.ts can name. */
export const CODE_LISTS: Record<string, CodeList> = {
  ledger: { values: LEDGERS, labels: LEDGER_LABELS },
  cause: { values: CAUSES, labels: CAUSE_LABELS },
  status: { values: STATUSES, labels: STATUS_LABELS },
  positionQuality: { values: POSITION_QUALITIES, labels: POSITION_QUALITY_LABELS },
  ownership: { values: OWNERSHIP_KINDS, labels: OWNERSHIP_LABELS },
  supplyMode: { values: SUPPLY_MODES, labels: SUPPLY_MODE_LABELS },
  idleKind: { values: IDLE_KINDS, labels: IDLE_KIND_LABELS },
  measure: { values: MEASURES, labels: MEASURE_LABELS },
  recognitionLevel: { values: RECOGNITION_LEVELS, labels: RECOGNITION_LEVEL_LABELS },
  codeSystem: { values: CODE_SYSTEMS, labels: CODE_SYSTEM_LABELS },
}

/** Lists of which each ledger has its own part. */
const LISTS_BY_LEDGER: Record<string, Record<Ledger, readonly string[]>> = {
  cause: CAUSES_BY_LEDGER,
  measure: MEASURES_BY_LEDGER,
}

/** The codes of a list that a ledger accepts; all of them when the ledger is not known. */
export const codesOf = (list: string, ledger: Ledger | null): readonly string[] =>
  (ledger && LISTS_BY_LEDGER[list]?.[ledger]) ?? CODE_LISTS[list]?.values ?? []
