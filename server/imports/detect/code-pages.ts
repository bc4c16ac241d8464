/** What .cpg texts and DBF language bytes mean, as labels a TextDecoder understands. */

/** Encodings are named as people know them: `UTF-8`, `GBK`, `GB18030`, `Big5`, else the WHATWG label. */
const LABEL_BY_CODE_PAGE: Record<string, string> = {
  '65001': 'UTF-8',
  '936': 'GBK',
  '54936': 'GB18030',
  '950': 'Big5',
  '932': 'shift_jis',
  '949': 'euc-kr',
  '866': 'ibm866',
  '874': 'windows-874',
  '1250': 'windows-1250',
  '1251': 'windows-1251',
  '1252': 'windows-1252',
  '1253': 'windows-1253',
  '1254': 'windows-1254',
  '1255': 'windows-1255',
  '1256': 'windows-1256',
  '1257': 'windows-1257',
  '1258': 'windows-1258',
  '20866': 'koi8-r',
}

const LABEL_BY_WORD: Record<string, string> = {
  utf8: 'UTF-8',
  unicode: 'UTF-8',
  gbk: 'GBK',
  gb2312: 'GBK',
  gb231280: 'GBK',
  hzgb2312: 'GBK',
  euccn: 'GBK',
  xgbk: 'GBK',
  chinese: 'GBK',
  gb18030: 'GB18030',
  big5: 'Big5',
  big5hkscs: 'Big5',
  shiftjis: 'shift_jis',
  sjis: 'shift_jis',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  koi8r: 'koi8-r',
  latin1: 'windows-1252',
  ascii: 'windows-1252',
  usascii: 'windows-1252',
}

/** The encoding a .cpg names, or null when it names none this system can decode. */
export function encodingOfCpg(text: string): string | null {
  const compact = text
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
    .replace(/[\s_.-]/g, '')
  const word = LABEL_BY_WORD[compact]
  if (word) return word
  // ESRI spells ISO 8859 parts as 88591, OGR as ISO-8859-1, dBASE drivers as LDID/77.
  const ldid = /^ldid\/?(\d{1,3})$/.exec(compact)?.[1]
  if (ldid) return encodingOfLdid(Number(ldid))?.encoding ?? null
  const iso = /^(?:iso)?8859(\d{1,2})$/.exec(compact)?.[1]
  if (iso) return iso === '1' ? 'windows-1252' : supported(`iso-8859-${iso}`)
  const digits = /^(?:cp|ms|ansi|oem|windows|win|ibm|x)?(\d{3,5})$/.exec(compact)?.[1]
  return digits ? (LABEL_BY_CODE_PAGE[digits] ?? null) : null
}

function supported(label: string): string | null {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return null
  }
}

const LDID_CODE_PAGE: Record<number, string> = {
  0x03: '1252',
  0x13: '932',
  0x26: '866',
  0x4d: '936',
  0x4e: '949',
  0x4f: '950',
  0x50: '874',
  0x58: '1252',
  0x59: '1252',
  0x65: '866',
  0x78: '950',
  0x79: '949',
  0x7a: '936',
  0x7b: '932',
  0x7c: '874',
  0x7d: '1255',
  0x7e: '1256',
  0xc8: '1250',
  0xc9: '1251',
  0xca: '1254',
  0xcb: '1253',
  0xcc: '1257',
}

/**
 * Meaning of the DBF language byte; null for 0 and 0x57, by which programs say “this computer's
 * own code page”, and for the DOS pages nobody decodes any more.
 */
export function encodingOfLdid(ldid: number): { encoding: string } | null {
  const page = LDID_CODE_PAGE[ldid]
  return page ? { encoding: LABEL_BY_CODE_PAGE[page]! } : null
}

/** Label for `TextDecoder`: everything Chinese is read with the superset GB18030. */
export function decoderLabel(encoding: string): string {
  if (/^(gbk|gb2312|gb18030)$/i.test(encoding)) return 'gb18030'
  return encodingOfCpg(encoding)?.toLowerCase() ?? encoding.toLowerCase()
}

/** The encoding a person means (gbk, cp936, utf8, big-5), by the name the system calls it; null for none it decodes. */
export function encodingNamed(text: string): string | null {
  return encodingOfCpg(text.normalize('NFKC')) ?? supported(text.trim().toLowerCase())
}
