import { Type, type Static } from 'typebox'

/** The chain of change sets of one county, walked from its start. */
export const ChainAudit = Type.Object({
  divisionCode: Type.String(),
  isIntact: Type.Boolean(),
  links: Type.Integer(),
  /** First broken link, and what is wrong with it. */
  brokenAt: Type.Union([Type.Integer(), Type.Null()]),
  reason: Type.Union([Type.Enum(['link', 'content', 'order', 'head', 'current', 'geometry']), Type.Null()]),
})
export type ChainAudit = Static<typeof ChainAudit>

export const ChainAuditList = Type.Object({ items: Type.Array(ChainAudit) })
export type ChainAuditList = Static<typeof ChainAuditList>
