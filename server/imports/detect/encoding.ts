import { createByteCensus, cutUtf8Tail, hasHighByte, type CensusResult } from './byte-census.ts'
import { decoderLabel, encodingOfCpg, encodingOfLdid } from './code-pages.ts'
import type { Evidence, EvidenceCode } from './evidence.ts'

export interface EncodingCandidate {
  encoding: string
  /** Up to five rows: their non-ASCII cells as this encoding reads them. */
  sampleRows: string[][]
  /** Cells that are not valid in this encoding. */
  malformedCount: number
}

export interface EncodingDetection {
  /** `UTF-8`, `GBK`, `GB18030`, `Big5`, else a WHATWG label. */
  encoding: string
  evidence: Evidence[]
  /** The decided one first. */
  candidates: EncodingCandidate[]
}

/** One text cell as it stands in the file, padding taken off. */
export interface TextCell {
  bytes: Uint8Array
  /** The text reaches the end of its column: its last character may be cut. */
  fillsField: boolean
}

export interface EncodingJudge {
  /** All text cells of a row; field names count as the first row. */
  addRow(cells: readonly TextCell[]): void
  decide(declared: { cpg?: string | null; ldid?: number | null }): EncodingDetection
}

const SAMPLE_ROWS = 5
const SAMPLE_CELLS = 8

/** Feed it every row, then let it decide: memory stays the same however many rows there are. */
export function createEncodingJudge(): EncodingJudge {
  const census = createByteCensus()
  const samples: TextCell[][] = []
  return {
    addRow(cells) {
      const telling: TextCell[] = []
      for (const cell of cells) {
        if (!hasHighByte(cell.bytes)) continue
        census.add(cell.bytes, cell.fillsField)
        if (samples.length < SAMPLE_ROWS && telling.length < SAMPLE_CELLS) {
          telling.push({ bytes: Uint8Array.from(cell.bytes), fillsField: cell.fillsField })
        }
      }
      if (telling.length > 0) samples.push(telling)
    },
    decide: (declared) => decideEncoding(census.result(), declared, samples),
  }
}

interface Declarations {
  cpg: string | null
  ldid: string | null
  evidence: Evidence[]
}

function decideEncoding(
  census: CensusResult,
  declared: { cpg?: string | null; ldid?: number | null },
  samples: readonly TextCell[][],
): EncodingDetection {
  const declarations = readDeclarations(declared)
  const verdict = judgeBytes(census, declarations.cpg ?? declarations.ldid)
  const evidence = declarations.evidence.map((item) => ({
    ...item,
    agrees: agreesWith(item.params.encoding, verdict.encoding, census),
  }))
  evidence.push({ kind: 'encoding', source: 'bytes', agrees: true, ...verdict.reason })
  const encodings = [verdict.encoding, declarations.cpg, declarations.ldid, 'UTF-8', gbName(census), 'Big5']
  const candidates = [...new Set(encodings.filter((name): name is string => name !== null))].map(
    (encoding) => ({
      encoding,
      sampleRows: samples.map((cells) => cells.map((cell) => decodeCell(cell, encoding).text)),
      malformedCount: malformedCountOf(encoding, census),
    }),
  )
  return { encoding: verdict.encoding, evidence, candidates: census.nonAsciiCells === 0 ? [] : candidates }
}

function readDeclarations(declared: { cpg?: string | null; ldid?: number | null }): Declarations {
  const evidence: Evidence[] = []
  const cpgText = declared.cpg?.replace(/^\ufeff/, '').trim() ?? ''
  const cpg = cpgText ? encodingOfCpg(cpgText) : null
  const shown = cpgText.slice(0, 40)
  if (looksLikeHtml(cpgText)) evidence.push(item('cpg', 'cpg_html', {}))
  else if (cpg) evidence.push(item('cpg', 'cpg_declares', { text: shown, encoding: cpg }))
  else if (cpgText) evidence.push(item('cpg', 'cpg_unknown', { text: shown }))
  const ldidByte = declared.ldid ?? 0
  const ldid = encodingOfLdid(ldidByte)?.encoding ?? null
  const hex = `0x${ldidByte.toString(16).toUpperCase().padStart(2, '0')}`
  if (ldid) evidence.push(item('ldid', 'ldid_declares', { ldid: hex, encoding: ldid }))
  else if (ldidByte !== 0) evidence.push(item('ldid', 'ldid_unspecific', { ldid: hex }))
  return { cpg, ldid, evidence }
}

