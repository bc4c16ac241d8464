import { describe, expect, it } from 'vitest'
import { FIELD_BY_WIRE } from '#contract/fields.ts'
import { codeOf, parseBoolean } from '../../../server/imports/mapping/codes.ts'
import { parseDate } from '../../../server/imports/mapping/dates.ts'
import { parseAreaM2, parseFen, parseNumber } from '../../../server/imports/mapping/numbers.ts'
import { TownFinder } from '../../../server/imports/mapping/towns.ts'
import { convertValue } from '../../../server/imports/mapping/values.ts'

const towns = new TownFinder([
  { code: '150623100', name: '敖勒召其镇', aliases: ['三段地镇'] },
  { code: '150623101', name: '上海庙镇', aliases: ['布拉格苏木'] },
  { code: '150623400', name: '上海庙经济开发区', aliases: [] },
])
const convert = (
  wire: string,
  cell: string | number | boolean,
  ledger: 'idle' | 'approved_unsupplied' = 'idle',
) => convertValue(FIELD_BY_WIRE.get(wire)!, cell, { unit: null, ledger, towns })

describe('dates as tables write them', () => {
  it.each([
    ['20220907', '2022-09-07'],
    ['2022-09-07', '2022-09-07'],
    ['2022/9/7', '2022-09-07'],
    ['2022.9.7', '2022-09-07'],
    ['2022年9月7日', '2022-09-07'],
    ['２０２２年０９月０７日', '2022-09-07'],
    ['二〇二二年九月七日', '2022-09-07'],
    ['二○二二年十月二十一日', '2022-10-21'],
    ['2022-09-07 00:00:00', '2022-09-07'],
    ['2022-09-07T08:30:00Z', '2022-09-07'],
    [44811, '2022-09-07'],
    ['44811', '2022-09-07'],
    [44811.5, '2022-09-07'],
    [20220907, '2022-09-07'],
  ])('reads %s', (cell, expected) => {
    expect(parseDate(cell)).toEqual({ date: expected, isPartial: false })
  })

  it.each([
    ['2022.09', '2022-09-01'],
    [2022.09, '2022-09-01'],
    ['2022年9月', '2022-09-01'],
    ['202209', '2022-09-01'],
    ['2022', '2022-01-01'],
    ['2022年', '2022-01-01'],
  ])('takes the first day for %s and says that it did', (cell, expected) => {
    expect(parseDate(cell)).toEqual({ date: expected, isPartial: true })
  })

  it.each(['20220230', '2022-13-01', '待定', '1', 12.5])('finds no date in %s', (cell) => {
    expect(parseDate(cell)).toBeNull()
  })

  it.each(['00000000', '0', '-', '  '])('takes %s for an empty date', (cell) => {
    expect(convert('dueOn', cell)).toEqual({ value: null })
  })
})

describe('numbers as tables write them', () => {
  it.each([
    ['12,345.60', 12_345.6],
    ['１２，３４５．６', 12_345.6],
    ['约12.5亩', 12.5],
    ['  7 ', 7],
    ['-3', -3],
    ['1.5e3', 1500],
  ])('reads %s', (cell, expected) => expect(parseNumber(cell)?.value).toBe(expected))

  it.each(['****', '待核', '12a', ''])('finds no number in “%s”', (cell) =>
    expect(parseNumber(cell)).toBeNull(),
  )

  it('takes the unit of the cell before the unit of the column', () => {
    expect(parseAreaM2('15亩', 'ha')).toBe(10_000)
    expect(parseAreaM2('1.5', 'ha')).toBe(15_000)
    expect(parseAreaM2('22.16', 'mu')).toBe(14_773.3333)
    expect(parseFen('1234.56', 'wan_yuan')).toBe(1_234_560_000)
    expect(parseFen('100元', 'wan_yuan')).toBe(10_000)
  })

  it('keeps a share between 0 and 1, whether written 35 or 35%', () => {
    expect(convert('greenShare', '35%').value).toBe(0.35)
    expect(convert('greenShare', 35).value).toBe(0.35)
    expect(convert('greenShare', 0.35).value).toBe(0.35)
  })

  it('refuses negative and absurd areas without losing the row', () => {
    expect(convert('documentAreaM2', '-5')).toEqual({ value: null, fault: 'value_negative' })
    expect(convert('documentAreaM2', 1e20)).toEqual({ value: null, fault: 'value_too_large' })
  })

  it('reads a year from a year, a date or a word', () => {
    expect(convert('planYear', '2023年').value).toBe(2023)
    expect(convert('planYear', '2023-05-01').value).toBe(2023)
    expect(convert('planYear', 23)).toEqual({ value: null, fault: 'year_out_of_range' })
  })
})

describe('words of code lists', () => {
  it.each([
    ['cause', '政府原因', 'government'],
    ['cause', '1.政府原因', 'government'],
    ['cause', '（因政府原因）', 'government'],
    ['cause', '法院查封', 'judicial'],
    ['cause', '规划、政策调整', 'policy_change'],
    ['ownership', 'G', 'state'],
    ['supplyMode', '挂牌', 'grant_listing'],
    ['status', '处置中', 'executing'],
  ])('%s: %s is %s', (list, word, code) => expect(codeOf(list, word)).toBe(code))

  it('leaves a word it does not know alone', () => {
    expect(convert('ownership', '国友')).toEqual({ value: null, fault: 'code_unknown' })
  })

  it('does not take the cause of one ledger for the other', () => {
    expect(convert('cause', '司法查封', 'approved_unsupplied').fault).toBe('cause_not_of_ledger')
    expect(convert('cause', '司法查封', 'idle').value).toBe('judicial')
  })

  it('does not take the measure of one ledger for the other', () => {
    expect(convert('measure', '撤回批文', 'idle')).toEqual({ value: null, fault: 'measure_not_of_ledger' })
    expect(convert('measure', '撤回批文', 'approved_unsupplied').value).toBe('revoke')
    expect(convert('measure', '其他', 'idle').value).toBe('other')
    expect(convert('measure', '其他', 'approved_unsupplied').value).toBe('other')
  })

  it.each([
    ['是', true],
    ['有', true],
    ['√', true],
    ['否', false],
    ['无', false],
    ['未', false],
    ['N', false],
    ['待定', null],
  ])('reads %s as %s', (word, expected) => expect(parseBoolean(word)).toBe(expected))
})

describe('towns', () => {
  it.each([
    ['150623100', '150623100'],
    ['敖勒召其镇', '150623100'],
    ['敖勒召其', '150623100'],
    ['三段地镇', '150623100'],
    ['上海庙经济开发区', '150623400'],
    ['布拉格苏木', '150623101'],
  ])('%s is %s', (cell, code) => expect(towns.byNameOrCode(cell)).toBe(code))

  it('finds the longest name in a location', () => {
    expect(towns.inText('鄂托克前旗上海庙经济开发区示例路北侧')).toBe('150623400')
    expect(towns.inText('鄂托克前旗上海庙镇示例路北侧')).toBe('150623101')
    expect(towns.inText('别处')).toBeNull()
  })
})
