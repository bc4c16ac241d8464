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

describe('a row without a document area', () => {
  const converted = (
    ledger: 'approved_unsupplied' | 'idle',
    cells: Record<string, string | number | null>,
    fields: Record<string, string>,
  ) => {
    const mapping = Object.entries(fields).map(([source, field]) => ({ source, field, unit: 'm2' as const }))
    return rowConverter({ mapping, ledger, fallbackLedger: ledger, towns })(cells, null)
  }
  const UNSUPPLIED = { 批准: 'approvedAreaM2', 未供: 'unsuppliedAreaM2', 面积: 'documentAreaM2' }

  it.each([
    ['剩余未供面积 first', { 批准: 900, 未供: 100 }, 100, '未供'],
    ['批准面积 where nothing is left to supply', { 批准: 900, 未供: 0 }, 900, '批准'],
    ['批准面积 where it is alone', { 批准: 900 }, 900, '批准'],
    ['its own where it has one', { 批准: 900, 未供: 100, 面积: 500 }, 500, undefined],
    ['nothing where its own could not be read', { 批准: 900, 面积: '待核' }, undefined, undefined],
    ['nothing where there is nothing', { 批准: null, 未供: 0 }, undefined, undefined],
  ])('takes %s', (_how, cells, areaM2, column) => {
    const row = converted('approved_unsupplied', cells, UNSUPPLIED)
    expect([row.columns['document_area_m2'], row.areaFrom?.column]).toEqual([areaM2, column])
  })

  it('of idle land takes 供应面积, and no figure of the other ledger', () => {
    const fields = { 供应: 'supplyAreaM2', 批准: 'approvedAreaM2' }
    expect(converted('idle', { 供应: 700, 批准: 900 }, fields)).toMatchObject({
      columns: { document_area_m2: 700, supply_area_m2: 700 },
      areaFrom: { wire: 'supplyAreaM2', column: '供应' },
    })
    expect(converted('idle', { 批准: 900 }, fields).areaFrom).toBeNull()
  })
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
