/**
 * TypeBox writes JSON Schema 2020-12; OpenAPI 3.0.3 has its own dialect: no null type but `nullable`, boolean
 * exclusiveMinimum, no const, no type lists, no patternProperties, and an enum wants a type beside it.
 */
type Json = null | boolean | number | string | Json[] | JsonObject
interface JsonObject {
  [key: string]: Json
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNullSchema = (value: Json): boolean => isObject(value) && value['type'] === 'null'

/** Keywords of 2020-12 that 3.0.3 does not know and that only narrow. */
const DROPPED = [
  '$schema',
  '$id',
  '$comment',
  'unevaluatedProperties',
  'propertyNames',
  'examples',
  'if',
  'then',
  'else',
]

function typeOfValues(values: Json[]): string | null {
  const types = new Set(values.filter((value) => value !== null).map((value) => typeof value))
  const [only] = types
  if (types.size !== 1 || !only || !['string', 'number', 'boolean'].includes(only)) return null
  return only === 'number' && values.every((value) => value === null || Number.isInteger(value))
    ? 'integer'
    : only
}

function withoutNullBranch(schema: JsonObject, keyword: 'anyOf' | 'oneOf'): JsonObject {
  const branches = schema[keyword]
  if (!Array.isArray(branches) || !branches.some(isNullSchema)) return schema
  const { [keyword]: _dropped, ...rest } = schema
  const others = branches.filter((branch) => !isNullSchema(branch))
  const [only] = others
  if (others.length !== 1 || !isObject(only)) return { ...rest, [keyword]: others, nullable: true }
  // 3.0 ignores whatever stands beside a $ref
  return '$ref' in only ? { ...rest, allOf: [only], nullable: true } : { ...only, ...rest, nullable: true }
}

function withOneType(schema: JsonObject): JsonObject {
  const { type, ...rest } = schema
  if (type === 'null') return { ...rest, nullable: true, enum: [null] }
  if (!Array.isArray(type)) return schema
  const types = type.filter((name) => name !== 'null')
  const nullable: JsonObject = types.length < type.length ? { nullable: true } : {}
  if (types.length === 1) return { ...rest, type: types[0] ?? null, ...nullable }
  return { ...rest, anyOf: types.map((name) => ({ type: name })), ...nullable }
}

function withValues(schema: JsonObject): JsonObject {
  const { const: only, ...rest } = schema
  const values = 'const' in schema ? [only ?? null] : schema['enum']
  if (!Array.isArray(values)) return schema
  const type = typeOfValues(values)
  const nullable: JsonObject = values.includes(null) ? { nullable: true } : {}
  return { ...rest, ...('type' in schema || type === null ? {} : { type }), enum: values, ...nullable }
}

function withBooleanLimits(schema: JsonObject): JsonObject {
  const copy = { ...schema }
  for (const [exclusive, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const value = copy[exclusive]
    if (typeof value !== 'number') continue
    copy[limit] = value
    copy[exclusive] = true
  }
  return copy
}

function withoutPatterns(schema: JsonObject): JsonObject {
  const { patternProperties, ...rest } = schema
  if (!isObject(patternProperties)) return schema
  const values = Object.values(patternProperties)
  return { ...rest, additionalProperties: values.length === 1 ? (values[0] ?? true) : true }
}

function withoutUnknownKeywords(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !DROPPED.includes(keyword)))
}

const STEPS = [
  withoutUnknownKeywords,
  withoutPatterns,
  (schema: JsonObject) => withoutNullBranch(schema, 'anyOf'),
  (schema: JsonObject) => withoutNullBranch(schema, 'oneOf'),
  withOneType,
  withValues,
  withBooleanLimits,
]

const MAPS = ['properties']
const LISTS = ['anyOf', 'oneOf', 'allOf']
const SINGLE = ['items', 'not', 'additionalProperties']

/** One schema, and those within it. */
export function toSchema30(given: Json): Json {
  if (!isObject(given)) return given === true ? {} : given
  if (typeof given['$ref'] === 'string') return { $ref: given['$ref'] }
  const schema = STEPS.reduce<JsonObject>((at, step) => step(at), given)
  const copy: JsonObject = { ...schema }
  for (const keyword of MAPS) {
    const map = copy[keyword]
    if (isObject(map))
      copy[keyword] = Object.fromEntries(Object.entries(map).map(([name, sub]) => [name, toSchema30(sub)]))
  }
  for (const keyword of LISTS) {
    const list = copy[keyword]
    if (Array.isArray(list)) copy[keyword] = list.map(toSchema30)
  }
  for (const keyword of SINGLE) if (isObject(copy[keyword])) copy[keyword] = toSchema30(copy[keyword])
  if (copy['type'] === 'array' && !('items' in copy)) copy['items'] = {}
  return copy
}

/** Every `schema` of a document (parameters, bodies, responses) and its components. */
function convertSchemas(value: Json, key: string | null): Json {
  if (key === 'schema') return toSchema30(value)
  if (Array.isArray(value)) return value.map((item) => convertSchemas(item, null))
  if (!isObject(value)) return value
  const isSchemaMap = key === 'schemas'
  return Object.fromEntries(
    Object.entries(value).map(([name, sub]) => [
      name,
      isSchemaMap ? toSchema30(sub) : convertSchemas(sub, name),
    ]),
  )
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

/** Answers without a body have no content, refusals are problems; every operation may answer with a problem; public ones need no security. */
function completeOperation(operation: JsonObject, id: string): JsonObject {
  const responses = isObject(operation['responses']) ? operation['responses'] : {}
  const completed = Object.entries(responses).map(([status, response]) => {
    const given = isObject(response) ? response : {}
    const { content, ...rest } = given
    if (/^[45]/.test(status)) return [status, { ...rest, content: PROBLEM_CONTENT }]
    return [status, status === '204' || content === undefined ? rest : given]
  })
  return {
    operationId: id,
    ...operation,
    responses: { ...Object.fromEntries(completed), default: { $ref: '#/components/responses/Problem' } },
  }
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}

/** The document @fastify/swagger gathered, as OpenAPI 3.0.3. */
export function toOpenApi30<T extends object>(document: T, problem: object): T {
  const converted = convertSchemas(document as unknown as Json, null) as JsonObject
  const paths = isObject(converted['paths']) ? converted['paths'] : {}
  const completed = Object.entries(paths).map(([path, item]) => {
    const operations = Object.entries(item as JsonObject).map(([method, operation]) => [
      method,
      METHODS.includes(method)
        ? completeOperation(operation as JsonObject, operationId(method, path))
        : operation,
    ])
    return [path, Object.fromEntries(operations)]
  })
  const components = isObject(converted['components']) ? converted['components'] : {}
  return {
    ...converted,
    paths: Object.fromEntries(completed),
    components: {
      ...components,
      schemas: {
        ...(components['schemas'] as JsonObject | undefined),
        Problem: toSchema30(problem as JsonObject),
      },
      responses: {
        Problem: {
          description: 'Refused, or failed: see code and detail',
          content: PROBLEM_CONTENT,
        },
      },
    },
  } as unknown as T
}
