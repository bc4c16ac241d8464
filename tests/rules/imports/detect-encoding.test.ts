import { describe, expect, it } from 'vitest'
import { createEncodingJudge, detectTextEncoding } from '../../../server/imports/detect/encoding.ts'
import { encodingNamed, encodingOfCpg } from '../../../server/imports/detect/code-pages.ts'
import { charactersLost, encodeText, type TextEncoding } from '../../../server/kernel/text-encoding.ts'

const LAND = [
  '鄂托克前旗敖勒召其镇',
  '批而未供',
  '闲置土地',
  '国有建设用地使用权',
  '工业用地',
  '上海庙经济开发区',
]
const TRADITIONAL = ['國有建設用地', '閒置土地', '臺北市信義區', '經濟開發區', '測量成果']

function judge(
  texts: readonly (string | Buffer)[],
  encoding: TextEncoding,
  declared: { cpg?: string; ldid?: number } = {},
) {
  const encodings = createEncodingJudge()
  for (const text of texts) {
    const bytes = Buffer.isBuffer(text) ? text : encodeText(text, encoding)
    encodings.addRow([{ bytes, fillsField: false }])
  }
  return encodings.decide(declared)
}

const saidBy = (detection: ReturnType<typeof judge>, source: string) =>
  detection.evidence.find((evidence) => evidence.source === source)

describe('the encoding of a DBF', () => {
  it.each(['UTF-8', 'GBK'] as const)('is told as %s from its bytes alone', (encoding) => {
    expect(judge(LAND, encoding).encoding).toBe(encoding)
  })

  it('is Big5 where the characters are common ones in Big5 only', () => {
    expect(judge(TRADITIONAL, 'Big5').encoding).toBe('Big5')
    expect(judge(TRADITIONAL, 'GBK').encoding).toBe('GBK')
    expect(judge(LAND, 'GBK', { cpg: 'Big5' }).encoding).toBe('GBK')
  })

  it.each([{ ldid: 0x4f }, { cpg: 'Big5' }, {}])(
    'is Big5 although many trail bytes are ASCII letters, declared as %j',
    (declared) => {
      const rows = Array.from({ length: 8 }, (_, row) => `上海廟鎮第${row + 1}號閒置土地，臺帳測試`)
      const detection = judge(rows, 'Big5', declared)
      expect(detection.encoding).toBe('Big5')
      expect(detection.candidates[0]).toMatchObject({ encoding: 'Big5', malformedCount: 0 })
      expect(detection.candidates[0]!.sampleRows[0]).toEqual([rows[0]])
      expect(detection.candidates.map(({ encoding }) => encoding)).toContain('GBK')
      for (const row of rows) expect(judge([row], 'Big5', declared).encoding).toBe('Big5')
      expect(judge(['閒置', '臺帳'], 'Big5', { ...declared, cpg: 'Big5' }).encoding).toBe('Big5')
    },
  )

  it('stays GBK with many trail bytes below 0x80', () => {
    const rows = ['上海廟鎮第1號閒置土地，臺帳測試', '垚墕峁塬壩圪堵', '國有建設用地臺帳']
    expect(judge(rows, 'GBK').encoding).toBe('GBK')
    expect(judge(rows, 'GBK', { ldid: 0x4d }).encoding).toBe('GBK')
  })

  it('stays Western where accents follow each other closely', () => {
    const latin = ['Été à Ñuñoa', 'Générosité', 'Ação São João', 'Œuvre d’été'].map((text) =>
      Buffer.from(text, 'latin1'),
    )
    expect(judge(latin, 'UTF-8').encoding).toBe('windows-1252')
  })

  it('is GB18030 only with four-byte characters', () => {
    expect(judge(LAND, 'GB18030').encoding).toBe('GBK')
    expect(judge([...LAND, '㐀㐁'], 'GB18030').encoding).toBe('GB18030')
  })

  it('is UTF-8 when there is nothing but ASCII, whatever is declared', () => {
    const detection = judge(['D1', 'D2'], 'GBK', { cpg: 'GBK', ldid: 0x4d })
    expect(detection.encoding).toBe('UTF-8')
    expect(detection.candidates).toEqual([])
    expect(detection.evidence.map(({ code, agrees }) => [code, agrees])).toEqual([
      ['cpg_declares', true],
      ['ldid_declares', true],
      ['ascii_only', true],
    ])
  })

  it.each([
    ['UTF-8', 'GBK', { cpg: 'GBK' }],
    ['UTF-8', 'GBK', { ldid: 0x4d }],
    ['UTF-8', 'ISO-8859-1', { cpg: 'ISO-8859-1' }],
    ['GBK', 'UTF-8', { cpg: 'UTF-8' }],
    ['GBK', 'windows-1252', { cpg: '1252', ldid: 0x03 }],
    ['GBK', 'Big5', { ldid: 0x78 }],
  ] as const)(
    'is %s by its bytes although %s is declared, and both are told',
    (encoding, _said, declared) => {
      const detection = judge(LAND, encoding, declared)
      expect(detection.encoding).toBe(encoding)
      const declarations = detection.evidence.filter(({ source }) => source === 'cpg' || source === 'ldid')
      expect(declarations.length).toBeGreaterThan(0)
      expect(declarations.every(({ agrees }) => !agrees)).toBe(true)
      expect(saidBy(detection, 'bytes')!.agrees).toBe(true)
    },
  )

  it('follows the bytes when .cpg and language byte contradict each other', () => {
    const detection = judge(LAND, 'GBK', { cpg: 'UTF-8', ldid: 0x4d })
    expect(detection.encoding).toBe('GBK')
    expect(saidBy(detection, 'cpg')!.agrees).toBe(false)
    expect(saidBy(detection, 'ldid')!.agrees).toBe(true)
  })

  it('stays Western for Western text', () => {
    const latin = ['Montréal', 'São Paulo', 'Besançon'].map((text) => Buffer.from(text, 'latin1'))
    expect(judge(latin, 'UTF-8', { cpg: 'ISO-8859-1' }).encoding).toBe('windows-1252')
    expect(judge(latin, 'UTF-8').encoding).toBe('windows-1252')
    expect(judge(latin, 'UTF-8', { cpg: '1250' }).encoding).toBe('windows-1250')
  })

  it('is not lost to one damaged value among many', () => {
    const many = Array.from({ length: 60 }, (_, index) => LAND[index % LAND.length]!)
    const broken = encodeText('鄂托克前旗', 'UTF-8').subarray(1)
    const detection = judge([...many, broken], 'UTF-8')
    expect(detection.encoding).toBe('UTF-8')
    expect(detection.candidates[0]!.malformedCount).toBe(1)
    const brokenGbk = Buffer.concat([encodeText('鄂托克', 'GBK'), Buffer.from([0xff])])
    expect(judge([...many, brokenGbk], 'GBK').encoding).toBe('GBK')
  })

  it('is not UTF-8 for a few GBK words that happen to be valid in it', () => {
    // 联 is C1 AA in GBK, which strict UTF-8 refuses; 通 (CD A8) and 奶 (C4 CC) are the kind it accepts.
    const accident = Buffer.from([0xcd, 0xa8, 0xd1, 0xb6])
    expect(new TextDecoder('gbk').decode(accident)).toBe('通讯')
    expect(judge([accident], 'GBK', { ldid: 0x4d }).encoding).toBe('GBK')
  })

  it('shows the same rows in every candidate', () => {
    const detection = judge(LAND, 'GBK', { cpg: 'UTF-8' })
    expect(detection.candidates.map(({ encoding }) => encoding)).toEqual(['GBK', 'UTF-8', 'Big5'])
    const [gbk, utf8] = detection.candidates
    expect(gbk!.sampleRows.flat()).toEqual(LAND.slice(0, 5))
    expect(utf8!.sampleRows.flat()[0]).toContain('\ufffd')
    expect([gbk!.malformedCount, utf8!.malformedCount]).toEqual([0, LAND.length])
  })

  it('is not read from a web page saved as .cpg', () => {
    expect(judge(LAND, 'GBK', { cpg: '<!DOCTYPE html><html></html>' }).evidence[0]!.code).toBe('cpg_html')
  })
})

