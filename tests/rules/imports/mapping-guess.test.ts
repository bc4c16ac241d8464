import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIELDS } from '#contract/fields.ts'
import { areaStandIns } from '../../../server/imports/mapping/area-stand-ins.ts'
import { guessMapping } from '../../../server/imports/mapping/guess.ts'
import { guessLedger } from '../../../server/imports/mapping/ledger.ts'
import { bareName, cutNames, NameIndex, unitOfName } from '../../../server/imports/mapping/names.ts'
import type { ColumnProfile } from '../../../server/imports/mapping/profile.ts'
import { TownFinder } from '../../../server/imports/mapping/towns.ts'
import { guessAreaUnit } from '../../../server/imports/mapping/units.ts'

const towns = new TownFinder([{ code: '150623100', name: '敖勒召其镇', aliases: [] }])
const column = (name: string, values: (string | number | null)[] = []): ColumnProfile => ({
  source: name,
  name,
  isFromTable: false,
  values,
})
const guess = (
  columns: ColumnProfile[],
  ledger: 'idle' | 'approved_unsupplied',
  areasM2: (number | null)[] = [],
) =>
  Object.fromEntries(
    guessMapping(columns, { ledger, towns, areasM2 }).mapping.map((entry) => [entry.source, entry.field]),
  )

describe('columns find their fields', () => {
  it.each([
    ['约定动工日', 'agreedCommencementOn', 'idle'],
    ['国有建设用', 'holder', 'idle'],
    ['剩余未供面', 'unsuppliedAreaM2', 'approved_unsupplied'],
    ['土地坐', 'location', 'idle'],
    ['电子监', 'supervisionNo', 'idle'],
    ['DKMC', 'name', 'idle'],
    ['QSXZ', 'ownership', 'idle'],
    ['land_use', 'plannedUse', 'idle'],
    ['约定动工_1', 'agreedCommencementOn', 'idle'],
    ['用地面积（公顷）', 'documentAreaM2', 'idle'],
    ['宗地面积(亩)', 'documentAreaM2', 'idle'],
    ['项目（地块）名称', 'name', 'idle'],
    ['项目(地块)名称', 'name', 'idle'],
    ['ＤＫＭＣ', 'name', 'idle'],
  ] as const)('%s fills %s', (name, field, ledger) => {
    expect(guess([column(name)], ledger)[name]).toBe(field)
  })

  it('gives one field to one column only, the better name first', () => {
    expect(guess([column('面积'), column('文件面积'), column('宗地面积')], 'idle')).toMatchObject({
      文件面积: 'documentAreaM2',
      面积: null,
      宗地面积: null,
    })
  })

  it('prefers a filled column of a weaker name to an empty one', () => {
    expect(guess([column('文件面积', [null, null]), column('面积', [1, 2])], 'idle')).toMatchObject({
      面积: 'documentAreaM2',
    })
  })

  it('knows some fields by their values alone', () => {
    const mapping = guess(
      [
        column('字段1', ['1506232019B00123', '1506232020A00007']),
        column('字段2', ['敖勒召其镇', '敖勒召其镇']),
        column('字段3', ['国有', '集体']),
        column('字段4', ['工业用地', '城镇住宅用地']),
        column('字段5', ['内政土发〔2015〕12号', '内政土发〔2016〕7号']),
        column('字段6', [10_000, 20_100]),
      ],
      'idle',
      [10_001, 20_100],
    )
    expect(mapping).toEqual({
      字段1: 'supervisionNo',
      字段2: 'townCode',
      字段3: 'ownership',
      字段4: 'plannedUse',
      字段5: 'approvalNo',
      字段6: 'documentAreaM2',
    })
  })

  it('puts whole sentences under 原因 into the cause in words', () => {
    const column1 = column('原因', ['企业资金链断裂，尚未开工建设', '规划道路没有修通，进不了场'])
    expect(guess([column1], 'idle')).toEqual({ 原因: 'causeDetail' })
  })

  it('does not map the fields of the other ledger', () => {
    expect(guess([column('合同编号')], 'approved_unsupplied')).toEqual({ 合同编号: null })
  })

  it('never fails, whatever columns are called', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 12 }), (names) => {
        const unique = [...new Set(names)]
        const { mapping } = guessMapping(
          unique.map((name) => column(name, ['1', '是', null])),
          { ledger: 'idle', towns, areasM2: [1, null, 2] },
        )
        const fields = mapping.flatMap((entry) => (entry.field ? [entry.field] : []))
        expect(mapping).toHaveLength(unique.length)
        expect(new Set(fields).size).toBe(fields.length)
      }),
      { seed: 150_623, numRuns: 200 },
    )
  })
})

