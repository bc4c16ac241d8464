/** What is asked of the rows of an import: their shapes, their issues, what they change, what they lack. */
import { Type, type Static } from 'typebox'
import { ImportIssue, ISSUE_SEVERITIES } from './import.ts'
import { PageQuery } from './page.ts'
import { GeoJsonGeometry, Nullable, PublicId } from './primitives.ts'

/** With these, how the shapes would lie under a reference system that nobody has chosen yet. */
export const ImportPreviewQuery = Type.Object({
  crs: Type.Optional(Type.String({ pattern: '^EPSG:[0-9]{4,5}$' })),
  isAxisSwapped: Type.Optional(Type.Boolean()),
})
export type ImportPreviewQuery = Static<typeof ImportPreviewQuery>

/** Preview of checked rows for the mini-map: simplified, lon/lat, capped. */
export const ImportPreview = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(
    Type.Object({
      type: Type.Literal('Feature'),
      geometry: Nullable(GeoJsonGeometry),
      properties: Type.Object({ row: Type.Integer(), state: Type.String(), label: Nullable(Type.String()) }),
    }),
  ),
  isPartial: Type.Boolean(),
  /** Under which candidate the shapes are drawn while the reference system is open; null for checked rows. */
  assumed: Nullable(
    Type.Object({
      crs: Type.String(),
      name: Type.Object({ zh: Type.String(), en: Type.String() }),
      isAxisSwapped: Type.Boolean(),
      /** False: an old datum without parameters, drawn as if it were CGCS2000. */
      isCalibrated: Type.Boolean(),
      insideCountyShare: Nullable(Type.Number()),
      plausibility: Nullable(Type.String()),
    }),
  ),
})
export type ImportPreview = Static<typeof ImportPreview>

export const ImportChanges = Type.Object({
  items: Type.Array(
    Type.Object({
      row: Type.Integer(),
      outcome: Type.Enum(['new', 'changed', 'unchanged', 'blocked']),
      label: Nullable(Type.String()),
      parcelId: Nullable(PublicId),
      matchedBy: Nullable(Type.String()),
      changes: Type.Array(Type.Object({ field: Type.String(), from: Type.Unknown(), to: Type.Unknown() })),
    }),
  ),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
  next: Nullable(Type.String()),
})
export type ImportChanges = Static<typeof ImportChanges>

export const ImportIssueQuery = Type.Object({
  ...PageQuery,
  severity: Type.Optional(Type.Enum([...ISSUE_SEVERITIES])),
  code: Type.Optional(Type.String({ maxLength: 60 })),
  row: Type.Optional(Type.Integer({ minimum: 0 })),
})
export type ImportIssueQuery = Static<typeof ImportIssueQuery>

export const ImportIssueList = Type.Object({
  items: Type.Array(ImportIssue),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
  next: Nullable(Type.String()),
})
export type ImportIssueList = Static<typeof ImportIssueList>

export const ImportChangesQuery = Type.Object({
  ...PageQuery,
  outcome: Type.Optional(Type.Enum(['new', 'changed', 'unchanged', 'blocked'])),
})
export type ImportChangesQuery = Static<typeof ImportChangesQuery>

export const ImportAbsentQuery = Type.Object({
  ...PageQuery,
  /** Parcels of the same towns, or of the same approval batches, as the file's. */
  by: Type.Optional(Type.Enum(['town', 'batch'])),
})
export type ImportAbsentQuery = Static<typeof ImportAbsentQuery>

/** Existing parcels of the same towns or batches that the file does not contain; nothing happens to them. */
export const ImportAbsent = Type.Object({
  items: Type.Array(
    Type.Object({
      id: PublicId,
      parcelNo: Nullable(Type.String()),
      name: Nullable(Type.String()),
      townCode: Nullable(Type.String()),
      batchName: Nullable(Type.String()),
      documentAreaM2: Nullable(Type.Number()),
    }),
  ),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
  next: Nullable(Type.String()),
})
export type ImportAbsent = Static<typeof ImportAbsent>
