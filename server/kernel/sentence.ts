/** The two languages a sentence of the system comes in; Chinese first. */
export type Language = 'zh' | 'en'

const PLACEHOLDER = /\{(\w+)\}/g

/** Puts parameters into a sentence: `{name}` becomes the parameter's text, an absent one becomes nothing. */
export function fillSentence(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(PLACEHOLDER, (_whole, name: string) => textOf(params[name]))
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(textOf).join('、')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Language of an Accept-Language header by its weights; Chinese when it names neither. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '').split(',').flatMap((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const weight = parameters.map((text) => /^\s*q=([0-9.]+)$/.exec(text)?.[1]).find(Boolean)
    const language = /^(zh|en)(-|$)/.exec(tag)?.[1] as Language | undefined
    return language ? [{ language, weight: weight === undefined ? 1 : Number(weight) }] : []
  })
  const best = wishes.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight)[0]
  return best?.language ?? 'zh'
}
