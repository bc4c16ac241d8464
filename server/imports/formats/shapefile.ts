import { decodeText, type EncodingDetection } from '../detect/encoding.ts'
import { DbfTable, detectDbfEncoding } from './dbf.ts'
import { FileWindow, readHead } from './file-window.ts'
import {
  isPolygonType,
  parseShape,
  polygonBytesNeeded,
  SHAPE_TYPE_NAMES,
  type ParsedShape,
} from './shp-record.ts'
import { openShapeIndex, type ShapeIndex } from './shp-index.ts'
import {
  SurveyFault,
  type AttributeValue,
  type CrsDeclaration,
  type LayerNote,
  type LayerSource,
  type ReadOptions,
  type RowFault,
  type SourceFile,
  type SurveyReader,
  type SurveyRow,
} from './types.ts'

const HEADER_BYTES = 100
const BATCH_ROWS = 1000
const BATCH_GEOMETRY_BYTES = 4 * 1024 * 1024
/** A single polygon of more than this (8 million vertices) is no parcel. */
const MAX_RECORD_BYTES = 128 * 1024 * 1024
/** .prj and .cpg are one line of text; anything longer is something else. */
const MAX_SIDECAR_BYTES = 64 * 1024

/** Opens a polygon shapefile; throws a `SurveyFault` when there is nothing to read. */
export async function openShapefile(source: LayerSource, options: ReadOptions = {}): Promise<SurveyReader> {
  if (source.fault) throw new SurveyFault(source.fault.code, source.fault.params)
  const files: { close(): Promise<void> }[] = []
  try {
    return await openParts(source, options, files)
  } catch (error) {
    await Promise.all(files.map((file) => file.close()))
    throw error
  }
}

async function openParts(
  source: LayerSource,
  options: ReadOptions,
  files: { close(): Promise<void> }[],
): Promise<SurveyReader> {
  const { shp: shpFile, shx: shxFile, dbf: dbfFile } = source.parts
  if (!shpFile) throw new SurveyFault('shp_missing', { name: source.name })
  const shp = await FileWindow.open(shpFile.path)
  files.push(shp)
  const header = await readShpHeader(shp, shpFile)
  const shx = shxFile ? await FileWindow.open(shxFile.path, 256 * 1024) : null
  if (shx) files.push(shx)
  const notes: LayerNote[] = []
  const encoding = dbfFile
    ? (options.encoding ?? (await detectShapefileEncoding(source))?.encoding ?? 'UTF-8')
    : null
  const dbf = dbfFile && encoding ? await openDbf(dbfFile, encoding, notes) : null
  if (dbf) files.push(dbf)
  const index = await openShapeIndex(shp, shx, dbf?.recordCount ?? null)
  const type = await layerType(shp, header, index, shpFile)
  notes.push(...header.notes, ...index.notes, ...(dbf?.notes ?? []), ...typeNotes(type))
  return {
    format: 'shapefile',
    fields: dbf?.fields ?? [],
    geometryType: SHAPE_TYPE_NAMES[type]!,
    rowCount: Math.max(index.recordCount, dbf?.recordCount ?? 0),
    declaration: await readDeclaration(source),
    dataDate: dbf?.layout.updatedOn ?? null,
    encoding: dbf ? encoding : null,
    notes,
    batches: () =>
      readBatches({
        shp,
        index,
        dbf,
        notes,
        batchRows: options.batchSize ?? BATCH_ROWS,
        bytesLeft: shp.size * 2,
      }),
    close: async () => {
      await Promise.all(files.map((file) => file.close()))
    },
  }
}

interface ShpHeader {
  type: number
  notes: LayerNote[]
}