describe('.cpg spellings', () => {
  it.each([
    ['UTF-8', 'UTF-8'],
    ['\ufeffutf8\r\n', 'UTF-8'],
    ['65001', 'UTF-8'],
    ['936', 'GBK'],
    ['CP936', 'GBK'],
    ['gb2312', 'GBK'],
    ['GB18030', 'GB18030'],
    ['Big-5', 'Big5'],
    ['950', 'Big5'],
    ['ANSI 1250', 'windows-1250'],
    ['88591', 'windows-1252'],
    ['ISO-8859-2', 'iso-8859-2'],
    ['LDID/77', 'GBK'],
    ['SYSTEM', null],
    ['', null],
  ])('%j means %s', (text, encoding) => {
    expect(encodingOfCpg(text)).toBe(encoding)
  })
})

describe('the encodings a person may choose', () => {
  it.each([
    ['UTF-8', 'UTF-8'],
    ['utf8', 'UTF-8'],
    ['ＵＴＦ８', 'UTF-8'],
    ['gbk', 'GBK'],
    ['gb2312', 'GBK'],
    ['GB 2312-80', 'GBK'],
    ['cp936', 'GBK'],
    ['936', 'GBK'],
    ['gb18030', 'GB18030'],
    ['big-5', 'Big5'],
    ['windows-1252', 'windows-1252'],
    ['iso-8859-2', 'iso-8859-2'],
  ])('%j is %s', (text, encoding) => {
    expect(encodingNamed(text)).toBe(encoding)
  })

  // “ANSI” is a different encoding on every computer.
  it.each(['', 'klingon', '../x', 'ansi'])('have no %j', (encoding) => {
    expect(encodingNamed(encoding)).toBeNull()
  })
})

describe('text files', () => {
  it.each([
    [Buffer.from('\ufeff坐标', 'utf8'), 'UTF-8'],
    [Buffer.from('\ufeff坐标', 'utf16le'), 'UTF-16LE'],
    [encodeText('[属性描述]\r\n坐标系=2000国家大地坐标系\r\n', 'GBK'), 'GBK'],
    [encodeText('[属性描述]\n坐标系=2000国家大地坐标系\n', 'UTF-8'), 'UTF-8'],
  ])('are decoded by mark or bytes (%#)', (bytes, encoding) => {
    const detection = detectTextEncoding(bytes)
    expect(detection.encoding).toBe(encoding)
    expect(detection.text).toContain('坐标')
  })
})

describe('encoding text', () => {
  it.each(['GBK', 'GB18030', 'Big5'] as const)('to %s gives what its decoder reads back', (encoding) => {
    const text = encoding === 'Big5' ? TRADITIONAL.join() : `${LAND.join()}€镕`
    expect(
      new TextDecoder(encoding === 'GBK' ? 'gb18030' : encoding.toLowerCase()).decode(
        encodeText(text, encoding),
      ),
    ).toBe(text)
  })

  it('tells which characters an encoding lacks', () => {
    expect(charactersLost('鄂托克㐀😀', 'GBK')).toEqual(['㐀', '😀'])
    expect(charactersLost('鄂托克㐀😀', 'GB18030')).toEqual([])
    expect(new TextDecoder('gb18030').decode(encodeText('㐀😀é', 'GB18030'))).toBe('㐀😀é')
  })
})
