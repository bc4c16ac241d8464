/** JSON that jsonb accepts: NUL and lone surrogates, which damaged tables carry, have no place in PostgreSQL text. */
const LONE_SURROGATES = /\p{Surrogate}/gu
const SUSPECT = /\\u0000|\\ud[89a-f]/i

const clean = (text: string): string => text.replaceAll('\u0000', '').replace(LONE_SURROGATES, '\ufffd')

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), cleaned(item)]))
}

export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return SUSPECT.test(text) ? JSON.stringify(cleaned(value)) : text
}

/** Text for a text column. */
export const plainText = (text: string): string => clean(text)
