/** The two ledgers (台账) a parcel can stand in. */
export const LEDGERS = ['approved_unsupplied', 'idle'] as const
export type Ledger = (typeof LEDGERS)[number]

/** Why approved land was never supplied (未供原因), domain of the `approved_unsupplied` ledger. */
export const UNSUPPLIED_CAUSES = [
  'no_project',
  'no_condition_relocation',
  'no_condition_infra',
  'no_condition_other',
  'policy_change',
  'public_infra_no_procedure',
  'non_separable',
  'used_before_supply',
  'other',
] as const
export type UnsuppliedCause = (typeof UNSUPPLIED_CAUSES)[number]

/** Why supplied land lies idle (闲置原因), Order 53 art. 8 and the Urban Real Estate Law art. 26. */
export const IDLE_CAUSES = [
  'government',
  'force_majeure',
  'enterprise',
  'judicial',
  'preliminary_works',
  'mixed',
  'other',
] as const
export type IdleCause = (typeof IDLE_CAUSES)[number]

/** Every cause code; a parcel without one is 待分析. */
export const CAUSES = [
  ...UNSUPPLIED_CAUSES.filter((cause) => cause !== 'other'),
  ...IDLE_CAUSES,
] as const satisfies readonly (UnsuppliedCause | IdleCause)[]
export type Cause = UnsuppliedCause | IdleCause

/** Which causes a ledger accepts. */
export const CAUSES_BY_LEDGER: Record<Ledger, readonly Cause[]> = {
  approved_unsupplied: UNSUPPLIED_CAUSES,
  idle: IDLE_CAUSES,
}

/** The legend's colour classes: several causes may share one colour. `none` is 待分析. */
export const CAUSE_CLASSES = [
  'government',
  'enterprise',
  'judicial',
  'idle_other',
  'no_project',
  'no_condition',
  'policy_change',
  'no_procedure',
  'used_before_supply',
  'unsupplied_other',
  'none',
] as const
export type CauseClass = (typeof CAUSE_CLASSES)[number]

/** Legend class of each ledger × cause. Force majeure is drawn with government; preliminary works and mixed with other. */
export const CAUSE_CLASS: Record<Ledger, Partial<Record<Cause, CauseClass>>> = {
  idle: {
    government: 'government',
    force_majeure: 'government',
    enterprise: 'enterprise',
    judicial: 'judicial',
    preliminary_works: 'idle_other',
    mixed: 'idle_other',
    other: 'idle_other',
  },
  approved_unsupplied: {
    no_project: 'no_project',
    no_condition_relocation: 'no_condition',
    no_condition_infra: 'no_condition',
    no_condition_other: 'no_condition',
    policy_change: 'policy_change',
    public_infra_no_procedure: 'no_procedure',
    non_separable: 'no_procedure',
    used_before_supply: 'used_before_supply',
    other: 'unsupplied_other',
  },
}

/** Ledger states (domain of the common state machine and of the idle front part). */
export const STATUSES = [
  'draft',
  'registered',
  'verified',
  'suspected',
  'investigating',
  'not_idle',
  'determined',
  'analyzed',
  'plan_drafted',
  'plan_approved',
  'executing',
  'completed',
  'reported',
  'recognized',
  'rejected',
  'recognition_revoked',
  'removed',
] as const
export type Status = (typeof STATUSES)[number]

/** How far the position can be trusted: surveyed in a known datum, or drawn with an unknown datum shift (位置未校准). */
export const POSITION_QUALITIES = ['surveyed', 'uncalibrated'] as const
export type PositionQuality = (typeof POSITION_QUALITIES)[number]