async function readShpHeader(shp: FileWindow, file: SourceFile): Promise<ShpHeader> {
  const name = file.name
  if (shp.size === 0) throw new SurveyFault('member_empty', { name })
  const header = Buffer.from(await shp.read(0, HEADER_BYTES))
  if (isTsdEncrypted(header)) throw new SurveyFault('member_encrypted', { name })
  if (header.length < 4 || header.readInt32BE(0) !== 9994)
    throw new SurveyFault('shp_not_shapefile', { name })
  if (header.length < HEADER_BYTES) throw new SurveyFault('shp_truncated', { name })
  const declared = header.readUInt32BE(24) * 2
  const notes: LayerNote[] = []
  const params = { declared, available: shp.size }
  if (declared > shp.size) notes.push({ code: 'shp_truncated', params })
  else if (declared < shp.size) notes.push({ code: 'shp_length_wrong', params })
  return { type: header.readInt32LE(32), notes }
}

/** Office document-security software wraps every file it lets out in this head. */
export function isTsdEncrypted(head: Buffer): boolean {
  return head.toString('latin1', 0, 32).startsWith('%TSD-Header-###%')
}

/** What the records are: the header's word unless the first records say otherwise. */
async function layerType(
  shp: FileWindow,
  header: ShpHeader,
  index: ShapeIndex,
  file: SourceFile,
): Promise<number> {
  if (index.recordCount === 0) {
    const isCut = header.notes.some(({ code }) => code === 'shp_truncated')
    throw new SurveyFault(isCut ? 'shp_truncated' : 'shp_no_records', { name: file.name })
  }
  const seen = new Map<number, number>()
  for (let i = 0; i < Math.min(index.recordCount, 50); i++) {
    const offset = await index.offsetOf(i)
    const head = offset === null ? null : await shp.read(offset, 12)
    if (!head || head.length < 12) continue
    const type = head.readInt32LE(8)
    if (type !== 0 && SHAPE_TYPE_NAMES[type]) seen.set(type, (seen.get(type) ?? 0) + 1)
  }
  const isHeaderSeen = seen.has(header.type)
  const common = [...seen].sort((a, b) => b[1] - a[1])[0]?.[0]
  const polygon = [...seen.keys()].find(isPolygonType)
  if (isPolygonType(header.type) && (isHeaderSeen || polygon !== undefined || common === undefined))
    return header.type
  if (polygon !== undefined) return polygon
  const type = common ?? header.type
  throw new SurveyFault('layer_not_polygon', {
    name: file.name,
    type: SHAPE_TYPE_NAMES[type] ?? String(type),
  })
}

function typeNotes(type: number): LayerNote[] {
  if (type === 15) return [{ code: 'z_dropped', params: {} }]
  return type === 25 ? [{ code: 'm_dropped', params: {} }] : []
}

/** A DBF that can't be read costs the attributes, not the map. */
async function openDbf(file: SourceFile, encoding: string, notes: LayerNote[]): Promise<DbfTable | null> {
  try {
    return await DbfTable.open(file, encoding)
  } catch (error) {
    if (!(error instanceof SurveyFault)) throw error
    notes.push({ code: 'dbf_missing', params: { reason: error.code } })
    return null
  }
}

/** Encoding of the attributes with its evidence; null when there is no readable .dbf. */
export async function detectShapefileEncoding(source: LayerSource): Promise<EncodingDetection | null> {
  const { dbf, cpg } = source.parts
  if (!dbf) return null
  try {
    const { layout: _, ...detection } = await detectDbfEncoding(dbf, cpg ? await readSidecar(cpg) : null)
    return detection
  } catch (error) {
    if (error instanceof SurveyFault) return null
    throw error
  }
}

async function readDeclaration(source: LayerSource): Promise<CrsDeclaration> {
  const { prj } = source.parts
  if (!prj) return {}
  return { prj: await readSidecar(prj) }
}

async function readSidecar(file: SourceFile): Promise<string> {
  const bytes = await readHead(file.path, MAX_SIDECAR_BYTES)
  return decodeText(bytes)
}

