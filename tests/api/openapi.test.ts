import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROBLEM_STATUS } from '#contract/problem.ts'
import { MESSAGES_EN } from '#contract/messages.en.ts'
import { MESSAGES_ZH } from '#contract/messages.zh.ts'
import { createTestApp, type TestApp } from '../support/app.ts'

let test: TestApp
let document: {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: object
  tags: { name: string; description: string }[]
}

interface Operation {
  operationId: string
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; description?: string }[]
  requestBody?: { content: Record<string, { schema: { properties: Record<string, { type: string }> } }> }
  responses: Record<string, { description: string; content?: Record<string, unknown> }>
  security?: object[]
}

beforeAll(async () => {
  test = await createTestApp()
  document = (await test.app.inject('/openapi.json')).json()
}, 60_000)
afterAll(() => test?.close())

/** Every object in the document that stands where a schema may. */
function schemasWithin(value: unknown, isSchema = false): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap((item) => schemasWithin(item, isSchema))
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  const below = entries.flatMap(([key, sub]) => {
    if (key === 'properties' || key === 'schemas')
      return Object.values(sub as object).flatMap((s) => schemasWithin(s, true))
    if (['enum', 'default', 'example', 'required'].includes(key)) return []
    return schemasWithin(sub, key === 'schema' || (isSchema && typeof sub === 'object'))
  })
  return isSchema ? [value as Record<string, unknown>, ...below] : below
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.0.3', async () => {
    expect(document.openapi).toBe('3.0.3')
    const result = await new Validator().validate(structuredClone(document))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  it('has nothing in its schemas that 3.0.3 does not know', () => {
    const schemas = schemasWithin(document)
    expect(schemas.length).toBeGreaterThan(100)
    for (const schema of schemas) {
      expect(schema).not.toHaveProperty('const')
      expect(schema).not.toHaveProperty('patternProperties')
      expect(schema['type'] === 'null' || Array.isArray(schema['type'])).toBe(false)
      expect(typeof schema['exclusiveMinimum']).not.toBe('number')
      if (schema['type'] === 'array') expect(schema).toHaveProperty('items')
    }
  })

  it('names every operation once, with a summary and a tag', () => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(operations.filter(({ summary, tags }) => !summary || !tags?.length)).toEqual([])
  })

  it('describes the routes scripts rely on', () => {
    for (const [method, path] of [
      ['post', '/api/session'],
      ['get', '/api/session'],
      ['delete', '/api/session'],
      ['get', '/api/parcels'],
      ['patch', '/api/parcels/{id}'],
      ['get', '/tiles/parcels/{z}/{x}/{y}.mvt'],
      ['get', '/api/summary'],
    ] as const) {
      expect(document.paths[path], path).toHaveProperty(method)
    }
  })

  const operation = (method: string, path: string): Operation => document.paths[path]![method]!
  const mediaTypes = (method: string, path: string, status: string): string[] =>
    Object.keys(operation(method, path).responses[status]?.content ?? {})

  it('tells what an upload is made of', () => {
    const parts = (method: string, path: string) =>
      operation(method, path).requestBody?.content['multipart/form-data']?.schema.properties ?? {}
    const upload = parts('post', '/api/imports')
    expect(upload['file']?.type).toBe('array')
    expect(Object.keys(upload)).toEqual(
      expect.arrayContaining(['ledger', 'layer', 'encoding', 'crs', 'mapping']),
    )
    expect(parts('put', '/api/imports/{id}/table')).toMatchObject({
      file: { type: 'string', format: 'binary' },
    })
  })

  it('names the headers that matter', () => {
    const headers = (method: string, path: string) =>
      (operation(method, path).parameters ?? []).filter((one) => one.in === 'header').map((one) => one.name)
    expect(headers('patch', '/api/parcels/{id}')).toEqual(['x-csrf-token', 'if-match'])
    expect(headers('get', '/api/parcels/{id}')).toEqual(['if-none-match'])
    expect(headers('get', '/tiles/parcels/{z}/{x}/{y}.mvt')).toEqual(['if-none-match'])
    expect(headers('post', '/api/imports')).toEqual(['x-csrf-token'])
    expect(headers('post', '/api/session')).toEqual([])
  })

  it('tells what comes back where it is no JSON', () => {
    const tile = '/tiles/parcels/{z}/{x}/{y}.mvt'
    expect(mediaTypes('get', tile, '200')).toEqual(['application/vnd.mapbox-vector-tile'])
    expect(operation('get', tile).responses).toHaveProperty('204')
    expect(operation('get', tile).responses).toHaveProperty('304')
    expect([...mediaTypes('get', tile, '204'), ...mediaTypes('get', tile, '304')]).toEqual([])
    expect(mediaTypes('get', '/api/imports/{id}/report.xlsx', '200')[0]).toContain('spreadsheetml')
    expect(mediaTypes('get', '/api/imports/{id}/files/{number}', '200')).toEqual(['application/octet-stream'])
    expect(mediaTypes('get', '/api/imports/{id}/events', '200')).toEqual(['text/event-stream'])
    for (const status of ['412', '428'])
      expect(mediaTypes('patch', '/api/parcels/{id}', status)).toEqual(['application/problem+json'])
  })

  it('names the codes of every filter, and describes every tag', () => {
    for (const path of ['/api/parcels', '/api/summary', '/tiles/parcels/{z}/{x}/{y}.mvt']) {
      const described = (name: string) =>
        operation('get', path).parameters?.find((one) => one.name === name)?.description
      expect(described('ledger'), path).toMatch(/approved_unsupplied, idle/)
      expect(described('cause'), path).toMatch(/comma-separated.*none/)
      expect(described('status'), path).toMatch(/registered/)
      expect(described('town'), path).toMatch(/comma-separated/)
    }
    const used = Object.values(document.paths).flatMap((item) => Object.values(item).flatMap((o) => o.tags))
    expect(document.tags.map((tag) => tag.name).sort()).toEqual([...new Set(used)].sort())
  })

  it('is readable at /docs without anything from outside or inline', async () => {
    const page = await test.app.inject('/docs')
    expect(page.statusCode).toBe(200)
    const addresses = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
    expect(addresses.length).toBeGreaterThan(3)
    expect(addresses.filter((address) => !address.startsWith('/docs/'))).toEqual([])
    expect(page.body).not.toMatch(/<script>|<style>| style="/)
    const script = await test.app.inject('/docs/static/swagger-initializer.js')
    expect(script.statusCode).toBe(200)
  })
})

describe('the sentences of refusals', () => {
  it('exist in both languages for every code, with the same parameters', () => {
    const codes = Object.keys(PROBLEM_STATUS).sort()
    expect(Object.keys(MESSAGES_ZH).sort()).toEqual(codes)
    expect(Object.keys(MESSAGES_EN).sort()).toEqual(codes)
    const parameters = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()
    for (const code of codes as (keyof typeof MESSAGES_ZH)[])
      expect(parameters(MESSAGES_EN[code]), code).toEqual(parameters(MESSAGES_ZH[code]))
  })
})
