import { unzipSync, type UnzipFileInfo } from 'fflate'

export interface LooseFile {
  /** Path inside its zip, or the file's own name. */
  name: string
  bytes: Uint8Array
}

/** Beyond this a member is left to the server: the page must not stall over a preview. */
const MAX_MEMBER_BYTES = 40 * 1024 * 1024
const MAX_TOTAL_BYTES = 80 * 1024 * 1024
const WANTED = /\.(shp|dbf|prj|cpg|txt|geojson|json|xlsx|csv)$/i

/** Strict UTF-8 first, then the superset of GBK: what Chinese text files are. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** Names in old zips are GBK without saying so; fflate hands their bytes on as single characters. */
export function memberName(name: string): string {
  const codes = Array.from(name, (character) => character.codePointAt(0) ?? 0)
  if (codes.every((code) => code < 0x80) || codes.some((code) => code > 0xff)) return name
  return decodeText(Uint8Array.from(codes))
}

function unzip(bytes: Uint8Array, note: { isPartial: boolean }): LooseFile[] {
  let total = 0
  const isWanted = (file: UnzipFileInfo): boolean => {
    if (!WANTED.test(file.name)) return false
    total += file.originalSize
    const fits = file.originalSize <= MAX_MEMBER_BYTES && total <= MAX_TOTAL_BYTES
    if (!fits) note.isPartial = true
    return fits
  }
  const members = unzipSync(bytes, { filter: isWanted })
  return Object.entries(members).map(([name, content]) => ({ name: memberName(name), bytes: content }))
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b

/** Every readable file, those inside zips included. An .xlsx is a zip too and stays whole. */
export function bytesOf(files: readonly LooseFile[]): { loose: LooseFile[]; isPartial: boolean } {
  const note = { isPartial: false }
  const loose = files.flatMap((file) => {
    if (!/\.zip$/i.test(file.name) || !isZip(file.bytes)) return [file]
    try {
      return unzip(file.bytes, note)
    } catch {
      return []
    }
  })
  return { loose, isPartial: note.isPartial }
}

const CPG_ENCODINGS: readonly [RegExp, string][] = [
  [/utf-?8|65001/i, 'utf-8'],
  [/big-?5|950/i, 'big5'],
  [/gb|936|cp54936/i, 'gb18030'],
]

const SAMPLE_RECORDS = 200
const MOSTLY = 0.95

/** Names and text cells of a DBF as their bytes, padding taken off; `fills` marks those that may be cut. */
function textCells(dbf: Uint8Array): { bytes: Uint8Array; fills: boolean }[] {
  if (dbf.length < 65) return []
  const view = new DataView(dbf.buffer, dbf.byteOffset, dbf.byteLength)
  const headerLength = view.getUint16(8, true)
  const recordLength = view.getUint16(10, true)
  const cells: { bytes: Uint8Array; fills: boolean }[] = []
  const add = (start: number, length: number): void => {
    const cell = dbf.subarray(start, start + length)
    let end = cell.length
    while (end > 0 && (cell[end - 1] === 0x20 || cell[end - 1] === 0)) end--
    const bytes = cell.subarray(0, end)
    if (bytes.some((byte) => byte >= 0x80)) cells.push({ bytes, fills: end >= length - 1 })
  }
  let place = 1
  const texts: { offset: number; length: number }[] = []
  for (let at = 32; at + 32 <= headerLength && dbf[at] !== 0x0d; at += 32) {
    const nameEnd = dbf.subarray(at, at + 11).indexOf(0)
    add(at, nameEnd < 0 ? 11 : nameEnd)
    const length = dbf[at + 16]
    if (dbf[at + 11] === 0x43) texts.push({ offset: place, length })
    place += length
  }
  for (let record = 0; record < SAMPLE_RECORDS && recordLength > 0; record++) {
    const start = headerLength + record * recordLength
    if (start + recordLength > dbf.length) break
    for (const { offset, length } of texts) add(start + offset, length)
  }
  return cells
}

/** Whether bytes are UTF-8, but for a last character that the column's width may have cut. */
function isUtf8({ bytes, fills }: { bytes: Uint8Array; fills: boolean }): boolean {
  for (let dropped = 0; dropped <= (fills ? 3 : 0); dropped++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - dropped))
      return true
    } catch {
      // One byte less, then.
    }
  }
  return false
}

/** Decoder label for a DBF: a .cpg other than UTF-8 is believed, else the bytes tell UTF-8 from GBK. */
export function decoderFor(dbf: Uint8Array, cpg: string | null): string {
  const declared = CPG_ENCODINGS.find(([pattern]) => cpg !== null && pattern.test(cpg))?.[1]
  if (declared && declared !== 'utf-8') return declared
  const cells = textCells(dbf)
  if (cells.length === 0) return declared ?? 'gb18030'
  return cells.filter(isUtf8).length >= cells.length * MOSTLY ? 'utf-8' : 'gb18030'
}
