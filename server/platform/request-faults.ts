import { CHECK_WORDS_EN } from '../contract/messages.en.ts'
import { CHECK_WORDS_ZH } from '../contract/messages.zh.ts'
import { fillSentence, type Language } from '../kernel/sentence.ts'

/** What a schema check reports, in Ajv's terms. */
export interface SchemaFault {
  keyword: string
  instancePath: string
  schemaPath: string
  params: object
}

/** What is wrong with one field: `code` and `params` become a sentence in the caller's language. */
export interface FieldFault {
  field: string
  code: string
  /** Ready-made; else the sentence follows from code and params. */
  message?: string
  params?: Record<string, unknown>
}

type Word = keyof typeof CHECK_WORDS_ZH

/** A word said once the language is known. */
class CheckWord {
  readonly word: Word
  readonly limit: unknown
  constructor(word: Word, limit?: unknown) {
    this.word = word
    this.limit = limit
  }
}

const WORDS: Record<Language, Record<Word, string>> = { zh: CHECK_WORDS_ZH, en: CHECK_WORDS_EN }
const OR: Record<Language, string> = { zh: '或', en: ' or ' }

/** Parameters with their words in a language. */
export function inWords(params: Record<string, unknown>, language: Language): Record<string, unknown> {
  const say = (value: unknown): unknown => {
    if (value instanceof CheckWord) return fillSentence(WORDS[language][value.word], { limit: value.limit })
    const isWords = Array.isArray(value) && value.every((item) => item instanceof CheckWord)
    return isWords ? value.map(say).join(OR[language]) : value
  }
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, say(value)]))
}

const LONGEST_VALUE = 60
const LENGTHS = new Set(['minLength', 'maxLength', 'minItems', 'maxItems'])
const RANGES = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'])
/** Say nothing that their branches do not say better. */
const WRAPPERS = new Set(['anyOf', 'oneOf', 'allOf', 'boolean', 'not', 'if'])

const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
    value,
  )
}

function shown(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return new CheckWord('nothing')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

const namesOf = (params: object, key: string): string[] => {
  const names = (params as Record<string, unknown>)[key]
  return Array.isArray(names) ? names.map(String) : []
}

function ruleFault(fault: SchemaFault): Omit<FieldFault, 'field'> {
  const { keyword } = fault
  const params = fault.params as Record<string, unknown>
  if (keyword === 'type') {
    const types = Array.isArray(params['type']) ? (params['type'] as Word[]) : [params['type'] as Word]
    return { code: 'field.type', params: { expected: types.map((type) => new CheckWord(type)) } }
  }
  if (keyword === 'enum' || keyword === 'const') {
    const allowed = params['allowedValues'] ?? [params['allowedValue']]
    return { code: 'field.choice', params: { allowed } }
  }
  if (LENGTHS.has(keyword) || RANGES.has(keyword)) {
    const limit = params['limit'] ?? params['comparison']
    const code = LENGTHS.has(keyword) ? 'field.length' : 'field.range'
    return { code, params: { expected: new CheckWord(keyword as Word, limit) } }
  }
  if (keyword === 'pattern' || keyword === 'format') {
    const expected = params['format'] ?? String(params['pattern'])
    return { code: 'field.format', params: { expected } }
  }
  return { code: 'field.invalid', params: {} }
}

function faultsOf(fault: SchemaFault, checked: unknown): FieldFault[] {
  const steps = stepsOf(fault.instancePath)
  const field = steps.join('.')
  const within = (name: string): string => [...steps, name].join('.')
  if (fault.keyword === 'required')
    return namesOf(fault.params, 'requiredProperties').map((name) => ({
      field: within(name),
      code: 'field.required',
    }))
  if (fault.keyword === 'additionalProperties')
    return unknownNames([fault]).map((name) => ({ field: within(name), code: 'field.unknown' }))
  const { code, params } = ruleFault(fault)
  return [
    {
      field: field === '' ? 'body' : field,
      code,
      params: { ...params, value: shown(valueAt(checked, steps)) },
    },
  ]
}

/** One fault a field and kind; a union's branches are told together. */
export function toFieldFaults(faults: readonly SchemaFault[], checked: unknown): FieldFault[] {
  const found = faults
    .filter((fault) => !WRAPPERS.has(fault.keyword))
    .flatMap((fault) => faultsOf(fault, checked))
  const merged = new Map<string, FieldFault>()
  for (const fault of found) {
    const known = merged.get(fault.field)
    if (!known) merged.set(fault.field, fault)
    else if (known.code === 'field.type' && fault.code === 'field.type') {
      const expected = [known, fault].flatMap(({ params }) => params?.['expected'] as CheckWord[])
      merged.set(fault.field, { ...known, params: { ...known.params, expected } })
    } else if (known.code === 'field.type') merged.set(fault.field, fault)
  }
  return [...merged.values()]
}

/** Names the schema does not know. */
export function unknownNames(faults: readonly SchemaFault[]): string[] {
  return faults
    .filter((fault) => fault.keyword === 'additionalProperties')
    .flatMap((fault) => namesOf(fault.params, 'additionalProperties'))
}
