import { Type, type Static } from 'typebox'
import { CAUSES, LEDGERS, POSITION_QUALITIES, STATUSES } from './codes/ledger.ts'
import { PageQuery } from './page.ts'
import { CalendarDate, GeoJsonGeometry, Instant, Nullable, PublicId } from './primitives.ts'

const listOf = (codes: readonly string[], more?: string): string =>
  `One or more, comma-separated: ${codes.join(', ')}${more ? `; ${more}` : ''}`

/**
 * Filters shared by map, ledger, summary and tiles. List values are comma-separated. `cause=none` is 待分析.
 * Those of the cell key (division, town, ledger, cause, status) are served from cells below z11.
 */
export const ParcelFilterQuery = {
  ledger: Type.Optional(Type.String({ maxLength: 100, description: listOf(LEDGERS) })),
  cause: Type.Optional(
    Type.String({ maxLength: 400, description: listOf([...CAUSES, 'none'], 'none: not analysed yet') }),
  ),
  status: Type.Optional(
    Type.String({ maxLength: 400, description: listOf(STATUSES, 'without it all but removed') }),
  ),
  town: Type.Optional(
    Type.String({
      maxLength: 400,
      description:
        'One or more town codes of nine digits (GET /api/reference/county), comma-separated; none: no town',
    }),
  ),
  division: Type.Optional(Type.String({ pattern: '^[0-9]{2,6}$' })),
  importId: Type.Optional(PublicId),
  planYear: Type.Optional(Type.Integer({ minimum: 1990, maximum: 2200 })),
  /** Number, name, holder, place, approval or supervision number contains this. */
  q: Type.Optional(Type.String({ maxLength: 100 })),
  /** Smallest and largest document area, m². */
  areaFromM2: Type.Optional(Type.Number({ minimum: 0 })),
  areaToM2: Type.Optional(Type.Number({ minimum: 0 })),
}
export const ParcelFilterObject = Type.Object(ParcelFilterQuery)
export type ParcelFilter = Static<typeof ParcelFilterObject>

/** minLon,minLat,maxLon,maxLat in degrees, CGCS2000. */
export const BBOX_PATTERN = '^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$'

export const PARCEL_SORTS = ['parcelNo', 'name', 'documentAreaM2', 'updatedAt'] as const

export const ParcelListQuery = Type.Object({
  ...ParcelFilterQuery,
  ...PageQuery,
  bbox: Type.Optional(Type.String({ pattern: BBOX_PATTERN, maxLength: 100 })),
  sort: Type.Optional(Type.Enum([...PARCEL_SORTS])),
  order: Type.Optional(Type.Enum(['asc', 'desc'])),
})
export type ParcelListQuery = Static<typeof ParcelListQuery>

/** Attribute values by wire name of fields.ts; codes as codes, area m², money fen, dates YYYY-MM-DD. */
export const AttributeValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
export type AttributeValue = Static<typeof AttributeValue>
export const Attributes = Type.Record(Type.String(), AttributeValue)
export type Attributes = Static<typeof Attributes>

export const ParcelBase = {
  id: PublicId,
  version: Type.Integer(),
  divisionCode: Type.String(),
  townCode: Nullable(Type.String()),
  townName: Nullable(Type.String()),
  ledger: Type.Enum([...LEDGERS]),
  status: Type.Enum([...STATUSES]),
  cause: Nullable(Type.Enum([...CAUSES])),
  parcelNo: Nullable(Type.String()),
  name: Nullable(Type.String()),
  /** 文件面积: legal figure, used in totals. */
  documentAreaM2: Nullable(Type.Number()),
  /** 平面面积 in the survey's own zone. */
  projectedAreaM2: Nullable(Type.Number()),
  /** 椭球面积. */
  ellipsoidalAreaM2: Nullable(Type.Number()),
  positionQuality: Type.Enum([...POSITION_QUALITIES]),
  /** Wire names of the required fields that are missing; not empty means 待补录. */
  missing: Type.Array(Type.String()),
  updatedAt: Instant,
}

export const ParcelRow = Type.Object({
  ...ParcelBase,
  location: Nullable(Type.String()),
  holder: Nullable(Type.String()),
  plannedUse: Nullable(Type.String()),
  /** A point inside the parcel, lon, lat. */
  innerPoint: Nullable(Type.Object({ lon: Type.Number(), lat: Type.Number() })),
  /** minLon, minLat, maxLon, maxLat. */
  bbox: Nullable(Type.Array(Type.Number())),
})
export type ParcelRow = Static<typeof ParcelRow>

export const ParcelList = Type.Object({
  items: Type.Array(ParcelRow),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
  next: Nullable(Type.String()),
})
export type ParcelList = Static<typeof ParcelList>

export const ParcelSource = Type.Object({
  importId: Nullable(PublicId),
  fileName: Nullable(Type.String()),
  fileSha256: Nullable(Type.String()),
  layer: Nullable(Type.String()),
  row: Nullable(Type.Integer()),
  importedAt: Nullable(Instant),
  importedBy: Nullable(Type.String()),
})
export type ParcelSource = Static<typeof ParcelSource>

/** Survey coordinates bit-exact: x = easting or longitude, y = northing or latitude, in `crs`. */
export const ParcelDetail = Type.Object({
  ...ParcelBase,
  /** All values the caller may see, by wire name. */
  attributes: Attributes,
  /** Columns of the survey that no field took, as they were. */
  extra: Type.Record(Type.String(), Type.Unknown()),
  source: ParcelSource,
  geometry: Nullable(GeoJsonGeometry),
  /** CRS of `geometry`: EPSG:4490, or the survey's own with `geometry=original`. */
  geometryCrs: Nullable(Type.String()),
  surveyCrs: Nullable(Type.String()),
  surveyCrsName: Nullable(Type.Object({ zh: Type.String(), en: Type.String() })),
  innerPoint: Nullable(Type.Object({ lon: Type.Number(), lat: Type.Number() })),
  bbox: Nullable(Type.Array(Type.Number())),
  importRepaired: Type.Boolean(),
})
export type ParcelDetail = Static<typeof ParcelDetail>

export const ParcelDetailQuery = Type.Object({
  geometry: Type.Optional(Type.Enum(['display', 'original', 'none'])),
  /** The parcel as it was at this instant. */
  at: Type.Optional(Instant),
})

/** PATCH body: changed attributes by wire name. `version` or If-Match is required. */
export const PatchParcel = Type.Object({
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  attributes: Attributes,
  reason: Type.Optional(Type.String({ maxLength: 500 })),
})
export type PatchParcel = Static<typeof PatchParcel>

export const PatchedParcel = Type.Object({
  parcel: ParcelDetail,
  /** Tile version after this write; ask for tiles with `?v=` this. */
  tileVersion: Type.String(),
})
export type PatchedParcel = Static<typeof PatchedParcel>

export const HistoryEntry = Type.Object({
  version: Type.Integer(),
  changeSetId: Type.String(),
  kind: Type.String(),
  by: Type.String(),
  recordedAt: Instant,
  effectiveOn: CalendarDate,
  reason: Nullable(Type.String()),
  sourceName: Nullable(Type.String()),
  /** Field by field; `field` is a wire name, `geometry`, `status` or `withdrawn`. */
  changes: Type.Array(Type.Object({ field: Type.String(), from: Type.Unknown(), to: Type.Unknown() })),
})
export type HistoryEntry = Static<typeof HistoryEntry>

export const ParcelHistory = Type.Object({
  items: Type.Array(HistoryEntry),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
})
export type ParcelHistory = Static<typeof ParcelHistory>