function item(source: Evidence['source'], code: EvidenceCode, params: Evidence['params']): Evidence {
  return { kind: 'encoding', source, code, params, agrees: false }
}

export const looksLikeHtml = (text: string): boolean =>
  /^\s*<(!doctype|html|head|body|\?xml|script|div)/i.test(text)

interface Verdict {
  encoding: string
  reason: { code: EvidenceCode; params: Evidence['params'] }
}

const isChinese = (encoding: string | null): boolean => encoding === 'GBK' || encoding === 'GB18030'
const gbName = (census: CensusResult): string => (census.fourByteCount > 0 ? 'GB18030' : 'GBK')

/** A declaration stands until bytes refute it; without one, UTF-8 if strictly valid, else GBK. */
function judgeBytes(census: CensusResult, declared: string | null): Verdict {
  const cells = census.nonAsciiCells
  if (cells === 0) return { encoding: 'UTF-8', reason: { code: 'ascii_only', params: {} } }
  const utf8 = judgeUtf8(census, declared)
  if (utf8) return utf8
  const isSoundBig5 = declared === 'Big5' && census.big5Malformed === 0
  if (!isSoundBig5 && isWestern(census)) {
    const encoding = declared && isSingleByte(declared) ? declared : 'windows-1252'
    return { encoding, reason: { code: 'western_bytes', params: { encoding } } }
  }
  if (declared && !isChinese(declared) && declared !== 'Big5' && declared !== 'UTF-8' && !isGbText(census)) {
    return { encoding: declared, reason: { code: 'declared_not_refuted', params: { encoding: declared } } }
  }
  return judgeDoubleByte(census, declared)
}

function judgeUtf8(census: CensusResult, declared: string | null): Verdict | null {
  const cells = census.nonAsciiCells
  const valid = cells - census.utf8Malformed
  if (census.utf8Malformed === 0) {
    // A few short GBK words happen to be valid UTF-8 of some other script: Chinese bytes refute that.
    const isAccident = census.utf8HanShare < 0.1 && census.gbMalformed === 0 && census.gbScore > 0.85
    if (isAccident && declared !== 'UTF-8' && (isChinese(declared) || census.pairCount >= 2)) return null
    return { encoding: 'UTF-8', reason: { code: 'utf8_valid', params: { cells } } }
  }
  const isMostlyUtf8 = valid >= 10 && census.utf8Malformed / cells < 0.1 && census.utf8HanShare > 0.5
  const isDeclaredUtf8 =
    declared === 'UTF-8' && census.utf8Malformed / cells < 0.2 && census.utf8HanShare > 0.5
  if (!isMostlyUtf8 && !isDeclaredUtf8) return null
  return {
    encoding: 'UTF-8',
    reason: { code: 'utf8_damaged', params: { cells, malformed: census.utf8Malformed } },
  }
}

/** Accented letters stand alone between plain ones; Chinese bytes come in pairs. */
const isWestern = (census: CensusResult): boolean =>
  census.loneShare > 0.3 || (census.gbMalformed / census.nonAsciiCells > 0.3 && census.gbScore < 0.5)

const isSingleByte = (encoding: string): boolean => /^(windows|iso|koi8|ibm|macintosh)/.test(encoding)

const isGbText = (census: CensusResult): boolean =>
  census.gbMalformed / census.nonAsciiCells < 0.1 && census.gbScore > 0.7 && census.pairCount >= 2

