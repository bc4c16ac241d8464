import type { FileWindow } from './file-window.ts'
import type { LayerNote } from './types.ts'

/**
 * Where the records of a .shp stand. The .shx is the format's own answer (edited files keep their
 * records out of order), but only when it agrees with the .shp; otherwise the .shp is walked through.
 */
export interface ShapeIndex {
  recordCount: number
  /** Byte offset of record `index` (0-based), or null when the index has no place for it. */
  offsetOf(index: number): Promise<number | null>
  notes: LayerNote[]
}

const HEADER_BYTES = 100
const SAMPLED = 64

export async function openShapeIndex(
  shp: FileWindow,
  shx: FileWindow | null,
  dbfCount: number | null,
): Promise<ShapeIndex> {
  const notes: LayerNote[] = []
  if (shx) {
    const indexed = await trustedIndex(shp, shx)
    if (indexed !== null && (dbfCount === null || indexed >= dbfCount)) return fromShx(shx, indexed, notes)
    const scanned = await scanOffsets(shp)
    if (indexed !== null && scanned.length <= indexed) return fromShx(shx, indexed, notes)
    notes.push({ code: 'shx_unusable', params: { records: scanned.length } })
    return fromScan(scanned, notes)
  }
  notes.push({ code: 'shx_missing', params: {} })
  return fromScan(await scanOffsets(shp), notes)
}

function fromShx(shx: FileWindow, recordCount: number, notes: LayerNote[]): ShapeIndex {
  return {
    recordCount,
    notes,
    async offsetOf(index) {
      const at = HEADER_BYTES + index * 8
      const entry = shx.peek(at, 8) ?? (await shx.read(at, 8))
      if (entry.length < 8) return null
      return entry.readUInt32BE(0) * 2
    },
  }
}

function fromScan(offsets: OffsetList, notes: LayerNote[]): ShapeIndex {
  return {
    recordCount: offsets.length,
    notes,
    offsetOf: (index) => Promise.resolve(index < offsets.length ? offsets.at(index) : null),
  }
}

/** Record count of the .shx when the records it points to look like records, else null. */
async function trustedIndex(shp: FileWindow, shx: FileWindow): Promise<number | null> {
  const count = Math.floor((shx.size - HEADER_BYTES) / 8)
  if (count < 1) return null
  const step = Math.max(1, Math.floor(count / SAMPLED))
  let good = 0
  let looked = 0
  for (let index = 0; index < count; index += step) {
    looked++
    const entry = await shx.read(HEADER_BYTES + index * 8, 8)
    if (entry.length < 8) break
    const offset = entry.readUInt32BE(0) * 2
    const head = await shp.read(offset, 12)
    if (offset >= HEADER_BYTES && head.length === 12 && isPlausibleHead(head)) good++
  }
  // A few broken records of many must not cost the index; a broken index points nowhere at all.
  return good / looked >= 0.5 ? count : null
}

const SHAPE_TYPES = new Set([0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31])

function isPlausibleHead(head: Buffer): boolean {
  return head.readInt32BE(4) >= 2 && SHAPE_TYPES.has(head.readInt32LE(8))
}

/** Offsets in one growing array: 8 bytes a record instead of an object. */
export class OffsetList {
  length = 0
  private values = new Float64Array(1024)

  push(offset: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.values.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = offset
  }

  at(index: number): number {
    return this.values[index]!
  }
}

/** Looked through for the next record head after a break; beyond this the rest counts as lost. */
const RESYNC_BYTES = 16 * 1024 * 1024

/** Walks record head by record head; after a broken one it looks for the next by number and type. */
async function scanOffsets(shp: FileWindow): Promise<OffsetList> {
  const offsets = new OffsetList()
  let at = HEADER_BYTES
  while (at + 12 <= shp.size) {
    const head = shp.peek(at, 12) ?? (await shp.read(at, 12))
    if (head.length < 12) break
    const words = head.readInt32BE(4)
    if (!isPlausibleHead(head)) {
      const next = await findRecordHead(shp, at + 2, offsets.length + 1)
      if (next === null) break
      at = next
      continue
    }
    offsets.push(at)
    const after = at + 8 + words * 2
    at = (await isBoundary(shp, after)) ? after : await afterWrongLength(shp, at, head, offsets.length + 1)
  }
  return offsets
}

async function isBoundary(shp: FileWindow, at: number): Promise<boolean> {
  // Fewer than 12 bytes left can't be a record: trailing rubbish or the end.
  if (at + 12 > shp.size) return true
  const head = shp.peek(at, 12) ?? (await shp.read(at, 12))
  return isPlausibleHead(head)
}

/** The content length lies: the next record stands where its counts end, or where a head can be found. */
async function afterWrongLength(shp: FileWindow, at: number, head: Buffer, number: number): Promise<number> {
  const type = head.readInt32LE(8)
  const counts = await shp.read(at + 44, 8)
  if ((type === 5 || type === 15 || type === 25) && counts.length === 8) {
    const [parts, points] = [counts.readInt32LE(0), counts.readInt32LE(4)]
    const after = at + 8 + 44 + parts * 4 + points * 16
    if (
      parts >= 0 &&
      points >= 0 &&
      after > at &&
      after <= shp.size &&
      (await isNumbered(shp, after, number))
    ) {
      return after
    }
  }
  return (await findRecordHead(shp, at + 12, number)) ?? shp.size
}

async function isNumbered(shp: FileWindow, at: number, number: number): Promise<boolean> {
  if (at + 12 > shp.size) return true
  const head = await shp.read(at, 12)
  return isPlausibleHead(head) && head.readInt32BE(0) === number
}

async function findRecordHead(shp: FileWindow, from: number, number: number): Promise<number | null> {
  const limit = Math.min(shp.size - 12, from + RESYNC_BYTES)
  for (let at = from; at <= limit; at += 2) {
    const head = shp.peek(at, 12) ?? (await shp.read(at, 12))
    // Numbers may have been skipped with the broken record, not more than a few.
    const ahead = head.readInt32BE(0) - number
    const words = head.readInt32BE(4)
    if (ahead >= 0 && ahead <= 3 && isPlausibleHead(head) && at + 8 + words * 2 <= shp.size) return at
  }
  return null
}
