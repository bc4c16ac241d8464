import { readFile } from 'node:fs/promises'
import { memoryReader } from './memory-reader.ts'
import { coordinateFault, faultsOfRings } from './shp-record.ts'
import {
  SurveyFault,
  type AttributeValue,
  type LayerSource,
  type ReadOptions,
  type SurveyField,
  type SurveyFieldType,
  type SurveyReader,
  type SurveyRow,
} from './types.ts'
import { ringsToWkb } from './wkb.ts'

/** Read as a whole: a survey of more than this is exchanged as a shapefile. */
const MAX_BYTES = 32 * 1024 * 1024

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export async function openGeoJson(source: LayerSource, options: ReadOptions = {}): Promise<SurveyReader> {
  if (source.fault) throw new SurveyFault(source.fault.code, source.fault.params)
  const file = source.parts.geojson
  if (!file) throw new SurveyFault('geojson_invalid', { name: source.name })
  if (file.bytes > MAX_BYTES)
    throw new SurveyFault('file_too_large', { name: file.name, limitBytes: MAX_BYTES })
  return geoJsonReader(await readFile(file.path, 'utf8'), file.name, options)
}

export function geoJsonReader(text: string, name: string, options: ReadOptions = {}): SurveyReader {
  const root = parse(text, name)
  const features = featuresOf(root)
  if (!features) throw new SurveyFault('geojson_invalid', { name })
  const rows: SurveyRow[] = []
  let skipped = 0
  features.forEach((feature, index) => {
    const row = toRow(feature, index + 1)
    if (row) rows.push(row)
    else skipped++
  })
  if (rows.length === 0) throw new SurveyFault('geojson_no_polygons', { name })
  return memoryReader({
    format: 'geojson',
    fields: fieldsOf(rows),
    geometryType: 'Polygon',
    declaration: { crsName: crsNameOf(root) },
    dataDate: null,
    encoding: 'UTF-8',
    notes: skipped > 0 ? [{ code: 'features_skipped', params: { count: skipped } }] : [],
    rows,
    batchSize: options.batchSize,
  })
}

function parse(text: string, name: string): Json {
  // Whole numbers too long for a double become text before parsing rounds them; strings pass untouched.
  const safe = text
    .replace(/^\ufeff/, '')
    .replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    )
  try {
    return JSON.parse(safe) as Json
  } catch {
    throw new SurveyFault('geojson_invalid', { name })
  }
}

type JsonObject = { [key: string]: Json }
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function featuresOf(root: Json): JsonObject[] | null {
  if (!isObject(root)) return null
  if (root.type === 'FeatureCollection' && Array.isArray(root.features)) return root.features.filter(isObject)
  if (root.type === 'Feature') return [root]
  return root.type === 'Polygon' || root.type === 'MultiPolygon'
    ? [{ type: 'Feature', geometry: root, properties: {} }]
    : null
}

/** The pre-2016 `crs` member is still how other zones are named; RFC 7946 means CRS84. */
function crsNameOf(root: Json): string {
  const crs =
    isObject(root) && isObject(root.crs) && isObject(root.crs.properties) ? root.crs.properties.name : null
  return typeof crs === 'string' ? crs : 'CRS84'
}

/** Null for geometry that is no polygon. */
function toRow(feature: JsonObject, row: number): SurveyRow | null {
  const attributes = attributesOf(feature.properties)
  const geometry = feature.geometry
  if (!isObject(geometry)) return { row, attributes, wkb: null, faults: [{ code: 'geometry_null' }] }
  const coordinates = Array.isArray(geometry.coordinates) ? geometry.coordinates : []
  const polygons =
    geometry.type === 'Polygon' ? [coordinates] : geometry.type === 'MultiPolygon' ? coordinates : null
  if (!polygons) return null
  const rings: [number, number][][] = []
  for (const polygon of polygons) {
    for (const ring of Array.isArray(polygon) ? polygon : []) {
      const vertices = ringOf(ring)
      if (!vertices) return { row, attributes, wkb: null, faults: [{ code: 'coordinate_unreadable' }] }
      const bad = vertices.map(([x, y]) => coordinateFault(x, y)).find((fault) => fault !== null)
      if (bad) return { row, attributes, wkb: null, faults: [bad] }
      rings.push(vertices)
    }
  }
  const result = ringsToWkb(rings)
  return { row, attributes, wkb: result.wkb, faults: faultsOfRings(result) }
}

function ringOf(ring: Json): [number, number][] | null {
  if (!Array.isArray(ring)) return null
  const vertices: [number, number][] = []
  for (const position of ring) {
    if (!Array.isArray(position)) return null
    const [x, y] = position
    if (typeof x !== 'number' || typeof y !== 'number') return null
    vertices.push([x, y])
  }
  return vertices
}

function attributesOf(properties: Json | undefined): Record<string, AttributeValue> {
  if (!isObject(properties)) return {}
  const attributes: Record<string, AttributeValue> = {}
  for (const [key, value] of Object.entries(properties)) {
    const name = key === '__proto__' ? '_proto_' : key
    const plain = typeof value === 'object' && value !== null ? JSON.stringify(value) : value
    attributes[name] = typeof plain === 'string' ? plain.replaceAll('\u0000', '') : plain
  }
  return attributes
}

function fieldsOf(rows: readonly SurveyRow[]): SurveyField[] {
  const types = new Map<string, SurveyFieldType>()
  for (const { attributes } of rows) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null) {
        if (!types.has(name)) types.set(name, 'text')
        continue
      }
      types.set(name, typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text')
    }
  }
  return [...types].map(([name, type]) => ({ name, type, length: 0, decimals: 0 }))
}
