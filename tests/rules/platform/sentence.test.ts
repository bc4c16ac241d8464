import { describe, expect, it } from 'vitest'
import { fillSentence, preferredLanguage } from '../../../server/kernel/sentence.ts'
import { civilDateInShanghai, fixedClock } from '../../../server/platform/clock.ts'
import { withoutSecrets } from '../../../server/platform/logging.ts'

describe('the language of an answer', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['*', 'zh'],
    ['en', 'en'],
    ['en-US,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.5, zh;q=0.9', 'zh'],
    ['fr-FR, en;q=0.3', 'en'],
    ['de', 'zh'],
    ['en;q=0, zh', 'zh'],
  ])('for %s is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language)
  })
})

describe('a sentence', () => {
  it('takes its parameters, and nothing where one is missing', () => {
    expect(fillSentence('{a} 与 {b}{c}', { a: 1, b: ['甲', '乙'] })).toBe('1 与 甲、乙')
  })
})

describe('the clock', () => {
  it.each([
    ['2024-06-02T15:59:59.999Z', '2024-06-02'],
    ['2024-06-02T16:00:00.000Z', '2024-06-03'],
    ['2023-12-31T16:00:00.000Z', '2024-01-01'],
  ])('at %s it is %s in Shanghai', (instant, date) => {
    expect(civilDateInShanghai(new Date(instant))).toBe(date)
    expect(fixedClock(instant).today()).toBe(date)
  })
})

describe('a logged address', () => {
  it('hides keys and tokens', () => {
    expect(withoutSecrets('/a?tk=abc&x=1&token=d')).toBe('/a?tk=(hidden)&x=1&token=(hidden)')
  })
})
