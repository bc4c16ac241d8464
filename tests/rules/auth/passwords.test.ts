import { describe, expect, it } from 'vitest'
import { passwordFault } from '../../../server/auth/rules/passwords.ts'
import { FORGET_AFTER_MS, lockDelayMs } from '../../../server/auth/rules/throttle.ts'
import { csrfTokenOf, isSameSecret, newSetupToken } from '../../../server/auth/secrets.ts'

describe('a password', () => {
  it.each([
    ['short', 'too_short'],
    ['123456789', 'too_short'],
    ['1234567890', 'too_common'],
    ['password2024', 'too_common'],
    ['Admin@123456', 'too_common'],
    ['woaini1314520', 'too_common'],
    ['aaaaaaaaaaaa', 'too_simple'],
    ['abababababab', 'too_simple'],
    ['zhangsan-2024!', 'contains_name'],
    ['correct horse battery', null],
    ['鄂托克前旗自然资源局一地一策', null],
    ['草原上的马跑得快', 'too_short'],
    ['x7#Kq9!mT2', null],
  ])('%s is %s', (password, fault) => {
    expect(passwordFault(password, 'zhangsan')).toBe(fault)
  })
})

describe('the lock-out', () => {
  it('costs nothing for the first mistakes, then doubles up to an hour', () => {
    expect([1, 4, 5, 6, 7, 20].map((attempts) => lockDelayMs(attempts, 5) / 1000)).toEqual([
      0, 0, 15, 30, 60, 3600,
    ])
    expect(FORGET_AFTER_MS).toBe(86_400_000)
  })
})

describe('secrets', () => {
  it('makes set-up tokens that can be read off a terminal', () => {
    expect(newSetupToken()).toMatch(/^([a-hj-km-np-z2-9]{5}-){3}[a-hj-km-np-z2-9]{5}$/)
    expect(newSetupToken()).not.toBe(newSetupToken())
  })

  it('derives the same CSRF token for a session every time, and none that shows the session', () => {
    expect(csrfTokenOf('secret')).toBe(csrfTokenOf('secret'))
    expect(csrfTokenOf('secret')).not.toBe(csrfTokenOf('other'))
    expect(isSameSecret('a', 'a')).toBe(true)
    expect(isSameSecret('a', 'ab')).toBe(false)
  })
})
