import { Type, type Static } from 'typebox'
import { Extent, GeoJsonGeometry, Nullable } from './primitives.ts'

/** What the map needs to know about the county it stands in. */
export const CountyReference = Type.Object({
  divisionCode: Type.String(),
  name: Type.String(),
  extent: Nullable(Extent),
  /** The outline is a sketch (示意), not a standard map. */
  outlineIsSketch: Type.Boolean(),
  outline: Nullable(GeoJsonGeometry),
  neighbours: Type.Array(Type.Object({ name: Type.String(), geometry: GeoJsonGeometry })),
  towns: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), kind: Type.String() })),
  /** Projected CRS new surveys usually come in, EPSG:nnnn. */
  usualCrs: Nullable(Type.String()),
})
export type CountyReference = Static<typeof CountyReference>

export const BasemapConfig = Type.Object({
  id: Type.String(),
  name: Type.Object({ zh: Type.String(), en: Type.String() }),
  kind: Type.Enum(['builtin', 'xyz', 'pmtiles', 'none']),
  /** Same-host URL template; remote sources go through the server's proxy. */
  url: Nullable(Type.String()),
  /** Annotations to draw above `url` where the service keeps them apart (天地图 注记). */
  labelsUrl: Nullable(Type.String()),
  attribution: Type.String(),
  maxZoom: Type.Integer(),
  default: Type.Boolean(),
})
export type BasemapConfig = Static<typeof BasemapConfig>

export const BasemapList = Type.Object({ items: Type.Array(BasemapConfig) })
export type BasemapList = Static<typeof BasemapList>
