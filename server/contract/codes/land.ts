import type { Ledger } from './ledger.ts'

/** Edition of a land-use code; codes are never mapped between editions automatically. */
export const CODE_SYSTEMS = ['GBT21010_2007', 'GBT21010_2017', 'YDYH_2020', 'YDYH_2023', 'raw'] as const
export type CodeSystem = (typeof CODE_SYSTEMS)[number]

/** Ownership (权属性质). */
export const OWNERSHIP_KINDS = ['state', 'collective', 'disputed'] as const
export type OwnershipKind = (typeof OWNERSHIP_KINDS)[number]

/** Supply modes (供应方式). */
export const SUPPLY_MODES = [
  'allocation',
  'grant_negotiated',
  'grant_tender',
  'grant_auction',
  'grant_listing',
  'lease',
  'lease_then_grant',
  'lease_with_grant',
  'flexible_term_grant',
  'capital_contribution',
  'authorized_operation',
  'other',
] as const
export type SupplyMode = (typeof SUPPLY_MODES)[number]

/** Idle kinds, Order 53 art. 2. */
export const IDLE_KINDS = ['not_started', 'stalled'] as const
export type IdleKind = (typeof IDLE_KINDS)[number]

/** Ways to supply approved land, or to take the approval back (批而未供). */
export const UNSUPPLIED_MEASURES = [
  'speed_supply',
  'site_prep',
  'reserve_relist',
  'alloc_builder',
  'alloc_gov',
  'used_first',
  'revoke',
  'adjust_approval',
  'lapse',
  'other',
] as const

/** What may be done about idle land (闲置土地): by agreement, towards the holder, or with the courts. */
export const IDLE_MEASURES = [
  'extend_commencement',
  'interim_use',
  'buy_back',
  'adjust_use',
  'exchange',
  'reserve_swap',
  'split_treatment',
  'interview',
  'urge',
  'idle_fee',
  'reclaim',
  'enforce',
  'judicial_consult',
  'other',
] as const

/** Every disposal measure (处置方式) as recorded on the ledgers. */
export const MEASURES = [
  ...UNSUPPLIED_MEASURES.filter((measure) => measure !== 'other'),
  ...IDLE_MEASURES,
] as const
export type Measure = (typeof UNSUPPLIED_MEASURES)[number] | (typeof IDLE_MEASURES)[number]

/** Which measures a ledger accepts. */
export const MEASURES_BY_LEDGER: Record<Ledger, readonly Measure[]> = {
  approved_unsupplied: UNSUPPLIED_MEASURES,
  idle: IDLE_MEASURES,
}

/** Level of recognition (认定级别). */
export const RECOGNITION_LEVELS = ['self', 'city', 'region', 'ministry'] as const
export type RecognitionLevel = (typeof RECOGNITION_LEVELS)[number]
