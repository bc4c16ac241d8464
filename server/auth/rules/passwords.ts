export type PasswordFault = 'too_short' | 'too_common' | 'contains_name' | 'too_simple'

export const PASSWORD_MIN_LENGTH = 10
const NAME_MIN_LENGTH = 4
const DISTINCT_MIN = 4

/** Stems of the passwords found most often in Chinese offices and leaks; a password that is one plus digits is one too. */
const COMMON_STEMS = [
  'password',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'admin',
  'administrator',
  'qwertyuiop',
  'qwerty',
  'asdfghjkl',
  '1qaz2wsx',
  'qazwsxedc',
  'iloveyou',
  'woaini',
  'welcome',
  'changeme',
  'letmein',
  'abc',
  'abcd',
  'aa',
  'qidi',
  'qidi-demo',
  'gtj',
  'zrzyj',
  'ziranziyuan',
]
const SEQUENCES = ['01234567890123456789', '98765432109876543210', 'abcdefghijklmnopqrstuvwxyz']

function isCommon(password: string): boolean {
  const lower = password.toLowerCase()
  const stem = lower.replace(/[\d!@#$%^&*._-]+$/, '')
  return (
    COMMON_STEMS.includes(stem) ||
    COMMON_STEMS.includes(lower) ||
    SEQUENCES.some((text) => text.includes(lower))
  )
}

/**
 * Length does the work (NIST SP 800-63B): no rule about kinds of characters, but none that are guessed first.
 * Counted in characters, so that a Chinese passphrase is judged as it is read.
 */
export function passwordFault(password: string, name: string): PasswordFault | null {
  const characters = [...password.normalize('NFKC')]
  if (characters.length < PASSWORD_MIN_LENGTH) return 'too_short'
  if (new Set(characters).size < DISTINCT_MIN) return 'too_simple'
  const isNamed = name.length >= NAME_MIN_LENGTH && password.toLowerCase().includes(name.toLowerCase())
  if (isNamed) return 'contains_name'
  return isCommon(password) ? 'too_common' : null
}
