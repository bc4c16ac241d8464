import { describe, expect, it } from 'vitest'
import {
  area,
  areaPair,
  areaTexts,
  bytes,
  date,
  instant,
  money,
  mu,
  ratioToBase,
  totalArea,
  totalTexts,
} from '../../client/text/format.ts'

describe('areas', () => {
  it('counts a hectare as exactly 15 mu', () => {
    expect(mu(10_000)).toBe(15)
    expect(mu(2000 / 3)).toBe(1)
  })

  it.each([
    [58_000, 'mu', '87.00 亩'],
    [58_000, 'ha', '5.8000 公顷'],
    [58_000, 'm2', '58,000.00 ㎡'],
    [0, 'mu', '0.00 亩'],
    [null, 'mu', '—'],
  ] as const)('writes %s m² in %s as %s', (areaM2, unit, text) => {
    expect(area(areaM2, unit, 'zh-CN')).toBe(text)
  })

  it('puts hectares beside mu', () => {
    expect(areaPair(58_000, 'zh-CN')).toBe('87.00 亩（5.8000 公顷）')
    expect(areaPair(58_000, 'en')).toBe('87.00 mu (5.8000 ha)')
    expect(areaPair(null)).toBe('—')
  })

  it('puts hectares beside an area or a total in mu, and nothing beside one in hectares', () => {
    expect(areaTexts(58_000, 'mu', 'zh-CN')).toEqual(['87.00 亩', '（5.8000 公顷）'])
    expect(areaTexts(58_000, 'ha', 'en')).toEqual(['5.8000 ha', ''])
    expect(totalTexts(2_800_000, 'mu', 'zh-CN')).toEqual(['4,200 亩', '（280.00 公顷）'])
    expect(totalTexts(2_800_000, 'mu', 'en')).toEqual(['4,200 mu', '(280.00 ha)'])
    expect(totalTexts(2_800_000, 'ha', 'zh-CN')).toEqual(['280.00 公顷', ''])
  })

  it('puts nothing beside the dash of an area that nobody knows', () => {
    expect(areaTexts(null, 'mu', 'zh-CN')).toEqual(['—', ''])
    expect(totalTexts(null, 'mu', 'zh-CN')).toEqual(['—', ''])
  })

  it.each([
    [0, '0.0 亩'],
    [20_000, '30.0 亩'],
    [2_800_000, '4,200 亩'],
    [(10_000 * 2000) / 3, '1.00 万亩'],
  ])('sums %d m² to %s', (areaM2, text) => {
    expect(totalArea(areaM2, 'mu', 'zh-CN')).toBe(text)
  })

  it('tells how far the plane area is from the document', () => {
    expect(ratioToBase(101, 100, 'zh-CN')).toEqual({ kind: 'percent', text: '+1.00 %' })
    expect(ratioToBase(99.5, 100, 'zh-CN')).toEqual({ kind: 'percent', text: '−0.50 %' })
    expect(ratioToBase(100.000001, 100, 'zh-CN')).toEqual({ kind: 'percent', text: '0.00 %' })
    expect(ratioToBase(1500, 100, 'zh-CN')).toEqual({ kind: 'times', text: '15.0' })
    expect(ratioToBase(100, 150_000, 'zh-CN')).toEqual({ kind: 'part', text: '1,500' })
    expect(ratioToBase(100, null)).toBeNull()
    expect(ratioToBase(100, 0)).toBeNull()
  })
})

describe('dates, money and sizes', () => {
  it('keeps a civil date on its day wherever the browser is', () => {
    expect(date('2024-05-01', 'zh-CN')).toBe('2024年5月1日')
    expect(date('2024-05-01', 'en')).toBe('1 May 2024')
    expect(date(null)).toBe('—')
  })

  it('shows instants on the clock of the county', () => {
    expect(instant('2024-04-30T16:30:00Z')).toBe('2024-05-01 00:30')
  })

  it('reads fen as yuan and ten thousand yuan', () => {
    expect(money(123_456_789, 'zh-CN')).toBe('123.46 万元')
    expect(money(99_900, 'zh-CN')).toBe('999.00 元')
    expect(money(null)).toBe('—')
  })

  it('writes sizes', () => {
    expect(bytes(512, 'zh-CN')).toBe('512 B')
    expect(bytes(3 * 1024 * 1024, 'zh-CN')).toBe('3.0 MB')
  })
})
