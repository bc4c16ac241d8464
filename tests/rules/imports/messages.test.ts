import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import titlesEn from '../../../client/text/en/import-issues.ts'
import titlesZh from '../../../client/text/zh-CN/import-issues.ts'
import { FILE_FAULT_CODES, LAYER_NOTE_CODES, ROW_FAULTS } from '../../../server/imports/formats/types.ts'
import { EVIDENCE_EN } from '../../../server/imports/messages/evidence.en.ts'
import { EVIDENCE_ZH } from '../../../server/imports/messages/evidence.zh.ts'
import { FAULTS } from '../../../server/imports/messages/faults.ts'
import { ISSUES_EN } from '../../../server/imports/messages/issues.en.ts'
import { ISSUES_ZH } from '../../../server/imports/messages/issues.zh.ts'
import { issueSentence } from '../../../server/imports/messages/say.ts'
import type { IssueRow } from '../../../server/imports/issues.ts'

const IMPORTS = join(import.meta.dirname, '../../../server/imports')
const sourcesOf = (folder: string): string =>
  readdirSync(join(IMPORTS, folder))
    .map((name) => readFileSync(join(IMPORTS, folder, name), 'utf8'))
    .join('\n')

const issueOf = (code: string, documentM2: number, planeM2: number): IssueRow => ({
  row: 1,
  field: 'documentAreaM2',
  code,
  severity: 'warning',
  value: null,
  params: { documentM2, planeM2 },
  lon: null,
  lat: null,
  x: null,
  y: null,
  other_row: null,
  other_parcel_id: null,
  other_label: null,
  area_m2: planeM2,
  severity_rank: 1,
  seq: 1,
})

const placeholders = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort()

describe('sentences of an import', () => {
  it('are there for everything the readers report', () => {
    expect(Object.keys(ISSUES_ZH)).toEqual(
      expect.arrayContaining([...Object.keys(ROW_FAULTS), ...LAYER_NOTE_CODES]),
    )
    expect(Object.keys(FAULTS)).toEqual(expect.arrayContaining([...FILE_FAULT_CODES]))
  })

  it('are there for every code the checks and the detection name', () => {
    const codes = [
      ...`${sourcesOf('checks')}${sourcesOf('pipeline')}`.matchAll(/\bcode: '([a-z_]+)', ?severity/g),
    ]
    for (const [, code] of codes) expect(ISSUES_ZH, code).toHaveProperty(code!)
    const evidence = sourcesOf('detect').matchAll(
      /from(?:Values|Declared)\((?:declared, )?'(?:crs|datum|axis)?'?,? ?'([a-z0-9_]+)'/g,
    )
    for (const [, code] of evidence) expect(EVIDENCE_ZH, code).toHaveProperty(code!)
  })

  it('have a short title on the screen for every code', () => {
    for (const titles of [titlesZh, titlesEn])
      expect(Object.keys(titles).sort()).toEqual(Object.keys(ISSUES_ZH).sort())
  })

  it('say the same in both languages', () => {
    for (const [code, zh] of Object.entries(ISSUES_ZH))
      expect(placeholders(ISSUES_EN[code as keyof typeof ISSUES_EN]), code).toEqual(placeholders(zh))
    for (const [code, zh] of Object.entries(EVIDENCE_ZH))
      expect(placeholders(EVIDENCE_EN[code as keyof typeof EVIDENCE_EN]), code).toEqual(placeholders(zh))
    for (const [code, { zh, en }] of Object.entries(FAULTS))
      expect(placeholders(en), code).toEqual(placeholders(zh))
  })
})

describe('how far document and shape lie apart', () => {
  it.each([
    ['area_differs_slightly', 10_000, 10_050, '相差 0.5%', '0.5% apart'],
    ['area_differs', 10_000, 9_700, '相差 3%', '3% apart'],
    ['area_differs', 10_000, 20_000, '相差 100%', '100% apart'],
    ['area_differs', 10_000, 20_100, '图形面积是文件面积的 2.01 倍', 'the shape is 2.01 times the document'],
    ['area_differs', 10_000, 5_000, '相差 50%', '50% apart'],
    ['area_differs', 10_000, 4_000, '文件面积是图形面积的 2.5 倍', 'the document is 2.5 times the shape'],
    ['area_differs', 10, 15_000, '图形面积是文件面积的 1,500 倍', 'the shape is 1,500 times the document'],
    [
      'area_unit_suspected',
      1_000,
      15_000,
      '图形面积是文件面积的 15 倍，疑似',
      'the shape is 15 times the document',
    ],
    ['area_differs', 0, 10_000, '相差 10,000 平方米（15 亩）', '10,000 m² (15 mu) apart'],
  ])('%s of %d against %d m²', (code, documentM2, planeM2, zh, en) => {
    const issue = issueOf(code, documentM2, planeM2)
    const said = issueSentence(issue, null, 'zh')
    expect(said).toContain(zh)
    expect(issueSentence(issue, null, 'en')).toContain(en)
  })
})
