import { isUtf8 } from 'node:buffer'

/**
 * Counts what the non-ASCII bytes of many cells look like under UTF-8, GB18030 and Big5, without
 * keeping them: the whole of a DBF passes through, however large.
 */
export interface ByteCensus {
  /** `fillsField`: the text reaches the end of its column, so its last character may be cut. */
  add(bytes: Uint8Array, fillsField: boolean): void
  result(): CensusResult
}

export interface CensusResult {
  /** Cells with a byte ≥ 0x80. */
  nonAsciiCells: number
  utf8Malformed: number
  gbMalformed: number
  big5Malformed: number
  /** Four-byte sequences, which GBK does not have. */
  fourByteCount: number
  /** Pairs counted for the scores. */
  pairCount: number
  /** 0..1: how much the pairs look like common Chinese characters in that encoding. */
  gbScore: number
  big5Score: number
  /** Share of non-ASCII characters that stand alone between ASCII: Western text, not Chinese. */
  loneShare: number
  /** Share of Chinese characters among the non-ASCII characters when read as UTF-8. */
  utf8HanShare: number
}

/** After this much the shares no longer move; only the malformed counts go on. */
const SCORED_BYTES = 16 * 1024 * 1024

export function createByteCensus(): ByteCensus {
  const counts = {
    nonAsciiCells: 0,
    utf8Malformed: 0,
    gbMalformed: 0,
    big5Malformed: 0,
    fourByteCount: 0,
    pairCount: 0,
    loneShare: 0,
    utf8HanShare: 0,
  }
  const tally: Tally = { gb: 0, gbOf: 0, big5: 0, big5Of: 0, lone: 0, high: 0, han: 0, wide: 0, scored: 0 }
  return {
    add(bytes, fillsField) {
      if (!hasHighByte(bytes)) return
      counts.nonAsciiCells++
      if (isUtf8WithCut(bytes, fillsField)) countUtf8(bytes, tally)
      else counts.utf8Malformed++
      const gb = walkGb18030(bytes, tally.scored < SCORED_BYTES ? tally : null)
      counts.fourByteCount += gb.fourByteCount
      counts.pairCount += gb.pairCount
      if (gb.isMalformed || (gb.isCut && !fillsField)) counts.gbMalformed++
      if (!isBig5(bytes, fillsField)) counts.big5Malformed++
      tally.scored += bytes.length
    },
    result: () => ({
      ...counts,
      gbScore: tally.gbOf ? tally.gb / tally.gbOf : 0,
      big5Score: tally.big5Of ? tally.big5 / tally.big5Of : 0,
      loneShare: tally.high ? tally.lone / tally.high : 0,
      utf8HanShare: tally.wide ? tally.han / tally.wide : 0,
    }),
  }
}

interface Tally {
  gb: number
  gbOf: number
  big5: number
  big5Of: number
  lone: number
  high: number
  han: number
  wide: number
  scored: number
}

export function hasHighByte(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return true
  return false
}

function isUtf8WithCut(bytes: Uint8Array, fillsField: boolean): boolean {
  if (isUtf8(bytes)) return true
  return fillsField && isUtf8(bytes.subarray(0, bytes.length - cutUtf8Tail(bytes)))
}

/** Bytes at the end that begin a UTF-8 character without finishing it. */
export function cutUtf8Tail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) {
      const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return wanted > back ? back : 0
    }
  }
  return 0
}

/** Leads of 3-byte sequences E4–E9 are the CJK ideographs; E3/EF full-width marks count with neither. */
function countUtf8(bytes: Uint8Array, tally: Tally): void {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte < 0xc0) continue
    if (byte >= 0xe4 && byte <= 0xe9) tally.han++
    if (byte !== 0xe2 && byte !== 0xe3 && byte !== 0xef) tally.wide++
  }
}

interface GbWalk {
  isMalformed: boolean
  /** The last byte is a lead without its trail. */
  isCut: boolean
  fourByteCount: number
  pairCount: number
}

/** Strict GB18030 state machine that also tallies the pairs for both scores. */
function walkGb18030(bytes: Uint8Array, tally: Tally | null): GbWalk {
  const walk: GbWalk = { isMalformed: false, isCut: false, fourByteCount: 0, pairCount: 0 }
  let i = 0
  let pairEnd = -1
  while (i < bytes.length) {
    const lead = bytes[i]!
    if (lead < 0x80) {
      i++
      continue
    }
    if (tally) countLone(bytes, i, i === pairEnd, tally)
    const trail = bytes[i + 1]
    if (trail === undefined) {
      walk.isCut = lead !== 0x80 && lead !== 0xff
      walk.isMalformed ||= !walk.isCut
      break
    }
    if (lead === 0x80 || lead === 0xff) {
      walk.isMalformed ||= lead === 0xff
      i++
    } else if (trail >= 0x40 && trail !== 0x7f && trail !== 0xff) {
      walk.pairCount++
      if (tally) scorePair(lead, trail, tally)
      i += 2
      pairEnd = i
    } else if (trail >= 0x30 && trail <= 0x39) {
      const third = bytes[i + 2]
      const fourth = bytes[i + 3]
      if (third === undefined || fourth === undefined) {
        walk.isCut = true
        break
      }
      const isFour = third >= 0x81 && third <= 0xfe && fourth >= 0x30 && fourth <= 0x39
      if (isFour) walk.fourByteCount++
      else walk.isMalformed = true
      i += isFour ? 4 : 1
    } else {
      walk.isMalformed = true
      i++
    }
  }
  return walk
}

/**
 * The trail of a Big5 or GBK pair may be an ASCII byte (0x40–0x7E), so a high byte between two ASCII ones may
 * be half a Chinese character. Those come in runs, though: an accented letter stands alone even when it and
 * the letter behind it make a pair.
 */
function countLone(bytes: Uint8Array, at: number, isBehindPair: boolean, tally: Tally): void {
  tally.high++
  const before = at > 0 ? bytes[at - 1]! : 0
  const after = bytes[at + 1] ?? 0
  if (before >= 0x80 || after >= 0x80) return
  const isPair = after >= 0x40 && after !== 0x7f
  const isInRun = isBehindPair ? isPair || at + 1 === bytes.length : isPair && (bytes[at + 2] ?? 0) >= 0x80
  if (!isInRun) tally.lone++
}

/**
 * Common characters sit in the first level of both standards: GB 2312 B0A1–D7F9 (3,755 by pinyin),
 * Big5 A440–C67E (5,401 by strokes). Marks and full-width digits (A1–A3) speak for neither.
 */
function scorePair(lead: number, trail: number, tally: Tally): void {
  if (lead >= 0xa1 && lead <= 0xa3) return
  tally.gbOf++
  if (trail >= 0xa1) {
    if (lead >= 0xb0 && lead <= 0xd7) tally.gb++
    else if (lead >= 0xd8 && lead <= 0xf7) tally.gb += 0.5
  }
  tally.big5Of++
  const isTrail = (trail >= 0x40 && trail <= 0x7e) || trail >= 0xa1
  if (!isTrail) return
  if (lead >= 0xa4 && lead <= 0xc6) tally.big5++
  else if (lead >= 0xc9 && lead <= 0xf9) tally.big5 += 0.3
}

function isBig5(bytes: Uint8Array, fillsField: boolean): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!
    if (lead < 0x80) continue
    const trail = bytes[i + 1]
    if (trail === undefined) return fillsField && lead >= 0x81 && lead !== 0xff
    if (lead < 0x81 || lead === 0xff) return false
    if (!((trail >= 0x40 && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe))) return false
    i++
  }
  return true
}
