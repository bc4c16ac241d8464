import { readFile } from 'node:fs/promises'
import { detectTextEncoding, type EncodingDetection } from '../detect/encoding.ts'
import { decoderLabel } from '../detect/code-pages.ts'
import {
  parseBoundaryTxt,
  type BoundaryDocument,
  type BoundaryPlot,
  type PlotHeader,
} from './boundary-txt-grammar.ts'
import { memoryReader } from './memory-reader.ts'
import { splitRings } from './point-rings.ts'
import { coordinateFault, faultsOfRings } from './shp-record.ts'
import {
  SurveyFault,
  type AttributeValue,
  type CrsDeclaration,
  type LayerNote,
  type LayerSource,
  type ReadOptions,
  type RowFault,
  type SurveyField,
  type SurveyReader,
  type SurveyRow,
} from './types.ts'
import { ringsToWkb } from './wkb.ts'

/** Boundary files are a few kilobytes; one larger than this was not meant. */
const MAX_BYTES = 16 * 1024 * 1024

const FIELDS: SurveyField[] = [
  { name: '地块编号', type: 'text', length: 0, decimals: 0 },
  { name: '地块名称', type: 'text', length: 0, decimals: 0 },
  { name: '地块面积(公顷)', type: 'number', length: 0, decimals: 4 },
  { name: '地块用途', type: 'text', length: 0, decimals: 0 },
  { name: '地类编码', type: 'text', length: 0, decimals: 0 },
  { name: '图幅号', type: 'text', length: 0, decimals: 0 },
]

export async function openBoundaryTxt(source: LayerSource, options: ReadOptions = {}): Promise<SurveyReader> {
  if (source.fault) throw new SurveyFault(source.fault.code, source.fault.params)
  const { bytes, name } = await readWhole(source)
  const encoding = options.encoding ?? detectTextEncoding(bytes).encoding
  const text = new TextDecoder(decoderLabel(encoding)).decode(bytes)
  return boundaryReader(parseBoundaryTxt(text), name, encoding, options)
}

/** Encoding of the TXT with its evidence. */
export async function detectBoundaryTxtEncoding(source: LayerSource): Promise<EncodingDetection> {
  const { bytes } = await readWhole(source)
  const { text: _, ...detection } = detectTextEncoding(bytes)
  return detection
}

async function readWhole(source: LayerSource): Promise<{ bytes: Buffer; name: string }> {
  const file = source.parts.txt
  if (!file) throw new SurveyFault('txt_not_boundary', { name: source.name })
  if (file.bytes > MAX_BYTES)
    throw new SurveyFault('file_too_large', { name: file.name, limitBytes: MAX_BYTES })
  return { bytes: await readFile(file.path), name: file.name }
}

/** Reader over a parsed document; also serves pasted text that follows the same grammar. */
export function boundaryReader(
  document: BoundaryDocument,
  name: string,
  encoding: string | null,
  options: ReadOptions,
): SurveyReader {
  const notes: LayerNote[] = []
  const rows: SurveyRow[] = []
  let skipped = 0
  const restNames = new Set<string>()
  document.plots.forEach((plot, index) => {
    if (plot.header && plot.header.shape !== '面') skipped++
    else if (plot.points.length > 0 || plot.header) rows.push(toRow(plot, index + 1, restNames))
  })
  if (document.plots.length === 0) throw new SurveyFault('txt_not_boundary', { name })
  if (rows.length === 0) throw new SurveyFault('txt_no_parcels', { name, skipped })
  if (skipped > 0) notes.push({ code: 'plots_skipped', params: { count: skipped } })
  if (!document.hasHeaderBlock) notes.push({ code: 'header_block_missing', params: {} })
  const fields = [
    ...FIELDS,
    ...[...restNames].map((rest): SurveyField => ({ name: rest, type: 'text', length: 0, decimals: 0 })),
  ]
  return memoryReader({
    format: 'boundary_txt',
    fields,
    geometryType: 'Polygon',
    declaration: declarationOf(document),
    dataDate: dateOf(document.header['数据产生日期'] ?? ''),
    encoding,
    notes,
    rows,
    batchSize: options.batchSize,
  })
}

