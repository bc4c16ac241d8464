import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CAUSE_LABELS, LEDGER_LABELS, STATUS_LABELS } from '#contract/codes/labels.ts'
import { CAUSES, LEDGERS, STATUSES } from '#contract/codes/ledger.ts'

const rows = readFileSync(new URL('../../../server/contract/GLOSSARY.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

const chineseOf = (code: string): string | undefined =>
  rows.find((cells) => cells[3]?.split(' ').includes(`\`${code}\``))?.[1]

describe('the glossary', () => {
  it.each([
    ...LEDGERS.map((code) => [code, LEDGER_LABELS[code]!.zh]),
    ...STATUSES.map((code) => [code, STATUS_LABELS[code]!.zh]),
    ...CAUSES.map((code) => [code, CAUSE_LABELS[code]!.zh]),
  ])('names %s as the screen does', (code, zh) => {
    expect(chineseOf(code)).toBe(zh)
  })

  it('gives no code to two concepts', () => {
    const codes = rows.flatMap((cells) => cells[3]?.match(/`[a-zA-Z_0-9]+`/g) ?? [])
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
  })
})
