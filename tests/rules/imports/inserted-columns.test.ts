import { describe, expect, it } from 'vitest'
import { EDITABLE_FIELDS, type FieldDefinition } from '#contract/fields.ts'
import { rowConverter } from '../../../server/imports/mapping/convert.ts'
import { TownFinder } from '../../../server/imports/mapping/towns.ts'
import { insertedColumns } from '../../../server/imports/matching/columns.ts'

const towns = new TownFinder([{ code: '150623100', name: '敖勒召其镇', aliases: [] }])

/** Cells that make a field fill itself, and those that make it fill another one. */
const CELLS: Record<FieldDefinition['type'], (string | number | boolean)[]> = {
  text: ['敖勒召其镇示例村', '12'],
  code: ['政府原因', '说不清的原因', '敖勒召其镇', '国有'],
  date: ['2022-09-07', '2022'],
  area: [12.5, '3.2公顷'],
  money: [100, '12.5万元'],
  number: [1.5],
  integer: [2022, '2022年'],
  boolean: ['是'],
}

describe('the columns an import inserts', () => {
  it.each(EDITABLE_FIELDS.map((field) => [field.wire, field] as const))(
    'hold whatever a column mapped to %s can fill',
    (wire, field) => {
      const mapping = [{ source: '列', field: wire, confidence: 1, samples: [] }] as never
      for (const ledger of ['approved_unsupplied', 'idle'] as const) {
        const convert = rowConverter({ mapping, ledger, fallbackLedger: ledger, towns })
        for (const cell of CELLS[field.type])
          expect(insertedColumns(mapping)).toEqual(
            expect.arrayContaining(Object.keys(convert({ 列: cell }, null).columns)),
          )
      }
    },
  )
})

describe('a measure of the other ledger', () => {
  it('is told, and its words stay with the parcel', () => {
    const mapping = [{ source: '处置方式', field: 'measure', confidence: 1, samples: [] }] as never
    const convert = rowConverter({ mapping, ledger: 'idle', fallbackLedger: 'idle', towns })
    const row = convert({ 处置方式: '撤回批文' }, null)
    expect(row.columns).not.toHaveProperty('measure')
    expect(row.extra).toEqual({ 处置方式: '撤回批文' })
    expect(row.issues.map((found) => found.code)).toEqual(['measure_not_of_ledger'])
  })
})
