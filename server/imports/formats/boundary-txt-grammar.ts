import { parseCoordinate, toHalfWidth } from './coordinate-text.ts'

/**
 * 勘测定界界址点坐标交换格式, as written by many programs: a header block, then plots, each a line that
 * ends with `@` and the points under it. In the file X is the northing and Y the easting.
 */
export interface BoundaryDocument {
  /** Keys as written; values trimmed. */
  header: Record<string, string>
  hasHeaderBlock: boolean
  plots: BoundaryPlot[]
}

export interface BoundaryPlot {
  /** Fields of the header line, the `@` taken off; null when points came without one. */
  header: PlotHeader | null
  points: BoundaryPoint[]
  /** Lines under this plot that are no points. */
  unreadable: string[]
}

export interface PlotHeader {
  declaredPointCount: number | null
  /** 公顷 unless the text names another unit. */
  areaText: string
  plotNo: string
  plotName: string
  /** 面, 线 or 点. */
  shape: string
  mapSheet: string
  use: string
  landClass: string
  /** What dialects with more than eight fields put behind. */
  rest: string[]
}

export interface BoundaryPoint {
  label: string
  /** 地块圈号 as written. */
  ring: string
  /** First and second coordinate as written: X (north), Y (east) by the rule. */
  first: number
  second: number
}

const SECTION_HEADER = /^\[\s*属性描述\s*\]$/
const SECTION_PLOTS = /^\[\s*地块坐标\s*\]$/
const PLOT_LINE = /@\s*[;,]*\s*$/
const KEY_VALUE = /^([^=,@]{1,20})=(.*)$/

export function looksLikeBoundaryTxt(text: string): boolean {
  const half = toHalfWidth(text)
  if (/\[\s*(属性描述|地块坐标)\s*\]/.test(half)) return true
  const lines = half.split(/\r\n|\r|\n/).map((line) => line.trim())
  if (lines.some((line) => PLOT_LINE.test(line) && line.split(',').length >= 6)) return true
  const filled = lines.filter((line) => line !== '')
  const points = filled.filter((line) => parsePoint(line) !== null).length
  return points >= 3 && points / filled.length > 0.7
}

export function parseBoundaryTxt(text: string): BoundaryDocument {
  const document: BoundaryDocument = { header: {}, hasHeaderBlock: false, plots: [] }
  let plot: BoundaryPlot | null = null
  let isInHeader = false
  for (const rawLine of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const line = toHalfWidth(rawLine).trim()
    if (line === '') continue
    if (SECTION_HEADER.test(line)) {
      isInHeader = document.hasHeaderBlock = true
      plot = null
    } else if (SECTION_PLOTS.test(line)) {
      isInHeader = false
      plot = null
    } else if (PLOT_LINE.test(line)) {
      isInHeader = false
      plot = { header: parsePlotHeader(rawLine), points: [], unreadable: [] }
      document.plots.push(plot)
    } else if (readKeyValue(line, document, isInHeader || plot === null)) {
      continue
    } else {
      plot = addPoint(line, document, plot)
    }
  }
  return document
}

function readKeyValue(line: string, document: BoundaryDocument, isExpected: boolean): boolean {
  const pair = KEY_VALUE.exec(line)
  // `X=4228100, Y=36454500` is a point; any other key belongs to the header.
  if (!pair || !isExpected || /^[xyen]$/i.test(pair[1]!.trim())) return false
  document.header[pair[1]!.trim()] = pair[2]!.trim()
  return true
}

function addPoint(line: string, document: BoundaryDocument, plot: BoundaryPlot | null): BoundaryPlot | null {
  const point = parsePoint(line)
  let target = plot
  if (!target) {
    // Titles and remarks before the first plot say nothing; points there make a plot of their own.
    if (!point) return null
    target = { header: null, points: [], unreadable: [] }
    document.plots.push(target)
  }
  if (point) target.points.push(point)
  else target.unreadable.push(line)
  return target
}

/** 点号,圈号,X,Y[,…] — also without 圈号, without 点号, or parted by blanks. */
export function parsePoint(line: string): BoundaryPoint | null {
  const isComma = /[,;]/.test(line)
  const tokens = line.split(isComma ? /\s*[,;]\s*/ : /\s+/).map((token) => token.trim())
  while (tokens.length > 0 && tokens[tokens.length - 1] === '') tokens.pop()
  const places: [label: number, ring: number, first: number][] =
    tokens.length >= 4
      ? [[0, 1, 2]]
      : tokens.length === 3
        ? [[0, -1, 1]]
        : tokens.length === 2
          ? [[-1, -1, 0]]
          : []
  for (const [labelAt, ringAt, firstAt] of places) {
    const first = parseCoordinate(tokens[firstAt]!)
    const second = parseCoordinate(tokens[firstAt + 1]!)
    if (first === null || second === null) return null
    return { label: tokens[labelAt] ?? '', ring: tokens[ringAt] ?? '', first, second }
  }
  return null
}

/**
 * Dialects have 7, 8, 9, 11 or 13 fields; the one that says 面, 线 or 点 is found in all of them and
 * the others stand in a fixed order around it.
 */
function parsePlotHeader(rawLine: string): PlotHeader {
  const line = rawLine.trim().replace(/[@＠]\s*[;,；，]*\s*$/, '')
  // Full-width commas part the fields only of lines that use no others; elsewhere they belong to a name.
  const separator = line.split(',').length > 5 ? ',' : /[,，]/
  const fields = line.split(separator).map((field) => field.trim())
  // The comma before the @ leaves an empty field behind.
  if (fields[fields.length - 1] === '') fields.pop()
  const shapeAt = fields.findIndex((field, index) => index >= 2 && /^[面线點点]$/.test(field))
  const at = shapeAt >= 0 ? shapeAt : Math.min(4, fields.length)
  const before = fields.slice(0, at)
  const after = fields.slice(shapeAt >= 0 ? at + 1 : at)
  // A comma inside the name makes more fields than four: the first three keep their places.
  const [count, area, plotNo, ...name] = before.length >= 4 ? before : withoutCount(before)
  return {
    declaredPointCount: count && /^\d+$/.test(count) ? Number(count) : null,
    areaText: area ?? '',
    plotNo: plotNo ?? '',
    plotName: name.join(','),
    shape: shapeAt >= 0 ? fields[shapeAt]! : '面',
    mapSheet: after[0] ?? '',
    use: after[1] ?? '',
    landClass: after[2] ?? '',
    rest: after.slice(3),
  }
}

/** Seven fields: either the count is missing in front, or something behind the shape is. */
function withoutCount(before: string[]): string[] {
  const isCount = /^\d+$/.test(before[0] ?? '')
  return isCount ? before : ['', ...before]
}
