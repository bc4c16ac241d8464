import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET_BYTES = 32
/** Marks personal tokens, so that a leaked one is recognised for what it is. */
export const TOKEN_PREFIX = 'qidi_'

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url')
export const newPersonalToken = (): string => TOKEN_PREFIX + newSecret()

/** Secrets of 256 random bits need no slow hash: nobody guesses them from a stolen table. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Follows from the session's secret, so that every process knows it and no table keeps it. */
export const csrfTokenOf = (sessionSecret: string): string =>
  createHmac('sha256', sessionSecret).update('csrf').digest('base64url')

export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(a!, b!)
}

// No 0 O 1 l I: it is read off a terminal and typed.
const TYPED_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const SETUP_TOKEN_LENGTH = 20

/** One-time token of the first visit, in groups of five: about 99 bits. */
export function newSetupToken(): string {
  const letters = Array.from(randomBytes(SETUP_TOKEN_LENGTH * 2))
    .filter((byte) => byte < TYPED_ALPHABET.length * 8)
    .slice(0, SETUP_TOKEN_LENGTH)
    .map((byte) => TYPED_ALPHABET[byte % TYPED_ALPHABET.length])
  return letters.length < SETUP_TOKEN_LENGTH
    ? newSetupToken()
    : letters.join('').replace(/(.{5})(?=.)/g, '$1-')
}
