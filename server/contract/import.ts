import { Type, type Static } from 'typebox'
import { LEDGERS } from './codes/ledger.ts'
import { PageQuery } from './page.ts'
import { Instant, Nullable, PublicId, Extent } from './primitives.ts'

export const IMPORT_STATUSES = [
  'uploaded',
  'checking',
  'needs_choice',
  'ready',
  'refused',
  'committing',
  'committed',
  'failed',
  'undone',
] as const
export type ImportStatus = (typeof IMPORT_STATUSES)[number]

/** `error` blocks its row; `warning` wants a look; `hint` and `note` only tell. */
export const ISSUE_SEVERITIES = ['error', 'warning', 'hint', 'note'] as const
export type IssueSeverity = (typeof ISSUE_SEVERITIES)[number]

export const ImportIssue = Type.Object({
  /** 1-based DBF record (or plot, or table row); null when the fault is the file's. */
  row: Nullable(Type.Integer()),
  /** Source column the fault is in. */
  field: Nullable(Type.String()),
  code: Type.String(),
  severity: Type.Enum([...ISSUE_SEVERITIES]),
  value: Nullable(Type.String()),
  /** Chinese or English by Accept-Language: what is wrong and how to mend it. */
  message: Type.String(),
  /** Where, lon, lat (CGCS2000), when the fault has a place. */
  position: Type.Optional(Nullable(Type.Object({ lon: Type.Number(), lat: Type.Number() }))),
  /** Where, in the survey's own coordinates. */
  coordinate: Type.Optional(Nullable(Type.Object({ x: Type.Number(), y: Type.Number() }))),
  /** The other row of the same file, with overlaps and duplicates. */
  otherRow: Type.Optional(Nullable(Type.Integer())),
  /** The existing parcel, with overlaps and matches. */
  otherParcelId: Type.Optional(Nullable(PublicId)),
  otherLabel: Type.Optional(Nullable(Type.String())),
  areaM2: Type.Optional(Nullable(Type.Number())),
})
export type ImportIssue = Static<typeof ImportIssue>

export const DetectionEvidence = Type.Object({
  kind: Type.String(),
  source: Type.String(),
  code: Type.String(),
  params: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  agrees: Type.Boolean(),
  message: Type.String(),
})

export const ImportDetected = Type.Object({
  encoding: Nullable(Type.String()),
  crs: Nullable(Type.String()),
  datum: Nullable(Type.String()),
  evidence: Type.Array(DetectionEvidence),
  /** Plain name of the CRS for the screen. */
  crsName: Nullable(Type.Object({ zh: Type.String(), en: Type.String() })),
  isAxisSwapped: Type.Boolean(),
  /** What a person must decide before checks can run. */
  needsChoice: Type.Array(Type.Enum(['layer', 'crs', 'datum', 'axis'])),
  crsCandidates: Type.Array(
    Type.Object({
      crs: Type.String(),
      name: Type.Object({ zh: Type.String(), en: Type.String() }),
      reason: Type.String(),
    }),
  ),
  encodingCandidates: Type.Array(
    Type.Object({
      encoding: Type.String(),
      malformedCount: Type.Integer(),
      sampleRows: Type.Array(Type.Array(Type.String())),
    }),
  ),
  /** Share 0..1 of parcels within the county outline, null without an outline or CRS. */
  insideCountyShare: Nullable(Type.Number()),
  plausibility: Nullable(Type.String()),
})
export type ImportDetected = Static<typeof ImportDetected>

export const ImportLayer = Type.Object({
  name: Type.String(),
  format: Type.String(),
  geometryType: Type.String(),
  featureCount: Nullable(Type.Integer()),
  selectable: Type.Boolean(),
  selected: Type.Boolean(),
  /** Why it can't be imported, when it can't. */
  refusal: Nullable(Type.String()),
})
export type ImportLayer = Static<typeof ImportLayer>

