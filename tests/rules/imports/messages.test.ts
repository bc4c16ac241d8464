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

const IMPORTS = join(import.meta.dirname, '../../../server/imports')
const sourcesOf = (folder: string): string =>
  readdirSync(join(IMPORTS, folder))
    .map((name) => readFileSync(join(IMPORTS, folder, name), 'utf8'))
    .join('\n')

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
