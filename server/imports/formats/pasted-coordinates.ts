import { looksLikeBoundaryTxt, parseBoundaryTxt, type BoundaryPoint } from './boundary-txt-grammar.ts'
import { boundaryReader } from './boundary-txt.ts'
import { isPointLike, parseCoordinate, toHalfWidth } from './coordinate-text.ts'
import { memoryReader } from './memory-reader.ts'
import { splitRings } from './point-rings.ts'
import { coordinateFault, faultsOfRings } from './shp-record.ts'
import { SurveyFault, type RowFault, type SurveyReader, type SurveyRow } from './types.ts'
import { ringsToWkb } from './wkb.ts'

interface PastedParcel {
  name: string | null
  points: BoundaryPoint[]
  unreadable: { line: number; text: string }[]
}

/**
 * Coordinates as people paste them: from Excel, a table in a document, a chat. One point a line; a blank
 * line, a line with a name or number of its own, or a new table head starts the next parcel. A line that
 * holds three points or more is a whole ring.
 * x is the first number of a line and y the second: which is north is told from the values later.
 */
export function readPastedCoordinates(text: string): SurveyReader {
  const half = toHalfWidth(text)
  if (/\[\s*(属性描述|地块坐标)\s*\]/.test(half) || (/@/.test(half) && looksLikeBoundaryTxt(half))) {
    return { ...boundaryReader(parseBoundaryTxt(text), '', null, {}), format: 'pasted' }
  }
  const parcels = parcelsOf(half).filter(({ points, unreadable }) => points.length + unreadable.length > 0)
  if (parcels.every(({ points }) => points.length === 0)) throw new SurveyFault('paste_no_coordinates', {})
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
    if (current.points.length > 0 || current.unreadable.length > 0) {
      parcels.push(current)
      current = { name: null, points: [], unreadable: [] }
    }
    if (name !== null) current.name = name
  }
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  lines.forEach((rawLine, index) => {
    const line = rawLine.trim()
    if (line === '') return startNext(null)
    const ring = parseRingLine(line)
    if (ring) {
      if (ring.points.length >= RING_POINTS) startNext(ring.name)
      current.points.push(...ring.points)
      if (ring.points.length >= RING_POINTS) startNext(null)
      return
    }
    const point = parseLine(line)
    if (point) current.points.push(point)
    else if (TABLE_HEAD.test(line)) startNext(null)
    else if (isBrokenPoint(line, current.points.length > 0))
      current.unreadable.push({ line: index + 1, text: line })
    else startNext(line.replace(/[\s,;:]+$/, '').slice(0, 80))
  })
  startNext(null)
  return parcels
}

/** Numbers that make no point. Before the first point of a parcel a line with words in it is a name. */
function isBrokenPoint(line: string, isAmongPoints: boolean): boolean {
  if (isAmongPoints && /\d.*[\s,;].*\d/.test(line)) return true
  return /^[+-]?\d[^\p{Script=Han}]*(\d[\s,;]+[+-]?\d|\.\d)/u.test(line) && /\d\d|\./.test(line)
}

const RING_POINTS = 3
const PARCEL_NAME = /^([^\d:]*[^\d:xyne\s][^:]*):\s*(?=[\d+-])/i
/** What stands between the points of a ring on one line, with what stands inside a point. */
const RING_SEPARATORS: readonly [RegExp, RegExp][] = [
  [/\s*[;、|]\s*/, /\s*[,\s]\s*/],
  [/\s+/, /,/],
  [/\s*,\s*/, /\s+/],
]

/** Several points on one line, null when there is one or none. */
function parseRingLine(line: string): { name: string | null; points: BoundaryPoint[] } | null {
  const name = PARCEL_NAME.exec(line)
  const rest = name ? line.slice(name[0].length) : line
  for (const [between, inside] of RING_SEPARATORS) {
    const parts = rest.split(between).filter((part) => part !== '')
    const points = parts.map((part) => pointOf(part.split(inside).filter((token) => token !== '')))
    if (points.length >= 2 && points.every((point) => point !== null))
      return { name: name?.[1]!.trim().slice(0, 80) ?? null, points }
  }
  const tokens = rest.split(/[\s,;、|]+/).filter((token) => token !== '')
  if (tokens.length < RING_POINTS * 2 || tokens.length % 2 !== 0) return null
  const points = Array.from({ length: tokens.length / 2 }, (_, i) => pointOf(tokens.slice(i * 2, i * 2 + 2)))
  return points.every((point) => point !== null)
    ? { name: name?.[1]!.trim().slice(0, 80) ?? null, points }
    : null
}

function pointOf(tokens: readonly string[]): BoundaryPoint | null {
  if (tokens.length !== 2 || !isPairAt(tokens, 0)) return null
  return { label: '', ring: '', first: parseCoordinate(tokens[0]!)!, second: parseCoordinate(tokens[1]!)! }
}

const TABLE_HEAD = /点号|坐标|经度|纬度|序号|圈号|界址|^\W*[xy]\W+[xy]\W*$|\b(lon|lat|east|north)/i

/** Label and ring number are whatever stands before the two numbers that look like coordinates. */
function parseLine(line: string): BoundaryPoint | null {
  for (const separator of [/\s*[,;，、；\t|]\s*/, /[\s,;，、；|]+/]) {
    const tokens = line.split(separator).filter((token) => token !== '')
    const at = pairAt(tokens)
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
  const [first, second] = [tokens[index], tokens[index + 1]]
  if (first === undefined || second === undefined) return false
  const values = [parseCoordinate(first), parseCoordinate(second)] as const
  if (values[0] === null || values[1] === null) return false
  return isPointLike([first, second], [values[0], values[1]])
}

/** A point number before degrees (5,107.5,38.1) may look like a latitude: decimals decide. */
function pairAt(tokens: readonly string[]): number {
  const decimals = (token: string): number => (/[.°度′分:]/.test(token) ? 1 : 0)
  let best = -1
  let bestRank = -1
  for (let index = 0; index + 1 < tokens.length; index++) {
    if (!isPairAt(tokens, index)) continue
    const rank = decimals(tokens[index]!) * 3 + decimals(tokens[index + 1]!) * 2
    if (rank > bestRank) [best, bestRank] = [index, rank]
  }
  return best
}

function toRow(parcel: PastedParcel, row: number): SurveyRow {
  const attributes = { 地块名称: parcel.name }
  const faults: RowFault[] = parcel.unreadable.map(({ line, text }) => ({
    code: 'line_unreadable',
    value: text.slice(0, 80),
    line,
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
