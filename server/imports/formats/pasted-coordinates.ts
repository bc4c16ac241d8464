import { looksLikeBoundaryTxt, parseBoundaryTxt, type BoundaryPoint } from './boundary-txt-grammar.ts'
import { boundaryReader } from './boundary-txt.ts'
import { isCoordinateLike, parseCoordinate, toHalfWidth } from './coordinate-text.ts'
import { memoryReader } from './memory-reader.ts'
import { splitRings } from './point-rings.ts'
import { coordinateFault, faultsOfRings } from './shp-record.ts'
import { SurveyFault, type RowFault, type SurveyReader, type SurveyRow } from './types.ts'
import { ringsToWkb } from './wkb.ts'

interface PastedParcel {
  name: string | null
  points: BoundaryPoint[]
  unreadable: string[]
}

/**
 * Coordinates as people paste them: from Excel, a table in a document, a chat. One point a line; a blank
 * line, a line with a name or number of its own, or a new table head starts the next parcel.
 * x is the first number of a line and y the second: which is north is told from the values later.
 */
export function readPastedCoordinates(text: string): SurveyReader {
  const half = toHalfWidth(text)
  if (/\[\s*(属性描述|地块坐标)\s*\]/.test(half) || (/@/.test(half) && looksLikeBoundaryTxt(half))) {
    return { ...boundaryReader(parseBoundaryTxt(text), '', null, {}), format: 'pasted' }
  }
  const parcels = parcelsOf(half).filter(({ points }) => points.length > 0)
  if (parcels.length === 0) throw new SurveyFault('paste_no_coordinates', {})
  return memoryReader({
    format: 'pasted',
    fields: [{ name: '地块名称', type: 'text', length: 0, decimals: 0 }],
    geometryType: 'Polygon',
    declaration: {},
    dataDate: null,
    encoding: null,
    notes: [],
    rows: parcels.map((parcel, index) => toRow(parcel, index + 1)),
  })
}

function parcelsOf(text: string): PastedParcel[] {
  const parcels: PastedParcel[] = []
  let current: PastedParcel = { name: null, points: [], unreadable: [] }
  const startNext = (name: string | null) => {
    if (current.points.length > 0) {
      parcels.push(current)
      current = { name: null, points: [], unreadable: [] }
    }
    if (name !== null) current.name = name
  }
  for (const rawLine of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const line = rawLine.trim()
    const point = line === '' ? null : parseLine(line)
    if (point) current.points.push(point)
    else if (line === '') startNext(null)
    else if (TABLE_HEAD.test(line)) startNext(null)
    else if (/\d.*[\s,;].*\d/.test(line) && current.points.length > 0) current.unreadable.push(line)
    else startNext(line.replace(/[\s,;:]+$/, '').slice(0, 80))
  }
  startNext(null)
  return parcels
}

const TABLE_HEAD = /点号|坐标|经度|纬度|序号|圈号|界址|^\W*[xy]\W+[xy]\W*$|\b(lon|lat|east|north)/i

/** Label and ring number are whatever stands before the two numbers that look like coordinates. */
function parseLine(line: string): BoundaryPoint | null {
  for (const separator of [/\s*[,;，、；\t|]\s*/, /[\s,;，、；|]+/]) {
    const tokens = line.split(separator).filter((token) => token !== '')
    const at = tokens.findIndex((_, index) => isPairAt(tokens, index))
    if (at < 0) continue
    const before = tokens.slice(0, at)
    return {
      label: before[0] ?? '',
      ring:
        before.length > 1 && /^\d{1,3}$/.test(before[before.length - 1]!) ? before[before.length - 1]! : '',
      first: parseCoordinate(tokens[at]!)!,
      second: parseCoordinate(tokens[at + 1]!)!,
    }
  }
  return null
}

function isPairAt(tokens: readonly string[], index: number): boolean {
  return [index, index + 1].every((i) => {
    const token = tokens[i]
    const value = token === undefined ? null : parseCoordinate(token)
    return value !== null && isCoordinateLike(value, token!)
  })
}

function toRow(parcel: PastedParcel, row: number): SurveyRow {
  const attributes = { 地块名称: parcel.name }
  const faults: RowFault[] = parcel.unreadable.map((line) => ({
    code: 'coordinate_unreadable',
    value: line.slice(0, 80),
  }))
  for (const { first, second } of parcel.points) {
    const bad = coordinateFault(first, second)
    if (bad) faults.push(bad)
  }
  if (faults.length > 0) return { row, attributes, wkb: null, faults }
  const result = ringsToWkb(
    splitRings(withoutFalseRings(parcel.points), ({ first, second }) => [first, second]),
  )
  // People rarely repeat the first point when they paste a list.
  faults.push(...faultsOfRings({ ...result, unclosed: [] }))
  return { row, attributes, wkb: result.wkb, faults }
}

/** A second number before the coordinates that changes with almost every line is a point number. */
function withoutFalseRings(points: readonly BoundaryPoint[]): BoundaryPoint[] {
  const rings = new Set(points.map(({ ring }) => ring))
  if (rings.size <= Math.max(1, points.length / 3)) return [...points]
  return points.map((point) => ({ ...point, ring: '', label: point.ring }))
}
