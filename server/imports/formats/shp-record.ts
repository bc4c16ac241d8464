import { closeRing, finishRings, type RingsResult } from './wkb.ts'
import type { RowFault } from './types.ts'

/** Content of one .shp record (ESRI Shapefile Technical Description, 1998) → WKB. */

export const SHAPE_TYPE_NAMES: Record<number, string> = {
  0: 'Null',
  1: 'Point',
  3: 'PolyLine',
  5: 'Polygon',
  8: 'MultiPoint',
  11: 'PointZ',
  13: 'PolyLineZ',
  15: 'PolygonZ',
  18: 'MultiPointZ',
  21: 'PointM',
  23: 'PolyLineM',
  25: 'PolygonM',
  28: 'MultiPointM',
  31: 'MultiPatch',
}

export const isPolygonType = (type: number): boolean => type === 5 || type === 15 || type === 25

/** Beyond ±1e8 m no plane coordinate of any zone lies (zone 45 with prefix ends at 46 million). */
const MAX_COORDINATE = 1e8

/** Bytes before the parts array. */
const FIXED_BYTES = 44

export interface ParsedShape {
  type: number
  wkb: Buffer | null
  faults: RowFault[]
}

/** Bytes the x and y of the record need by its own counts; null when the counts make no sense. */
export function polygonBytesNeeded(content: Buffer): number | null {
  if (content.length < FIXED_BYTES) return null
  const parts = content.readInt32LE(36)
  const points = content.readInt32LE(40)
  if (parts < 0 || points < 0 || parts > points + 1) return null
  return FIXED_BYTES + parts * 4 + points * 16
}

export function parseShape(content: Buffer): ParsedShape {
  if (content.length < 4) return refused(0, 'record_damaged')
  const type = content.readInt32LE(0)
  if (type === 0) return refused(0, 'geometry_null')
  if (!isPolygonType(type)) {
    const name = SHAPE_TYPE_NAMES[type]
    return name ? refused(type, 'geometry_type_wrong', name) : refused(type, 'record_damaged')
  }
  const needed = polygonBytesNeeded(content)
  if (needed === null) return refused(type, 'record_damaged')
  if (needed > content.length) return refused(type, 'record_truncated')
  const partCount = content.readInt32LE(36)
  const pointCount = content.readInt32LE(40)
  if (partCount === 0 || pointCount === 0) return refused(type, 'geometry_empty')
  const starts = partStarts(content, partCount, pointCount)
  if (!starts) return refused(type, 'record_damaged')
  return readRings(content, type, starts, pointCount)
}

function refused(type: number, code: RowFault['code'], value?: string): ParsedShape {
  return { type, wkb: null, faults: [value === undefined ? { code } : { code, value }] }
}

/** First point of every part, null unless they rise from 0 within the points. */
function partStarts(content: Buffer, partCount: number, pointCount: number): number[] | null {
  const starts: number[] = []
  for (let i = 0; i < partCount; i++) {
    const start = content.readInt32LE(FIXED_BYTES + i * 4)
    const previous = starts[i - 1] ?? 0
    if (start < previous || start > pointCount || (i === 0 && start !== 0)) return null
    starts.push(start)
  }
  return starts
}

function readRings(
  content: Buffer,
  type: number,
  starts: readonly number[],
  pointCount: number,
): ParsedShape {
  const pointsAt = FIXED_BYTES + starts.length * 4
  // Room for a closing vertex per ring.
  const xy = new Float64Array((pointCount + starts.length) * 2)
  const bytes = Buffer.from(xy.buffer)
  const ranges: [number, number][] = []
  const result: RingsResult = { wkb: null, unclosed: [], tooFew: [], isGuessed: false }
  let vertex = 0
  for (let part = 0; part < starts.length; part++) {
    const from = starts[part]!
    const to = starts[part + 1] ?? pointCount
    content.copy(bytes, vertex * 16, pointsAt + from * 16, pointsAt + to * 16)
    const end = vertex + to - from
    const bad = badCoordinate(xy, vertex, end)
    if (bad) return { type, wkb: null, faults: [bad] }
    vertex = closeRing(xy, vertex, end, ranges, result)
  }
  finishRings(xy, ranges, result)
  return { type, wkb: result.wkb, faults: faultsOfRings(result) }
}

export function faultsOfRings(result: RingsResult): RowFault[] {
  const faults: RowFault[] = []
  for (const coordinate of result.unclosed) faults.push({ code: 'ring_unclosed', coordinate })
  for (const coordinate of result.tooFew) faults.push({ code: 'ring_too_few_points', coordinate })
  if (result.isGuessed) faults.push({ code: 'ring_roles_guessed' })
  if (!result.wkb) faults.push({ code: 'geometry_empty' })
  return faults
}

function badCoordinate(xy: Float64Array, start: number, end: number): RowFault | null {
  for (let i = start * 2; i < end * 2; i++) {
    const value = xy[i]!
    if (value < MAX_COORDINATE && value > -MAX_COORDINATE) continue
    return coordinateFault(xy[i & ~1]!, xy[i | 1]!)
  }
  return null
}

/** The fault of a vertex that no survey can have, null when it is fine. */
export function coordinateFault(x: number, y: number): RowFault | null {
  const value = `${x}, ${y}`
  if (!Number.isFinite(x) || !Number.isFinite(y)) return { code: 'coordinate_not_finite', value }
  if (Math.abs(x) < MAX_COORDINATE && Math.abs(y) < MAX_COORDINATE) return null
  return { code: 'coordinate_out_of_range', value, coordinate: [x, y] }
}