function judgeDoubleByte(census: CensusResult, declared: string | null): Verdict {
  const lead = census.big5Score - census.gbScore
  const big5Fits = census.big5Malformed / census.nonAsciiCells < 0.1
  const gbFits = census.gbMalformed / census.nonAsciiCells < 0.1
  const needed = declared === 'Big5' ? -0.2 : isChinese(declared) ? 0.35 : 0.25
  const enough = declared === 'Big5' || census.pairCount >= 4
  if (big5Fits && enough && (lead > needed || !gbFits)) {
    const params = { big5: percent(census.big5Score), gbk: percent(census.gbScore) }
    return { encoding: 'Big5', reason: { code: 'big5_characters', params } }
  }
  const encoding = gbName(census)
  if (!gbFits) {
    const params = { encoding, malformed: census.gbMalformed, cells: census.nonAsciiCells }
    return { encoding, reason: { code: 'gb_damaged', params } }
  }
  const code = encoding === 'GB18030' ? 'gb18030_four_bytes' : 'gbk_valid'
  return { encoding, reason: { code, params: { cells: census.nonAsciiCells, gbk: percent(census.gbScore) } } }
}

const percent = (share: number): number => Math.round(share * 100)

function agreesWith(said: string | number | undefined, decided: string, census: CensusResult): boolean {
  if (said === undefined) return false
  if (census.nonAsciiCells === 0) return true
  return said === decided || (isChinese(String(said)) && isChinese(decided))
}

function malformedCountOf(encoding: string, census: CensusResult): number {
  if (encoding === 'UTF-8') return census.utf8Malformed
  if (isChinese(encoding)) return census.gbMalformed
  return encoding === 'Big5' ? census.big5Malformed : 0
}

type Decoder = InstanceType<typeof TextDecoder>
const decoders = new Map<string, { strict: Decoder; lenient: Decoder }>()

function decodersFor(encoding: string): { strict: Decoder; lenient: Decoder } {
  let pair = decoders.get(encoding)
  if (!pair) {
    const label = decoderLabel(encoding)
    const options = { ignoreBOM: true }
    pair = {
      strict: new TextDecoder(label, { ...options, fatal: true }),
      lenient: new TextDecoder(label, options),
    }
    decoders.set(encoding, pair)
  }
  return pair
}

export interface DecodedCell {
  text: string
  isMalformed: boolean
}

/** Decodes one cell; a character cut by the column's end is dropped, other bad bytes show as U+FFFD. */
export function decodeCell(cell: TextCell, encoding: string): DecodedCell {
  const { strict, lenient } = decodersFor(encoding)
  try {
    return { text: strict.decode(cell.bytes), isMalformed: false }
  } catch {
    // Not valid as a whole: perhaps only its last character is cut.
  }
  const tails = decoderLabel(encoding) === 'utf-8' ? [cutUtf8Tail(cell.bytes)] : [1, 2, 3]
  for (const tail of tails) {
    if (tail === 0 || tail >= cell.bytes.length + 1) continue
    try {
      const text = strict.decode(cell.bytes.subarray(0, cell.bytes.length - tail))
      return { text, isMalformed: !cell.fillsField }
    } catch {
      // Try with one byte less.
    }
  }
  return { text: lenient.decode(cell.bytes), isMalformed: true }
}

/** Encoding of a whole text file (TXT, CSV): byte order mark first, then as with cells, line by line. */
export function detectTextEncoding(bytes: Uint8Array): EncodingDetection & { text: string } {
  const bom = bomOf(bytes)
  if (bom) {
    const text = new TextDecoder(bom.toLowerCase()).decode(bytes)
    const evidence: Evidence = {
      kind: 'encoding',
      source: 'bytes',
      code: 'byte_order_mark',
      params: { encoding: bom },
      agrees: true,
    }
    return { encoding: bom, evidence: [evidence], candidates: [], text }
  }
  const judge = createEncodingJudge()
  for (const line of linesOf(bytes)) judge.addRow([{ bytes: line, fillsField: false }])
  const detection = judge.decide({})
  return { ...detection, text: new TextDecoder(decoderLabel(detection.encoding)).decode(bytes) }
}

/** Text of the beginning of a file; the last character may be cut. */
export const decodeText = (head: Uint8Array): string => detectTextEncoding(head).text

function bomOf(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'UTF-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE'
  return null
}

function* linesOf(bytes: Uint8Array): Iterable<Uint8Array> {
  let start = 0
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 0x0a) continue
    if (i > start) yield bytes.subarray(start, i)
    start = i + 1
  }
}