interface Pass {
  shp: FileWindow
  index: ShapeIndex
  dbf: DbfTable | null
  notes: LayerNote[]
  batchRows: number
  /** Content bytes still believed: records do not overlap, so all of them fit the file. */
  bytesLeft: number
}

async function* readBatches(pass: Pass): AsyncGenerator<SurveyRow[]> {
  const { index, dbf } = pass
  const rowCount = Math.max(index.recordCount, dbf?.recordCount ?? 0)
  let batch: SurveyRow[] = []
  let geometryBytes = 0
  let deletedCount = 0
  for (let i = 0; i < rowCount; i++) {
    const record = dbf ? await dbf.record(i) : null
    if (record === 'deleted') {
      deletedCount++
      continue
    }
    const attributes: Record<string, AttributeValue> = record?.attributes ?? {}
    const faults: RowFault[] = record?.faults ?? []
    if (dbf && !record) faults.push({ code: 'attributes_missing' })
    const shape = i < index.recordCount ? await readShape(pass, i) : null
    if (shape) faults.push(...shape.faults)
    else faults.push({ code: 'geometry_missing' })
    const wkb = shape?.wkb ?? null
    batch.push({ row: i + 1, attributes, wkb, faults })
    geometryBytes += wkb?.length ?? 0
    if (batch.length >= pass.batchRows || geometryBytes >= BATCH_GEOMETRY_BYTES) {
      yield batch
      batch = []
      geometryBytes = 0
    }
  }
  noteOnce(pass, deletedCount)
  if (batch.length > 0) yield batch
}

function noteOnce({ index, dbf, notes }: Pass, deletedCount: number): void {
  const add = (code: LayerNote['code'], params: LayerNote['params']) => {
    if (!notes.some((note) => note.code === code)) notes.push({ code, params })
  }
  if (!dbf) return add('dbf_missing', {})
  const params = { shapes: index.recordCount, records: dbf.recordCount }
  if (dbf.recordCount > index.recordCount) add('dbf_more_records', params)
  if (dbf.recordCount < index.recordCount) add('dbf_fewer_records', params)
  if (deletedCount > 0) add('dbf_deleted_records', { count: deletedCount })
}

async function readShape(pass: Pass, i: number): Promise<ParsedShape> {
  const { shp, index } = pass
  const damaged = (code: RowFault['code']): ParsedShape => ({ type: 0, wkb: null, faults: [{ code }] })
  const offset = await index.offsetOf(i)
  if (offset === null || offset < HEADER_BYTES) return damaged('record_damaged')
  const head = shp.peek(offset, 8) ?? (await shp.read(offset, 8))
  if (head.length < 8) return damaged('record_truncated')
  const length = head.readInt32BE(4) * 2
  if (length < 4) return damaged('record_damaged')
  if (length > MAX_RECORD_BYTES)
    return damaged(offset + 8 + length > shp.size ? 'record_truncated' : 'geometry_too_complex')
  // An index whose entries all point to one big record would have it read a million times.
  pass.bytesLeft -= length
  if (pass.bytesLeft < 0) return damaged('record_damaged')
  const start = offset + 8
  const content = shp.peek(start, length) ?? (await shp.read(start, length))
  const shape = parseShape(content)
  const isShort = shape.faults[0]?.code === 'record_truncated' || (length < 44 && isPolygonType(shape.type))
  if (!isShort) return shape
  return (await readBeyondLength(shp, start, content)) ?? shape
}

/** The content length was too short: the record's own counts say how much there really is. */
async function readBeyondLength(
  shp: FileWindow,
  start: number,
  content: Buffer,
): Promise<ParsedShape | null> {
  const needed = polygonBytesNeeded(content.length < 44 ? await shp.read(start, 44) : content)
  if (needed === null || needed > MAX_RECORD_BYTES || start + needed > shp.size) return null
  const shape = parseShape(await shp.read(start, needed))
  if (shape.wkb) shape.faults.push({ code: 'record_length_wrong' })
  return shape
}
