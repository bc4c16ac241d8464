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

type HttpPart = 'body' | 'querystring' | 'params' | 'headers' | undefined

function refuse(httpPart: HttpPart, faults: readonly SchemaFault[], value: unknown): ProblemError {
  const unknown = httpPart === 'querystring' ? unknownNames(faults) : []
  if (unknown.length > 0) return new ProblemError('request.unknown_parameter', { names: unknown.join(', ') })
  // An address whose parts are not what they should be names nothing.
  if (httpPart === 'params') return new ProblemError('request.not_found')
  const errors = toFieldFaults(faults, value)
  return new ProblemError('request.invalid', { fields: errors.map((fault) => fault.field) }, { errors })
}

export function useCompilers(app: FastifyInstance): void {
  app.setValidatorCompiler<JsonSchema>(({ schema, httpPart }) => {
    const part = httpPart as HttpPart
    const check = Compile((part === 'headers' ? schema : closed(schema)) as JsonSchema)
    const takesTexts = part !== 'body'
    return (given: unknown) => {
      const value = takesTexts ? withDefaults(schema, given) : given
      if (check.Check(value)) return { value }
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
