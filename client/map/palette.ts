import type { CauseClass } from '#contract/codes/ledger.ts'

/** How the fill of a cause class is drawn, so that it is told apart without colour too. */
export type PatternName =
  | 'plain'
  | 'slash'
  | 'backslash'
  | 'crosshatch'
  | 'horizontal'
  | 'vertical'
  | 'grid'
  | 'zigzag'
  | 'dots'
  | 'bigdots'
  | 'rings'

export interface CauseStyle {
  colour: string
  pattern: PatternName
}

/**
 * Idle land is warm, approved-but-unsupplied land is cool, so the ledger shows before the cause. The colours were
 * searched for the widest least distance under common, protan, deutan and tritan vision (tests/client/map-style.test.ts
 * holds them to it); each class has a pattern of its own besides.
 */
export const CAUSE_STYLES: Record<CauseClass, CauseStyle> = {
  government: { colour: '#efa224', pattern: 'slash' },
  enterprise: { colour: '#c4460d', pattern: 'plain' },
  judicial: { colour: '#741762', pattern: 'crosshatch' },
  idle_other: { colour: '#a3795a', pattern: 'dots' },
  no_project: { colour: '#1f4fc4', pattern: 'backslash' },
  no_condition: { colour: '#62d3f5', pattern: 'horizontal' },
  policy_change: { colour: '#25a680', pattern: 'vertical' },
  no_procedure: { colour: '#3a5c22', pattern: 'grid' },
  used_before_supply: { colour: '#1a1457', pattern: 'zigzag' },
  unsupplied_other: { colour: '#cbe8a4', pattern: 'bigdots' },
  none: { colour: '#918ca3', pattern: 'rings' },
}

/** How far a case has come, told by the outline. */
export type OutlineName = 'draft' | 'open' | 'determined' | 'underway' | 'closed'

export interface OutlineStyle {
  /** Pixels at z14. */
  width: number
  /** In line widths, as MapLibre counts them. */
  dash: number[] | null
  colour: string
}

export const OUTLINE_STYLES: Record<OutlineName, OutlineStyle> = {
  draft: { width: 1.6, dash: [1, 1.6], colour: '#3d4650' },
  open: { width: 1.3, dash: null, colour: '#1b2430' },
  determined: { width: 3, dash: null, colour: '#1b2430' },
  underway: { width: 2.2, dash: [4, 2], colour: '#1b2430' },
  closed: { width: 2.2, dash: [5, 1.6, 1, 1.6], colour: '#17633a' },
}

/** Frame inside the outline of a closed case. */
export const CLOSED_FRAME_COLOUR = '#ffffff'

/** Outline of each status code of the contract; a code this client does not know yet is drawn as `open`. */
export const OUTLINE_OF_STATUS: Record<string, OutlineName> = {
  draft: 'draft',
  registered: 'open',
  verified: 'open',
  suspected: 'open',
  investigating: 'open',
  analyzed: 'open',
  rejected: 'open',
  recognition_revoked: 'open',
  determined: 'determined',
  plan_drafted: 'underway',
  plan_approved: 'underway',
  executing: 'underway',
  completed: 'closed',
  reported: 'closed',
  recognized: 'closed',
  not_idle: 'closed',
  removed: 'closed',
}

export const outlineOf = (status: string): OutlineName => OUTLINE_OF_STATUS[status] ?? 'open'
export const styleOfClass = (cls: string): CauseStyle => CAUSE_STYLES[cls as CauseClass] ?? CAUSE_STYLES.none

/** Position with an unknown datum shift (位置未校准). */
export const UNCALIBRATED_COLOUR = '#b3261e'
export const SELECTION_COLOUR = '#ffe14d'
export const SELECTION_EDGE = '#0b1f3a'
