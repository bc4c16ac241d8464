import { describe, expect, it } from 'vitest'
import { CAUSE_CLASS, CAUSE_CLASSES, CAUSES_BY_LEDGER, LEDGERS } from '#contract/codes/ledger.ts'
import { CAUSE_CLASS_LABELS } from '#contract/codes/labels.ts'
import { CODE_LISTS } from '#contract/codes/lists.ts'
import { FIELDS } from '#contract/fields.ts'

const repeated = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index)

describe('the field table', () => {
  it('names every field once on the wire, in the database and in a DBF', () => {
    expect(repeated(FIELDS.map((field) => field.wire))).toEqual([])
    expect(repeated(FIELDS.map((field) => field.column))).toEqual([])
    expect(repeated(FIELDS.map((field) => field.dbf))).toEqual([])
  })

  it('keeps DBF names within ten ASCII bytes', () => {
    expect(FIELDS.filter((field) => !/^[A-Z0-9_]{1,10}$/.test(field.dbf)).map((field) => field.wire)).toEqual(
      [],
    )
  })

  it('never lets two fields of one ledger claim the same alias', () => {
    for (const ledger of LEDGERS) {
      const names = FIELDS.filter((field) => !field.ledger || field.ledger === ledger).flatMap((field) => [
        ...new Set([field.zh, field.dbf, ...(field.aliases ?? [])].map((name) => name.toUpperCase())),
      ])
      expect(repeated(names)).toEqual([])
    }
  })

  it('gives every code field a list with a Chinese and an English label for each value', () => {
    for (const field of FIELDS.filter((candidate) => candidate.type === 'code')) {
      const list = CODE_LISTS[field.codes ?? '']
      expect(list, field.wire).toBeDefined()
      for (const value of list!.values)
        expect(list!.labels[value]?.zh && list!.labels[value]?.en, value).toBeTruthy()
    }
  })

  it('asks for the four facts the plan names: location, area, ownership, planned use', () => {
    expect(FIELDS.filter((field) => field.required).map((field) => field.wire)).toEqual([
      'location',
      'documentAreaM2',
      'ownership',
      'plannedUse',
    ])
  })
})

describe('the legend', () => {
  it('has a class for every cause of every ledger, and a label for every class', () => {
    for (const ledger of LEDGERS) {
      for (const cause of CAUSES_BY_LEDGER[ledger])
        expect(CAUSE_CLASSES).toContain(CAUSE_CLASS[ledger][cause])
    }
    for (const cls of CAUSE_CLASSES) expect(CAUSE_CLASS_LABELS[cls]?.zh).toBeTruthy()
  })

  it('draws force majeure with government and keeps the ledgers’ palettes apart', () => {
    expect(CAUSE_CLASS.idle.force_majeure).toBe('government')
    const idle = new Set(Object.values(CAUSE_CLASS.idle))
    expect(Object.values(CAUSE_CLASS.approved_unsupplied).filter((cls) => idle.has(cls))).toEqual([])
  })
})
