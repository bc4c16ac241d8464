import type { FileWindow } from './file-window.ts'
import { SurveyFault, type LayerNote } from './types.ts'

/** Where everything stands in a DBF, after its header's claims have been checked against its bytes. */
export interface DbfLayout {
  headerLength: number
  recordLength: number
  /** Whole records really there. */
  recordCount: number
  columns: DbfColumn[]
  ldid: number
  /** YYYY-MM-DD of the last update, null when it is no date. */
  updatedOn: string | null
  notes: LayerNote[]
}

export interface DbfColumn {
  /** Up to 10 bytes in the file's encoding. */
  nameBytes: Buffer
  type: string
  length: number
  decimals: number
  /** Within the record, the deletion mark being byte 0. */
  offset: number
}

/** 2,046 columns is the format's own limit (Visual FoxPro has 255). */
const MAX_HEADER = 32 + 32 * 2046 + 1 + 263

const DELETED = 0x2a
const PRESENT = 0x20

export async function readDbfLayout(file: FileWindow, name: string): Promise<DbfLayout> {
  const head = await file.read(0, Math.min(MAX_HEADER, file.size))
  if (head.length < 33) throw new SurveyFault('dbf_unreadable', { name })
  const columns = columnsOf(head)
  if (columns.length === 0) throw new SurveyFault('dbf_unreadable', { name })
  const notes: LayerNote[] = []
  const lengths = await settleLengths(file, head, columns, notes)
  const available = Math.max(0, Math.floor((file.size - lengths.header) / lengths.record))
  const declared = head.readUInt32LE(4)
  if (declared > available) notes.push({ code: 'dbf_truncated', params: { declared, available } })
  return {
    headerLength: lengths.header,
    recordLength: lengths.record,
    recordCount: await settleCount(file, lengths, declared, available),
    columns,
    ldid: head[29]!,
    updatedOn: readDate(head),
    notes,
  }
}

/**
 * Clipper keeps the high byte of a long text column where the decimals stand; other programs leave
 * anything there. The declared record length tells which.
 */
function columnsOf(head: Buffer): DbfColumn[] {
  const long = readColumns(head, true)
  const last = long[long.length - 1]
  return last && last.offset + last.length === head.readUInt16LE(10) ? long : readColumns(head, false)
}

function readColumns(head: Buffer, hasLongText: boolean): DbfColumn[] {
  const columns: DbfColumn[] = []
  let offset = 1
  for (let at = 32; at + 32 <= head.length && head[at] !== 0x0d && head[at] !== 0x00; at += 32) {
    const type = String.fromCharCode(head[at + 11]!).toUpperCase()
    if (!/[A-Z0-9@+]/.test(type)) break
    const nul = head.subarray(at, at + 11).indexOf(0)
    const length = head[at + 16]! + (hasLongText && type === 'C' ? head[at + 17]! * 256 : 0)
    columns.push({
      nameBytes: Buffer.from(head.subarray(at, at + (nul >= 0 ? nul : 11))),
      type,
      length,
      decimals: type === 'C' ? 0 : head[at + 17]!,
      offset,
    })
    offset += length
  }
  return columns
}

interface Lengths {
  header: number
  record: number
}

/** Header and record length as declared, unless another pair puts deletion marks where they belong. */
async function settleLengths(
  file: FileWindow,
  head: Buffer,
  columns: DbfColumn[],
  notes: LayerNote[],
): Promise<Lengths> {
  const declared: Lengths = { header: head.readUInt16LE(8), record: head.readUInt16LE(10) }
  const last = columns[columns.length - 1]!
  const summed = last.offset + last.length
  const descriptorsEnd = 32 + 32 * columns.length + 1
  const headers = [
    declared.header,
    descriptorsEnd,
    descriptorsEnd + 263,
    descriptorsEnd - 1,
    descriptorsEnd + 1,
  ]
  const records = declared.record === summed ? [summed] : [declared.record, summed]
  let best: Lengths | null = null
  let bestScore = -1
  for (const header of headers) {
    for (const record of records) {
      if (header < descriptorsEnd - 1 || record < 2) continue
      const score =
        (await markScore(file, { header, record })) + endScore(file, header, record, head.readUInt32LE(4))
      if (score > bestScore) [best, bestScore] = [{ header, record }, score]
    }
  }
  const settled = best ?? { header: descriptorsEnd, record: Math.max(summed, 2) }
  if (settled.header !== declared.header || settled.record !== declared.record) {
    notes.push({ code: 'dbf_header_repaired', params: { header: settled.header, record: settled.record } })
  }
  dropColumnsBeyond(columns, settled.record)
  return settled
}

/** Columns that would reach past the record can't be read from it. */
function dropColumnsBeyond(columns: DbfColumn[], recordLength: number): void {
  const beyond = columns.findIndex((column) => column.offset + column.length > recordLength)
  if (beyond < 0) return
  const column = columns[beyond]!
  column.length = Math.max(0, recordLength - column.offset)
  columns.length = column.length > 0 ? beyond + 1 : beyond
}

/** Half a point when the declared number of records ends just where the file does. */
function endScore(file: FileWindow, header: number, record: number, count: number): number {
  const rest = file.size - header - record * count
  // One byte more is the end mark 0x1A.
  return rest === 0 || rest === 1 ? 0.5 : 0
}

/** Share of the first records whose deletion mark is one of the two it may be. */
async function markScore(file: FileWindow, lengths: Lengths): Promise<number> {
  const count = Math.min(50, Math.floor((file.size - lengths.header) / lengths.record))
  // Without records nothing speaks against the declared pair.
  if (count < 1) return 0.5
  let marks = 0
  for (let i = 0; i < count; i++) {
    const mark = (await file.read(lengths.header + i * lengths.record, 1))[0]
    if (mark === PRESENT || mark === DELETED) marks++
  }
  return marks / count
}

/** Some programs forget to raise the count when they append: records with a proper mark are records. */
async function settleCount(
  file: FileWindow,
  lengths: Lengths,
  declared: number,
  available: number,
): Promise<number> {
  if (declared >= available) return available
  for (const index of [declared, available - 1]) {
    const mark = (await file.read(lengths.header + index * lengths.record, 1))[0]
    if (mark !== PRESENT && mark !== DELETED) return declared
  }
  return available
}

function readDate(head: Buffer): string | null {
  const [year, month, day] = [head[1]!, head[2]!, head[3]!]
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  // The byte counts from 1900, but programs also write the last two digits.
  const fullYear = 1900 + year < 1980 ? 2000 + year : 1900 + year
  return `${fullYear}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
