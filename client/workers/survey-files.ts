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

/** Decoder label for a DBF: what the .cpg says unless the bytes refute UTF-8, else strict UTF-8, else GBK. */
export function decoderFor(dbf: Uint8Array, cpg: string | null): string {
  const declared = CPG_ENCODINGS.find(([pattern]) => cpg !== null && pattern.test(cpg))?.[1]
  if (declared && declared !== 'utf-8') return declared
  try {
    // Cells are cut at byte counts, so only the header and whole first records are asked.
    const sample = dbf.subarray(0, Math.min(dbf.length, 4096))
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true })
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}
