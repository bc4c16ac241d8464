/**
 * How requests are checked. Fastify's own compiler coerces: it would store a null as "" or 0 and drop unknown fields
 * silently. Here a body is taken exactly as it was sent or refused; only texts of an address (query, path, headers) become
 * numbers and booleans where the schema says so.
 */
import type { FastifyInstance } from 'fastify'
import { Compile } from 'typebox/schema'
import { ProblemError } from './problems.ts'
import { toFieldFaults, unknownNames, type SchemaFault } from './request-faults.ts'

export interface JsonSchema {
  [keyword: string]: unknown
}

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const SUBSCHEMAS = new Set(['properties', 'patternProperties', '$defs', 'definitions'])
const VALUES = new Set(['enum', 'const', 'default', 'examples'])

/** A copy in which every object that lists its properties takes no others. */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isObject(schema)) return schema
  const copy: JsonSchema = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (VALUES.has(keyword)) copy[keyword] = value
    else if (SUBSCHEMAS.has(keyword) && isObject(value))
      copy[keyword] = Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, closed(sub)]))
    else copy[keyword] = closed(value)
  }
  const isOpen = isObject(schema['properties']) && !('additionalProperties' in schema)
  return isOpen && !('patternProperties' in schema) ? { ...copy, additionalProperties: false } : copy
}

const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** A text that plainly is the number or boolean the schema wants; anything else stays for the check to refuse. */
function fromText(schema: unknown, text: unknown): unknown {
  if (typeof text !== 'string' || !isObject(schema)) return text
  const { type } = schema
  if ((type === 'number' || type === 'integer') && NUMBER.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function withDefaults(schema: JsonSchema, texts: unknown): unknown {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const values: JsonSchema = { ...(isObject(texts) ? texts : {}) }
  for (const [name, property] of Object.entries(properties)) {
    if (name in values) values[name] = fromText(property, values[name])
    else if (isObject(property) && 'default' in property) values[name] = property['default']
  }
  return values
}

// Control characters but tab and line ends, and halves of surrogate pairs: PostgreSQL takes no U+0000, and the others
// break files, terminals and JSON readers later.
const UNSTORABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Where a value holds a text that cannot be stored, as a dotted path; null when nowhere. */
export function unstorableAt(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? path || 'body' : null
  if (typeof value !== 'object' || value === null) return null
  for (const [name, part] of Object.entries(value)) {
    const within = path === '' ? name : `${path}.${name}`
    const found = UNSTORABLE.test(name) ? path || 'body' : unstorableAt(part, within)
    if (found !== null) return found
  }
  return null
}

/** An address' integers are database integers unless the schema says otherwise. */
const INTEGER_MAX = 2_147_483_647

function withIntegerBounds(schema: JsonSchema): JsonSchema {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const bounded = Object.entries(properties).map(([name, property]) =>
    isObject(property) && property['type'] === 'integer'
      ? [name, { minimum: -INTEGER_MAX, maximum: INTEGER_MAX, ...property }]
      : [name, property],
  )
  return { ...schema, properties: Object.fromEntries(bounded) as JsonSchema }
}

type HttpPart = 'body' | 'querystring' | 'params' | 'headers' | undefined

function refuse(httpPart: HttpPart, faults: readonly SchemaFault[], value: unknown): ProblemError {
  const unknown = httpPart === 'querystring' ? unknownNames(faults) : []
  if (unknown.length > 0) return new ProblemError('request.unknown_parameter', { names: unknown.join(', ') })
  // An address whose parts are not what they should be names nothing.
  if (httpPart === 'params') return new ProblemError('request.not_found')
  const errors = toFieldFaults(faults, value)
  return new ProblemError('request.invalid', { fields: errors.map((fault) => fault.field) }, { errors })
}

function refuseText(httpPart: HttpPart, field: string): ProblemError {
  if (httpPart === 'params') return new ProblemError('request.not_found')
  return new ProblemError(
    'request.invalid',
    { fields: [field] },
    { errors: [{ field, code: 'field.characters' }] },
  )
}

/** Many clients put a JSON content type on everything: where no body is asked for, an empty one is none. */
function useJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && !request.routeOptions.schema?.body) done(null, undefined)
    else void parse(request, body, done)
  })
}

export function useCompilers(app: FastifyInstance): void {
  useJsonBodies(app)
  app.setValidatorCompiler<JsonSchema>(({ schema, httpPart }) => {
    const part = httpPart as HttpPart
    const takesTexts = part !== 'body'
    const bounded = takesTexts ? withIntegerBounds(schema) : schema
    const check = Compile((part === 'headers' ? bounded : closed(bounded)) as JsonSchema)
    return (given: unknown) => {
      const value = takesTexts ? withDefaults(schema, given) : given
      if (check.Check(value)) {
        const field = unstorableAt(value)
        return field === null ? { value } : { error: refuseText(part, field) as Error }
      }
      const [, faults] = check.Errors(value)
      return { error: refuse(part, faults, value) as Error }
    }
  })
  app.addHook('onRoute', (route) => {
    // A route that names no query parameter takes none.
    if (!route.url.startsWith('/api/') || route.schema?.querystring) return
    route.schema = { ...route.schema, querystring: { type: 'object', properties: {} } }
  })
}
