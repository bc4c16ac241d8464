import { Type, type Static } from 'typebox'
import { ParcelFilterQuery } from './parcel.ts'

export const SummaryQuery = Type.Object(ParcelFilterQuery)
export type SummaryQuery = Static<typeof SummaryQuery>

/** Count and document area of one group. */
const Figure = {
  count: Type.Integer(),
  areaM2: Type.Number(),
  /** Parcels in `count` that have no document area yet. */
  withoutAreaCount: Type.Integer(),
}

export const SummaryGroup = Type.Object({
  ledger: Type.String(),
  cause: Type.Union([Type.String(), Type.Null()]),
  status: Type.String(),
  townCode: Type.Union([Type.String(), Type.Null()]),
  ...Figure,
})
export type SummaryGroup = Static<typeof SummaryGroup>

/** Exact counts and areas by ledger, cause, status and town for a filter. */
export const Summary = Type.Object({
  total: Type.Object(Figure),
  byLedger: Type.Array(Type.Object({ ledger: Type.String(), ...Figure })),
  byCause: Type.Array(
    Type.Object({ ledger: Type.String(), cause: Type.Union([Type.String(), Type.Null()]), ...Figure }),
  ),
  byStatus: Type.Array(Type.Object({ ledger: Type.String(), status: Type.String(), ...Figure })),
  byTown: Type.Array(
    Type.Object({
      townCode: Type.Union([Type.String(), Type.Null()]),
      townName: Type.Union([Type.String(), Type.Null()]),
      ...Figure,
    }),
  ),
  groups: Type.Array(SummaryGroup),
})
export type Summary = Static<typeof Summary>
