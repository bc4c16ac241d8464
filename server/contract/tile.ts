import { Type, type Static } from 'typebox'
import { ParcelFilterQuery } from './parcel.ts'

export const TileQuery = Type.Object({
  ...ParcelFilterQuery,
  /** Version string of a write (`tileVersion`): the tile is at least as new. */
  v: Type.Optional(Type.String({ pattern: '^[0-9]{6}\\.[0-9]{1,15}$' })),
})
export type TileQuery = Static<typeof TileQuery>
