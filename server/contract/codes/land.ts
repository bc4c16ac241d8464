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

/** Disposal measures as recorded on the ledger. */
export const MEASURES = [
  'speed_supply',
  'site_prep',
  'reserve_relist',
  'alloc_builder',
  'alloc_gov',
  'used_first',
  'revoke',
  'adjust_approval',
  'lapse',
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
export type Measure = (typeof MEASURES)[number]

/** Level of recognition (认定级别). */
export const RECOGNITION_LEVELS = ['self', 'city', 'region', 'ministry'] as const
export type RecognitionLevel = (typeof RECOGNITION_LEVELS)[number]
