import { currentLanguage, type Language } from './i18n.ts'

export const AREA_UNITS = ['mu', 'ha', 'm2'] as const
export type AreaUnit = (typeof AREA_UNITS)[number]

/** 1 亩 = 2000/3 m² by the fraction, so 1 公顷 is exactly 15 亩. */
export const mu = (areaM2: number): number => (areaM2 * 3) / 2000
export const hectares = (areaM2: number): number => areaM2 / 10_000

const UNIT_NAMES: Record<AreaUnit, Record<Language, string>> = {
  mu: { 'zh-CN': '亩', en: 'mu' },
  ha: { 'zh-CN': '公顷', en: 'ha' },
  m2: { 'zh-CN': '㎡', en: 'm²' },
}
const TEN_THOUSAND_MU: Record<Language, string> = { 'zh-CN': '万亩', en: '×10⁴ mu' }
const DASH = '—'

export function number(value: number, digits = 0, language = currentLanguage()): string {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value)
}

export const unitName = (unit: AreaUnit, language = currentLanguage()): string => UNIT_NAMES[unit][language]

/** Area as staff write it: two decimals of 亩, four of 公顷, two of ㎡. */
export function area(
  areaM2: number | null | undefined,
  unit: AreaUnit = 'mu',
  language = currentLanguage(),
): string {
  if (areaM2 === null || areaM2 === undefined) return DASH
  const digits = unit === 'ha' ? 4 : 2
  const value = unit === 'mu' ? mu(areaM2) : unit === 'ha' ? hectares(areaM2) : areaM2
  return `${number(value, digits, language)} ${unitName(unit, language)}`
}

/** Area of a total: whole numbers with thousands, 万亩 from ten thousand 亩 on. */
export function totalArea(areaM2: number, unit: AreaUnit = 'mu', language = currentLanguage()): string {
  if (unit === 'm2') return `${number(areaM2, 0, language)} ${unitName('m2', language)}`
  if (unit === 'ha') return `${number(hectares(areaM2), 2, language)} ${unitName('ha', language)}`
  const value = mu(areaM2)
  if (value >= 10_000) return `${number(value / 10_000, 2, language)} ${TEN_THOUSAND_MU[language]}`
  return `${number(value, value < 100 ? 1 : 0, language)} ${unitName('mu', language)}`
}

const inBrackets = (text: string, language: Language): string =>
  language === 'en' ? `(${text})` : `（${text}）`

/** 公顷 as it stands beside 亩. */
export const hectaresBeside = (areaM2: number | null | undefined, language = currentLanguage()): string =>
  areaM2 === null || areaM2 === undefined ? '' : inBrackets(area(areaM2, 'ha', language), language)

/** An area and what stands small beside it: 公顷 beside 亩, nothing beside another unit. */
export const areaTexts = (
  areaM2: number | null,
  unit: AreaUnit = 'mu',
  language = currentLanguage(),
): [string, string] => [area(areaM2, unit, language), unit === 'mu' ? hectaresBeside(areaM2, language) : '']

/** The same of a total, to the two decimals of 公顷 that are enough for a sum; a dash while nobody knows it. */
export function totalTexts(
  areaM2: number | null,
  unit: AreaUnit = 'mu',
  language = currentLanguage(),
): [string, string] {
  if (areaM2 === null) return [DASH, '']
  const beside = inBrackets(totalArea(areaM2, 'ha', language), language)
  return [totalArea(areaM2, unit, language), unit === 'mu' ? beside : '']
}

/** 亩 with 公顷 beside it in one text. */
export function areaPair(areaM2: number | null | undefined, language = currentLanguage()): string {
  const [main, beside] = areaTexts(areaM2 ?? null, 'mu', language)
  return language === 'en' ? `${main} ${beside}`.trimEnd() : `${main}${beside}`
}

function signedPercent(percent: number, language: Language): string {
  const digits = Math.abs(percent) < 10 ? 2 : 1
  const text = number(Math.abs(percent), digits, language)
  if (Number(Math.abs(percent).toFixed(digits)) === 0) return `${number(0, digits, language)} %`
  return `${percent > 0 ? '+' : '−'}${text} %`
}

/** Where one area is more than twice the other a percentage says nothing any more; how many times does. */
const TOLD_IN_TIMES = 2

/** How a figure stands to its base: as a percentage, or as times where they lie far apart; null without either. */
export function ratioToBase(
  value: number | null,
  base: number | null,
  language = currentLanguage(),
): { kind: 'percent' | 'times' | 'part'; text: string } | null {
  if (value === null || base === null || base === 0) return null
  const times = Math.max(value / base, base / value)
  if (times <= TOLD_IN_TIMES || !Number.isFinite(times))
    return { kind: 'percent', text: signedPercent(((value - base) / base) * 100, language) }
  const digits = times < 10 ? 2 : times < 100 ? 1 : 0
  return { kind: value > base ? 'times' : 'part', text: number(times, digits, language) }
}

/** Money comes in fen; staff read 万元 from ten thousand yuan on. */
export function money(fen: number | null | undefined, language = currentLanguage()): string {
  if (fen === null || fen === undefined) return DASH
  const yuan = fen / 100
  if (language === 'en') return `¥${number(yuan, 2, language)}`
  return Math.abs(yuan) >= 10_000
    ? `${number(yuan / 10_000, 2, language)} 万元`
    : `${number(yuan, 2, language)} 元`
}

/** Civil date YYYY-MM-DD: 2024年5月1日, or 1 May 2024. */
export function date(value: string | null | undefined, language = currentLanguage()): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(value ?? '')
  if (!match) return DASH
  const [, year, month, day] = match.map(Number)
  if (language === 'zh-CN') return `${year}年${month}月${day}日`
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(Date.UTC(year, month - 1, day))
}

/** An instant on the clock of the county, whatever the clock of this machine: 2024-05-01 09:30. */
export function instant(value: string | null | undefined): string {
  if (!value) return DASH
  const parts = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: 'Asia/Shanghai',
  })
  return parts.format(new Date(value))
}

export function bytes(value: number, language = currentLanguage()): string {
  if (value < 1024) return `${value} B`
  if (value < 1024 * 1024) return `${number(value / 1024, 0, language)} KB`
  return `${number(value / (1024 * 1024), 1, language)} MB`
}
