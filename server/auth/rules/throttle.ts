/** Attempts that cost nothing; the person mistyped. */
export const ACCOUNT_FREE_ATTEMPTS = 5
/** An office behind one address signs in many people. */
export const ADDRESS_FREE_ATTEMPTS = 30
/** Without an attempt for this long the count starts again. */
export const FORGET_AFTER_MS = 24 * 3_600_000

const FIRST_DELAY_MS = 15_000
const LONGEST_DELAY_MS = 3_600_000

/** How long the door stays shut after so many attempts without success: 15 s, doubling, at most an hour. */
export function lockDelayMs(attempts: number, freeAttempts: number): number {
  if (attempts < freeAttempts) return 0
  return Math.min(FIRST_DELAY_MS * 2 ** (attempts - freeAttempts), LONGEST_DELAY_MS)
}