/** Source column → field: `source` a column name of the layer or `table:<column>` of the joined table. */
export const ColumnMapping = Type.Object({
  source: Type.String({ maxLength: 200 }),
  /** Wire name of fields.ts, or null: kept with the parcel as it is. */
  field: Nullable(Type.String({ maxLength: 60 })),
  /** Unit of area or money columns: m2, mu, ha, wan_mu, yuan, wan_yuan. */
  unit: Type.Optional(Nullable(Type.Enum(['m2', 'mu', 'ha', 'wan_mu', 'yuan', 'wan_yuan']))),
  /** How the guess was made: exact, alias, cut, values, template, user. */
  by: Type.Optional(Type.String()),
  samples: Type.Optional(Type.Array(Type.String())),
  fromTable: Type.Optional(Type.Boolean()),
})
export type ColumnMapping = Static<typeof ColumnMapping>

export const DatumParameters = Type.Object({
  method: Type.Enum(['bursa7', 'plane4']),
  /** bursa7: metres; plane4: metres. */
  dx: Type.Number(),
  dy: Type.Number(),
  dz: Type.Optional(Type.Number()),
  /** Arc-seconds, coordinate-frame signs as Chinese parameter sheets give them. */
  rx: Type.Optional(Type.Number()),
  ry: Type.Optional(Type.Number()),
  rz: Type.Optional(Type.Number()),
  /** bursa7: scale in ppm. */
  m: Type.Optional(Type.Number()),
  /** plane4: rotation in arc-seconds and scale factor. */
  theta: Type.Optional(Type.Number()),
  k: Type.Optional(Type.Number()),
})
export type DatumParameters = Static<typeof DatumParameters>

/** How the ledger table beside the survey was joined. */
export const TableJoin = Type.Object({
  table: Type.String(),
  sheet: Nullable(Type.String()),
  headerRow: Type.Integer(),
  surveyKey: Nullable(Type.String()),
  tableKey: Nullable(Type.String()),
  matchedCount: Type.Integer(),
  onlySurveyCount: Type.Integer(),
  onlyTableCount: Type.Integer(),
  ambiguousCount: Type.Integer(),
  onlySurvey: Type.Array(Type.String()),
  onlyTable: Type.Array(Type.String()),
  candidates: Type.Array(
    Type.Object({ surveyKey: Type.String(), tableKey: Type.String(), matchedCount: Type.Integer() }),
  ),
  confirmed: Type.Boolean(),
})
export type TableJoin = Static<typeof TableJoin>

export const ImportCounts = Type.Object({
  features: Type.Integer(),
  ready: Type.Integer(),
  repaired: Type.Integer(),
  blocked: Type.Integer(),
  new: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  /** Of `ready`: those that go in as 待补录. */
  draft: Type.Integer(),
})
export type ImportCounts = Static<typeof ImportCounts>

export const ImportProgress = Type.Object({
  phase: Type.String(),
  done: Type.Integer(),
  total: Nullable(Type.Integer()),
  message: Type.String(),
})
export type ImportProgress = Static<typeof ImportProgress>

/** Work under way on an import; an undo leaves it `committed` until it is through. */
const ImportWork = Type.Enum(['check', 'commit', 'undo'])

const Message = Type.Object({ code: Type.String(), detail: Type.String() })

export const ImportView = Type.Object({
  id: PublicId,
  status: Type.Enum([...IMPORT_STATUSES]),
  /** Grows with every change. */
  version: Type.Integer(),
  work: Nullable(ImportWork),
  ledger: Nullable(Type.Enum([...LEDGERS])),
  files: Type.Array(Type.Object({ name: Type.String(), bytes: Type.Integer(), sha256: Type.String() })),
  layers: Type.Array(ImportLayer),
  layer: Nullable(Type.String()),
  detected: ImportDetected,
  /** What is in force: detection overruled by the person's choices. */
  choices: Type.Object({
    encoding: Nullable(Type.String()),
    crs: Nullable(Type.String()),
    uncalibrated: Type.Boolean(),
    datumParameters: Nullable(DatumParameters),
  }),
  mapping: Type.Array(ColumnMapping),
  join: Nullable(TableJoin),
  counts: ImportCounts,
  issueCounts: Type.Record(Type.String(), Type.Integer()),
  /** The first 200; all of them under /issues. */
  issues: Type.Array(ImportIssue),
  extent: Nullable(Extent),
  progress: Nullable(ImportProgress),
  /** Nobody came back for long and the checked rows were cleared: they are made anew by a recheck. */
  isCleared: Type.Boolean(),
  /** Why it was refused or failed, in the caller's language. */
  problem: Nullable(Message),
  /** Something to know that is no fault: nothing changed, or why the checks run (or were run) again. */
  notice: Nullable(Message),
  createdAt: Instant,
  createdBy: Type.String(),
  committedAt: Nullable(Instant),
  undoneAt: Nullable(Instant),
  changeSetId: Nullable(Type.String()),
  durationMs: Nullable(Type.Integer()),
})
export type ImportView = Static<typeof ImportView>

