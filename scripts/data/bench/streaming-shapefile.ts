/** A shapefile of any length, written as its features come: headers are put right at the end. */
import { open, writeFile, type FileHandle } from 'node:fs/promises'
import { encodeText } from '../../../server/kernel/text-encoding.ts'
import type { FixtureField } from '../../fixtures/shapefile-writer.ts'
import type { Ring } from '../cadastre/polygon.ts'

type Field = FixtureField & { length: number }

export interface ShapefileStream<T extends { ring: Ring }> {
  fields: readonly Field[]
  features: AsyncIterable<T>
  /** Cells in the order of the fields. */
  record: (feature: T) => readonly (string | number | null)[]
  prj: string
}

const POLYGON = 5
const HEADER_BYTES = 100
const FLUSH_BYTES = 4 * 1024 * 1024

/** Collects pieces and writes them in large blocks; the memory it holds stays under a few MiB. */
class BlockWriter {
  bytes: number
  private readonly handle: FileHandle
  private pieces: Buffer[] = []
  private held = 0

  constructor(handle: FileHandle, headerBytes: number) {
    this.handle = handle
    this.bytes = headerBytes
    this.pieces = [Buffer.alloc(headerBytes)]
  }

  async write(piece: Buffer): Promise<void> {
    this.pieces.push(piece)
    this.held += piece.length
    this.bytes += piece.length
    if (this.held > FLUSH_BYTES) await this.flush()
  }

  async flush(): Promise<void> {
    await this.handle.appendFile(Buffer.concat(this.pieces))
    this.pieces = []
    this.held = 0
  }

  async finish(header: Buffer): Promise<void> {
    await this.flush()
    await this.handle.write(header, 0, header.length, 0)
    await this.handle.close()
  }
}

export async function writeShapefileStream<T extends { ring: Ring }>(
  path: string,
  { fields, features, record, prj }: ShapefileStream<T>,
): Promise<{ count: number; bytes: number }> {
  const base = path.replace(/\.shp$/i, '')
  const openWriter = async (suffix: string, headerBytes: number) =>
    new BlockWriter(await open(`${base}.${suffix}`, 'w'), headerBytes)
  const shp = await openWriter('shp', HEADER_BYTES)
  const shx = await openWriter('shx', HEADER_BYTES)
  const dbf = await openWriter('dbf', 32 + 32 * fields.length + 1)
  const extent: Extent = [Infinity, Infinity, -Infinity, -Infinity]
  let count = 0
  for await (const feature of features) {
    const content = polygonContent(feature.ring)
    widen(extent, feature.ring)
    count += 1
    const entry = Buffer.alloc(8)
    entry.writeInt32BE(shp.bytes / 2, 0)
    entry.writeInt32BE(content.length / 2, 4)
    const head = Buffer.alloc(8)
    head.writeInt32BE(count, 0)
    head.writeInt32BE(content.length / 2, 4)
    await shx.write(entry)
    await shp.write(head)
    await shp.write(content)
    await dbf.write(dbfRecord(record(feature), fields))
  }
  await dbf.write(Buffer.from([0x1a]))
  await shp.finish(mainHeader(shp.bytes, extent))
  await shx.finish(mainHeader(shx.bytes, extent))
  await dbf.finish(dbfHeader(fields, count))
  await writeFile(`${base}.prj`, prj)
  return { count, bytes: shp.bytes + shx.bytes + dbf.bytes }
}

type Extent = [number, number, number, number]

function widen(extent: Extent, ring: Ring): void {
  for (const [x, y] of ring) {
    extent[0] = Math.min(extent[0], x)
    extent[1] = Math.min(extent[1], y)
    extent[2] = Math.max(extent[2], x)
    extent[3] = Math.max(extent[3], y)
  }
}

/** One outer ring: closed, and turned clockwise as shapefiles want it. */
function polygonContent(ring: Ring): Buffer {
  const vertices = [...ring, ring[0]].reverse()
  const content = Buffer.alloc(48 + vertices.length * 16)
  const extent: Extent = [Infinity, Infinity, -Infinity, -Infinity]
  widen(extent, ring)
  content.writeInt32LE(POLYGON, 0)
  extent.forEach((value, i) => content.writeDoubleLE(value, 4 + i * 8))
  content.writeInt32LE(1, 36)
  content.writeInt32LE(vertices.length, 40)
  vertices.forEach(([x, y], i) => {
    content.writeDoubleLE(x, 48 + i * 16)
    content.writeDoubleLE(y, 56 + i * 16)
  })
  return content
}

function mainHeader(bytes: number, extent: Extent): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeInt32BE(9994, 0)
  header.writeInt32BE(bytes / 2, 24)
  header.writeInt32LE(1000, 28)
  header.writeInt32LE(POLYGON, 32)
  extent.forEach((value, i) => header.writeDoubleLE(Number.isFinite(value) ? value : 0, 36 + i * 8))
  return header
}

const recordBytes = (fields: readonly Field[]) => fields.reduce((sum, { length }) => sum + length, 1)

function dbfHeader(fields: readonly Field[], count: number): Buffer {
  const header = Buffer.alloc(32 + 32 * fields.length + 1)
  header.set([0x03, 124, 5, 20])
  header.writeUInt32LE(count, 4)
  header.writeUInt16LE(header.length, 8)
  header.writeUInt16LE(recordBytes(fields), 10)
  // Language byte of code page 936.
  header[29] = 0x4d
  fields.forEach((field, i) => {
    const at = 32 + i * 32
    encodeText(field.name, 'GBK').subarray(0, 10).copy(header, at)
    header.write(field.type, at + 11, 'latin1')
    header[at + 16] = field.length
    header[at + 17] = field.decimals ?? 0
  })
  header[header.length - 1] = 0x0d
  return header
}

function dbfRecord(cells: readonly (string | number | null)[], fields: readonly Field[]): Buffer {
  const record = Buffer.alloc(recordBytes(fields), 0x20)
  let at = 1
  fields.forEach(({ type, length, decimals }, i) => {
    const value = cells[i]
    const text = typeof value === 'number' ? value.toFixed(decimals ?? 0).padStart(length) : (value ?? '')
    const cell = type === 'D' ? text.replaceAll('-', '') : text
    encodeText(cell, 'GBK').subarray(0, length).copy(record, at)
    at += length
  })
  return record
}
