import { Type, type Static } from 'typebox'

/** Public id `<division>-<uuidv7>`: names the shard and the scope before anything is read. */
export const PublicId = Type.String({
  pattern: '^[0-9]{6}-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
})
export type PublicId = Static<typeof PublicId>

/** Civil date in Asia/Shanghai, YYYY-MM-DD. */
export const CalendarDate = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' })
export type CalendarDate = Static<typeof CalendarDate>

/** Instant, ISO 8601 with zone. */
export const Instant = Type.String({ format: 'date-time' })
export type Instant = Static<typeof Instant>

export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** Longitude and latitude extent, degrees, CGCS2000. */
export const Extent = Type.Object({
  minLon: Type.Number(),
  minLat: Type.Number(),
  maxLon: Type.Number(),
  maxLat: Type.Number(),
})
export type Extent = Static<typeof Extent>

/** GeoJSON geometry; coordinates lon, lat (CGCS2000) unless the route says otherwise. */
export const GeoJsonGeometry = Type.Object(
  { type: Type.String(), coordinates: Type.Array(Type.Unknown()) },
  { additionalProperties: true },
)
export type GeoJsonGeometry = Static<typeof GeoJsonGeometry>