export const ImportList = Type.Object({
  items: Type.Array(
    Type.Object({
      id: PublicId,
      status: Type.Enum([...IMPORT_STATUSES]),
      /** As in the import itself. */
      notice: Nullable(Message),
      ledger: Nullable(Type.Enum([...LEDGERS])),
      fileName: Type.String(),
      counts: ImportCounts,
      createdAt: Instant,
      createdBy: Type.String(),
    }),
  ),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
  next: Nullable(Type.String()),
})
export type ImportList = Static<typeof ImportList>

/** Change a choice; the checks run again. */
export const PatchImport = Type.Object({
  ledger: Type.Optional(Type.Enum([...LEDGERS])),
  layer: Type.Optional(Type.String({ maxLength: 300 })),
  encoding: Type.Optional(Type.String({ maxLength: 40 })),
  /** EPSG:nnnn. */
  crs: Type.Optional(Type.String({ pattern: '^EPSG:[0-9]{4,5}$' })),
  isAxisSwapped: Type.Optional(Type.Boolean()),
  /** Xian80 / Beijing54 without parameters: import as 位置未校准. */
  uncalibrated: Type.Optional(Type.Boolean()),
  datumParameters: Type.Optional(Nullable(DatumParameters)),
  /** Columns with their fields, or the id of a saved template. */
  mapping: Type.Optional(
    Type.Union([Type.Array(ColumnMapping, { maxItems: 500 }), Type.String({ maxLength: 80 })]),
  ),
  join: Type.Optional(
    Type.Object({
      surveyKey: Type.String({ maxLength: 200 }),
      tableKey: Type.String({ maxLength: 200 }),
      sheet: Type.Optional(Type.String({ maxLength: 200 })),
      headerRow: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    }),
  ),
})
export type PatchImport = Static<typeof PatchImport>

export const CommitImport = Type.Object({ onBlocked: Type.Enum(['stop', 'leave_out']) })
export type CommitImport = Static<typeof CommitImport>

export const UndoImport = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) })

export const MappingTemplate = Type.Object({
  id: Type.String(),
  name: Type.String(),
  ledger: Nullable(Type.Enum([...LEDGERS])),
  mapping: Type.Array(ColumnMapping),
  createdBy: Type.String(),
  createdAt: Instant,
})
export type MappingTemplate = Static<typeof MappingTemplate>

export const CreateMappingTemplate = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80 }),
  ledger: Type.Optional(Nullable(Type.Enum([...LEDGERS]))),
  mapping: Type.Array(ColumnMapping, { maxItems: 500 }),
})

export const CreatedImport = Type.Object({ id: PublicId })

export const ImportListQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(Type.Enum([...IMPORT_STATUSES])),
})
export type ImportListQuery = Static<typeof ImportListQuery>

export const ImportEventQuery = Type.Object({
  /** Goes on after the work is done, until the caller leaves: somebody may begin other work on it elsewhere. */
  stay: Type.Optional(Type.Boolean()),
})
export type ImportEventQuery = Static<typeof ImportEventQuery>

/** What the event stream of an import sends, as JSON. */
export const ImportEvent = Type.Object({
  status: Type.Enum([...IMPORT_STATUSES]),
  /** Another one than was read: read it again. */
  version: Type.Integer(),
  work: Nullable(ImportWork),
  progress: Nullable(ImportProgress),
})
export type ImportEvent = Static<typeof ImportEvent>

export const MappingTemplateList = Type.Object({ items: Type.Array(MappingTemplate) })