function toRow(plot: BoundaryPlot, row: number, restNames: Set<string>): SurveyRow {
  const faults: RowFault[] = plot.unreadable.map((line) => ({
    code: 'coordinate_unreadable',
    value: line.slice(0, 80),
  }))
  const attributes = plot.header ? attributesOf(plot.header, restNames) : {}
  // A line that is no point would leave a corner out: better no parcel than a wrong one.
  if (faults.length > 0) return { row, attributes, wkb: null, faults }
  for (const { first, second } of plot.points) {
    const bad = coordinateFault(second, first)
    if (bad) return { row, attributes, wkb: null, faults: [bad] }
  }
  // X is the northing, Y the easting: x of the geometry is the second number.
  const rings = splitRings(plot.points, ({ first, second }) => [second, first])
  const result = ringsToWkb(rings)
  // A ring without its closing point is one of the ways the format is written, not a fault.
  faults.push(...faultsOfRings({ ...result, unclosed: [] }))
  const mismatch = countMismatch(plot, rings.length, result.unclosed.length)
  if (mismatch) faults.push(mismatch)
  return { row, attributes, wkb: result.wkb, faults }
}

function attributesOf(header: PlotHeader, restNames: Set<string>): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {
    地块编号: header.plotNo || null,
    地块名称: header.plotName || null,
    '地块面积(公顷)': areaOf(header.areaText),
    地块用途: header.use || null,
    地类编码: header.landClass || null,
    图幅号: header.mapSheet || null,
  }
  header.rest.forEach((value, index) => {
    const name = `扩展字段${index + 1}`
    restNames.add(name)
    attributes[name] = value || null
  })
  return attributes
}

/** 公顷 is the unit of the format and is sometimes written out; any other unit stays as text. */
function areaOf(text: string): number | string | null {
  const bare = text.replace(/\s*(公顷|hm2|hm²|ha)$/i, '')
  if (bare === '') return null
  return /^\d+(\.\d+)?$/.test(bare) ? Number(bare) : text
}

/** The declared count may include the closing points or not; anything else is worth a note. */
function countMismatch(plot: BoundaryPlot, ringCount: number, unclosedCount: number): RowFault | null {
  const declared = plot.header?.declaredPointCount
  const written = plot.points.length
  if (declared == null || declared === 0) return null
  const corners = written - (ringCount - unclosedCount)
  const isRight = declared === written || (declared >= corners && declared <= corners + ringCount)
  return isRight ? null : { code: 'point_count_mismatch', value: `${declared} / ${corners}` }
}

function declarationOf({ header }: BoundaryDocument): CrsDeclaration {
  const declaration: CrsDeclaration = {}
  const datumText = header['坐标系'] ?? header['坐标系统'] ?? ''
  if (datumText) declaration.datumText = datumText
  const width = /([36])/.exec(header['几度分带'] ?? header['分带'] ?? '')?.[1]
  if (width) declaration.zoneWidthDeg = Number(width)
  const zone = /(\d{1,2})/.exec(header['带号'] ?? '')?.[1]
  if (zone) declaration.zone = Number(zone)
  return declaration
}

/** 2022-09-07, 2024-5-20, 2022/9/7, 2022年9月7日, 20220907 → YYYY-MM-DD. */
function dateOf(text: string): string | null {
  const parts = /^(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})/.exec(text.trim())
  if (!parts) return null
  const [year, month, day] = [parts[1]!, parts[2]!.padStart(2, '0'), parts[3]!.padStart(2, '0')]
  const date = `${year}-${month}-${day}`
  const parsed = new Date(`${date}T00:00:00Z`)
  return Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date ? null : date
}
