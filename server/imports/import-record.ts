/** An import as its row in the database says it, and the JSON inside. */
import type { Ledger } from '../contract/codes/ledger.ts'
import type {
  ColumnMapping,
  DatumParameters,
  ImportCounts,
  ImportDetected,
  ImportLayer,
  ImportStatus,
  TableJoin,
} from '../contract/import.ts'
import type { StoredEvidence } from './evidence.ts'

export interface StoredFile {
  id: string
  name: string
  bytes: number
  sha256: string
}

export interface JoinChoice {
  surveyKey: string
  tableKey: string
  sheet?: string
  headerRow?: number
}

/** The fields that may come with an upload. */
export const UPLOAD_CHOICES = [
  'ledger',
  'layer',
  'encoding',
  'crs',
  'isAxisSwapped',
  'uncalibrated',
  'datumParameters',
  'mapping',
] as const
export type UploadChoice = (typeof UPLOAD_CHOICES)[number]

/** A field of an upload that says nothing usable: told with the checks, which go on without it. */
export interface IgnoredChoice {
  field: UploadChoice
  value: string
  /** What would have been accepted, where the field alone does not tell. */
  params: Record<string, string>
}

/** What a person decided; absent means: as detected. */
export interface StoredChoices {
  ledger?: Ledger
  layer?: string
  encoding?: string
  crs?: string
  isAxisSwapped?: boolean
  uncalibrated?: boolean
  datumParameters?: DatumParameters | null
  mapping?: ColumnMapping[]
  templateId?: string
  join?: JoinChoice
  ignored?: IgnoredChoice[]
  /** No table is to be joined, not even one inside an archive. */
  withoutTable?: boolean
  /** The mapping was made by hand before the table came: the table's columns are guessed. */
  isTableGuessed?: boolean
}

/** Ledger tables that came as files of their own; an old .xls is one too, and is told to be saved anew. */
export const isTableFile = (file: Pick<StoredFile, 'name'>): boolean => /\.(xlsx|xls|csv)$/i.test(file.name)

export interface StoredMessage {
  code: string
  params: Record<string, string | number>
}

/** `ImportDetected` before its sentences are made. */
export interface StoredDetected extends Omit<ImportDetected, 'evidence' | 'plausibility'> {
  evidence: StoredEvidence[]
  plausibility: StoredMessage | null
}

export interface StoredLayer extends Omit<ImportLayer, 'refusal'> {
  id: string
  refusal: StoredMessage | null
}

/** What the staging tables hold: a step whose key is unchanged and whose rows are there is not run again. */
export interface StagedState {
  rowsKey?: string | undefined
  rowCount?: number | undefined
  rowIssues?: Record<string, number> | undefined
  tableJoin?: TableJoin | undefined
  shapesKey?: string | undefined
  shapeCount?: number | undefined
  shapeIssues?: Record<string, number> | undefined
  /** Where the county's chain of change sets stood when the checks began. */
  chainSeq?: number | undefined
  /** Swept because nobody came back for long: there is nothing until the checks run again. */
  isCleared?: boolean | undefined
}

export interface StoredExtent {
  minLon: number
  minLat: number
  maxLon: number
  maxLat: number
}

export interface ImportRecord {
  divisionCode: string
  id: string
  status: ImportStatus
  /** Counts the runs of the checks; a job of an earlier run gives way. */
  run: number
  version: number
  ledger: Ledger | null
  layer: string | null
  choices: StoredChoices
  files: StoredFile[]
  layers: StoredLayer[]
  detected: StoredDetected
  mapping: ColumnMapping[]
  tableJoin: TableJoin | null
  counts: ImportCounts
  issueCounts: Record<string, number>
  extent: StoredExtent | null
  staged: StagedState
  timings: Record<string, number>
  notice: StoredMessage | null
  problem: StoredMessage | null
  onBlocked: 'stop' | 'leave_out' | null
  reportFileId: string | null
  changeSetId: string | null
  undoChangeSetId: string | null
  jobId: string | null
  createdBy: string
  createdByName: string
  createdAt: Date
  checkedAt: Date | null
  committedAt: Date | null
  undoneAt: Date | null
}

export const NO_COUNTS: ImportCounts = {
  features: 0,
  ready: 0,
  repaired: 0,
  blocked: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  draft: 0,
}

export const NOTHING_DETECTED: StoredDetected = {
  encoding: null,
  crs: null,
  datum: null,
  evidence: [],
  crsName: null,
  isAxisSwapped: false,
  needsChoice: [],
  crsCandidates: [],
  encodingCandidates: [],
  insideCountyShare: null,
  plausibility: null,
}
