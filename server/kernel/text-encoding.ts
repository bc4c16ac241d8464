/**
 * Text to bytes in the encodings Chinese desktop programs expect. The platform decodes them all
 * but encodes UTF-8 only, so the tables are turned round from its decoders, once, on first use.
 */
export const TEXT_ENCODINGS = ['UTF-8', 'GBK', 'GB18030', 'Big5'] as const
export type TextEncoding = (typeof TEXT_ENCODINGS)[number]

const doubleByteTables = new Map<string, Map<number, number>>()

/** Code point → two bytes as one number, for every pair the decoder of `label` knows. */
function doubleByteTable(label: 'gbk' | 'big5'): Map<number, number> {
  const known = doubleByteTables.get(label)
  if (known) return known
  const decoder = new TextDecoder(label)
  const table = new Map<number, number>()
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      const text = decoder.decode(Uint8Array.of(lead, trail))
      const codePoint = text.codePointAt(0)!
      const isOneCharacter = text.length === (codePoint > 0xffff ? 2 : 1)
      if (!isOneCharacter || codePoint === 0xfffd || codePoint < 0x80) continue
      // The private-use area is where GBK parks its unassigned pairs: no character to write.
      if (codePoint >= 0xe000 && codePoint <= 0xf8ff) continue
      if (!table.has(codePoint)) table.set(codePoint, (lead << 8) | trail)
    }
  }
  // The euro came to GBK after the decoder's table was made.
  if (label === 'gbk') table.set(0x20ac, 0xa2e3)
  doubleByteTables.set(label, table)
  return table
}

/** GB18030 numbers the code points GBK lacks in order; ranges are learned from the decoder. */
let fourByteTable: Map<number, number> | null = null

function fourByteOf(codePoint: number): number[] | null {
  if (codePoint >= 0x10000) return fourBytes(189_000 + codePoint - 0x10000)
  fourByteTable ??= learnFourByteTable()
  const linear = fourByteTable.get(codePoint)
  return linear === undefined ? null : fourBytes(linear)
}

function learnFourByteTable(): Map<number, number> {
  const decoder = new TextDecoder('gb18030')
  const table = new Map<number, number>()
  // 39,420 linear numbers cover the basic plane (GB 18030 four-byte area 1).
  for (let linear = 0; linear < 39_420; linear++) {
    const text = decoder.decode(Uint8Array.from(fourBytes(linear)))
    if (text.length === 1 && text !== '\ufffd') table.set(text.charCodeAt(0), linear)
  }
  return table
}

function fourBytes(linear: number): number[] {
  return [
    0x81 + Math.floor(linear / 12_600),
    0x30 + (Math.floor(linear / 1_260) % 10),
    0x81 + (Math.floor(linear / 10) % 126),
    0x30 + (linear % 10),
  ]
}

/** Characters the encoding lacks become `?`; `charactersLost` tells beforehand. */
export function encodeText(text: string, encoding: TextEncoding): Buffer {
  if (encoding === 'UTF-8') return Buffer.from(text, 'utf8')
  const table = doubleByteTable(encoding === 'Big5' ? 'big5' : 'gbk')
  const bytes: number[] = []
  for (const character of text) {
    const codePoint = character.codePointAt(0)!
    const pair = table.get(codePoint)
    if (codePoint < 0x80) bytes.push(codePoint)
    else if (pair !== undefined) bytes.push(pair >> 8, pair & 0xff)
    else bytes.push(...((encoding === 'GB18030' ? fourByteOf(codePoint) : null) ?? [0x3f]))
  }
  return Buffer.from(bytes)
}

/** Characters of `text` that `encoding` has no code for, each once. */
export function charactersLost(text: string, encoding: TextEncoding): string[] {
  if (encoding === 'UTF-8' || encoding === 'GB18030') return []
  const table = doubleByteTable(encoding === 'Big5' ? 'big5' : 'gbk')
  const lost = new Set<string>()
  for (const character of text) {
    const codePoint = character.codePointAt(0)!
    if (codePoint >= 0x80 && !table.has(codePoint)) lost.add(character)
  }
  return [...lost]
}
