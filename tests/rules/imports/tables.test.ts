import { describe, expect, it } from 'vitest'
import { parseCsv } from '../../../server/imports/tables/csv.ts'
import { bestTable, tableOfSheet } from '../../../server/imports/tables/header.ts'
import { findKeys, keyOf, TableJoiner } from '../../../server/imports/tables/join.ts'
import type { SheetGrid } from '../../../server/imports/tables/ledger-table.ts'

const LEDGER: SheetGrid = [
  ['示例旗闲置土地台账', null, null, null, null],
  [null, null, null, null, '单位：亩、万元'],
  ['序号', '地块编号', '项目名称', '面积', '约定动工时间'],
  [1, 'XZ-001', '甲', 15.5, '2020-03-04'],
  [2, 'XZ-002', '乙', 12, '2020.3'],
  [null, null, null, null, null],
  ['小计', null, null, 27.5, null],
  ['序号', '地块编号', '项目名称', '面积', '约定动工时间'],
  [3, 'XZ-003', '丙', 8, null],
  ['合计', null, null, 35.5, null],
  ['填表人：', '某', null, '审核人：', '某'],
]

describe('a ledger table', () => {
  it('has its header under the merged title, its unit line read and its totals left out', () => {
    const table = tableOfSheet({ name: 'Sheet1', grid: LEDGER }, 'a.xlsx')!
    expect(table).toMatchObject({ headerRow: 3, areaUnit: 'mu', moneyUnit: 'wan_yuan', skippedTotals: 2 })
    expect(table.columns).toEqual(['地块编号', '项目名称', '面积', '约定动工时间'])
    expect(table.rows.map((row) => row.row)).toEqual([4, 5, 9])
  })

  it('joins a header of two rows by its merged parents', () => {
    const grid: SheetGrid = [
      ['地块编号', '约定', null, '实际', null],
      [null, '动工时间', '竣工时间', '动工时间', '交地时间'],
      ['A', '2020-01-01', '2021-01-01', null, '2019-12-01'],
    ]
    expect(tableOfSheet({ name: null, grid }, 'a.csv')!.columns).toEqual([
      '地块编号',
      '约定动工时间',
      '约定竣工时间',
      '实际动工时间',
      '交地时间',
    ])
  })

  it('is the sheet that reads best', () => {
    const notes: SheetGrid = [
      ['说明', '内容'],
      ['一', '略'],
    ]
    const table = bestTable(
      [
        { name: '说明', grid: notes },
        { name: '台账', grid: LEDGER },
      ],
      'a.xlsx',
    )
    expect(table?.sheet).toBe('台账')
  })

  it('takes the header row a person names', () => {
    expect(tableOfSheet({ name: null, grid: LEDGER }, 'a', 3)!.rows).toHaveLength(3)
  })

  it('is none without a header', () => {
    expect(
      bestTable(
        [
          {
            name: null,
            grid: [
              [1, 2],
              [3, 4],
            ],
          },
        ],
        'a',
      ),
    ).toBeNull()
  })
})

describe('CSV', () => {
  it('reads quotes, doubled quotes, line breaks within and a byte order mark', () => {
    expect(parseCsv('\ufeff编号,名称\r\n1,"甲,""乙""\n丙"\r\n2,\r\n', 100)).toEqual([
      ['编号', '名称'],
      ['1', '甲,"乙"\n丙'],
      ['2', null],
    ])
  })
  it('knows tabs and semicolons', () => {
    expect(parseCsv('a\tb\n1\t2', 9)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
    expect(parseCsv('a;b\n1;2', 9)[1]).toEqual(['1', '2'])
  })
  it('stops at the limit', () => expect(parseCsv('a\n'.repeat(50), 10)).toHaveLength(10))
})

describe('the key of a join', () => {
  const table = tableOfSheet({ name: null, grid: LEDGER }, 'a.xlsx')!

  it('is the pair of columns whose values meet, not the serial numbers', () => {
    const columns = new Map([
      ['OBJECTID', [1, 2, 3]],
      ['BH', ['xz001', 'ＸＺ－００２', 'XZ-009']],
    ])
    expect(findKeys({ columns }, table)[0]).toMatchObject({
      surveyKey: 'BH',
      tableKey: '地块编号',
      matchedCount: 2,
    })
  })

  it('makes nothing of width, case, punctuation and leading zeros', () => {
    expect([keyOf('ＸＺ－００１'), keyOf('0012'), keyOf(12), keyOf('12.0'), keyOf(' '), keyOf(null)]).toEqual(
      ['xz001', '12', '12', '12', null, null],
    )
  })

  it('counts what met, what did not on either side, and what met twice', () => {
    const twice = { ...table, rows: [...table.rows, { row: 99, cells: { 地块编号: 'XZ-002' } }] }
    const joiner = new TableJoiner(twice, { surveyKey: 'BH', tableKey: '地块编号' })
    expect(joiner.find({ BH: 'XZ-001' }).row?.row).toBe(4)
    expect(joiner.find({ BH: 'XZ-002' })).toMatchObject({ row: null, isAmbiguous: true })
    expect(joiner.find({ BH: 'XZ-777' }).row).toBeNull()
    expect(joiner.result([], false)).toMatchObject({
      matchedCount: 1,
      ambiguousCount: 1,
      onlySurveyCount: 1,
      onlySurvey: ['XZ-777'],
      onlyTableCount: 1,
      onlyTable: ['XZ-003'],
    })
  })
})