describe('names', () => {
  it('are cut to ten bytes in GBK and in UTF-8', () => {
    expect(cutNames('约定动工日期')).toEqual(['约定动工日', '约定动'])
    expect(cutNames('面积')).toEqual([])
  })

  it('lose units and punctuation', () => {
    expect(bareName(' 用地面积（公顷） ')).toBe('用地面积')
    expect([
      unitOfName('面积（亩）'),
      unitOfName('面积㎡'),
      unitOfName('area_ha'),
      unitOfName('价款(万元)'),
      unitOfName('面积'),
    ]).toEqual(['mu', 'm2', 'ha', 'wan_yuan', null])
  })

  it('of every field find the field again, whole and by DBF name', () => {
    for (const ledger of ['idle', 'approved_unsupplied'] as const) {
      const index = new NameIndex(ledger)
      for (const field of FIELDS) {
        if (field.readOnly || (field.ledger && field.ledger !== ledger)) continue
        for (const name of [field.zh, field.dbf])
          expect(
            index.find(name).map((entry) => entry.field.wire),
            name,
          ).toContain(field.wire)
      }
    }
  })
})

describe('units of area columns', () => {
  const areas = [10_000, 20_000, 30_000]
  it.each([
    [[15, 30, 45], 'mu'],
    [[1, 2, 3], 'ha'],
    [[10_000, 20_000, 30_000], 'm2'],
  ] as const)('%j against hectare-sized shapes is %s', (values, unit) => {
    expect(guessAreaUnit(column('面积', [...values]), areas)).toMatchObject({
      unit,
      by: 'shapes',
      fitShare: 1,
    })
  })

  it('believe the shapes when the header is refuted', () => {
    expect(guessAreaUnit(column('面积（亩）', [1, 2, 3]), areas)).toMatchObject({ unit: 'ha', refuted: 'mu' })
  })

  it('believe the header when nothing speaks clearly', () => {
    expect(guessAreaUnit(column('面积（亩）', [7, 9, 11]), areas)).toMatchObject({ unit: 'mu', by: 'name' })
  })
})

describe('what speaks for the units', () => {
  const areasM2 = [10_000, 20_000, 30_000]
  const evidenceOf = (...columns: ColumnProfile[]) =>
    guessMapping(columns, { ledger: 'approved_unsupplied', towns, areasM2 }).evidence.map(
      ({ source, code }) => [source, code],
    )

  it('is told of every area column', () => {
    expect(
      evidenceOf(
        column('文件面积', [15, 30, 45]),
        column('批准面积（亩）', [500, 500, 500]),
        column('剩余未供面积', ['1公顷', '2公顷', '3公顷']),
        column('撤回面积', [7, 9, 11]),
        column('备注', ['无异议', '无', '无']),
      ),
    ).toEqual([
      ['文件面积', 'unit_by_shapes'],
      ['批准面积（亩）', 'unit_by_name'],
      ['剩余未供面积', 'unit_by_cells'],
      ['撤回面积', 'unit_by_default'],
    ])
  })

  it('is nothing where there are only zeros', () => {
    expect(evidenceOf(column('已供面积', [0, 0, null]))).toEqual([])
  })
})

describe('the column that stands in for the document area', () => {
  const areasM2 = [10_000, 20_000, 30_000]
  const standInsOf = (approved: number[], unsupplied: number[]): readonly string[] => {
    const columns = [column('批准面积（公顷）', approved), column('剩余未供面积（公顷）', unsupplied)]
    const { mapping } = guessMapping(columns, { ledger: 'approved_unsupplied', towns, areasM2 })
    return areaStandIns(mapping, columns, areasM2).approved_unsupplied
  }

  it('is 剩余未供面积, unless 批准面积 is what fits the shapes', () => {
    expect(standInsOf([9, 9, 9], [1, 2, 3])[0]).toBe('unsuppliedAreaM2')
    expect(standInsOf([9, 9, 9], [0.4, 0.3, 0.2])[0]).toBe('unsuppliedAreaM2')
    expect(standInsOf([1, 2, 3], [1, 2, 3])[0]).toBe('unsuppliedAreaM2')
    expect(standInsOf([1, 2, 3], [0.4, 0.3, 0.2])[0]).toBe('approvedAreaM2')
  })
})

describe('the ledger of a file', () => {
  it('is what its column says', () => {
    expect(guessLedger([column('台账类别', ['闲置土地', '闲置'])], [])).toMatchObject({
      ledger: 'idle',
      isMixed: false,
    })
    expect(guessLedger([column('台账类别', ['闲置土地', '批而未供'])], []).isMixed).toBe(true)
  })
  it('else what its columns belong to', () => {
    expect(guessLedger([column('约定动工日'), column('使用权人')], []).ledger).toBe('idle')
    expect(guessLedger([column('批次名称'), column('已供面积')], []).ledger).toBe('approved_unsupplied')
  })
  it('else 批而未供, and says that it does not know', () => {
    const guessed = guessLedger([column('FID')], ['a.shp'])
    expect([guessed.ledger, guessed.evidence[0]!.code]).toEqual(['approved_unsupplied', 'ledger_default'])
  })
})
