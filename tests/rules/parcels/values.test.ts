import { describe, expect, it } from 'vitest'
import { FIELD_BY_WIRE } from '#contract/fields.ts'
import type { Ledger } from '#contract/codes/ledger.ts'
import { missingFields, tidyValue, valueFault } from '../../../server/parcels/rules/values.ts'

const faultOf = (wire: string, value: unknown, ledger: Ledger = 'idle') =>
  valueFault(FIELD_BY_WIRE.get(wire)!, ledger, value)

describe('values a person may write', () => {
  it.each([
    ['name', '示例地块', null],
    ['name', 'x'.repeat(201), 'too_long'],
    ['name', 5, 'type'],
    ['name', null, null],
    ['parcelNo', null, 'required'],
    ['parcelNo', '', 'required'],
    ['documentAreaM2', 0, 'not_positive'],
    ['supplyAreaM2', 0, null],
    ['documentAreaM2', -1, 'negative'],
    ['documentAreaM2', Number.NaN, 'type'],
    ['documentAreaM2', 1e12, 'too_large'],
    ['heightLimitM', 1e300, 'too_large'],
    ['priceFen', 1e14, 'too_large'],
    ['planYear', 2024, null],
    ['planYear', 3, 'year_out_of_range'],
    ['planYear', 99_999_999_999, 'year_out_of_range'],
    ['recognizedYear', 2101, 'year_out_of_range'],
    ['planYear', 2024.5, 'not_integer'],
    ['greenShare', 0.35, null],
    ['greenShare', 35, 'not_a_share'],
    ['buildingDensityShare', 1.01, 'not_a_share'],
    ['name', '甲\u0085乙', 'characters'],
    ['priceFen', 12.5, 'not_integer'],
    ['priceFen', 123_456_00, null],
    ['agreedCommencementOn', '2020-02-29', null],
    ['agreedCommencementOn', '2021-02-29', 'not_a_date'],
    ['agreedCommencementOn', '2021-13-01', 'not_a_date'],
    ['agreedCommencementOn', '1949-12-31', 'year_out_of_range'],
    ['inPark', 'true', 'type'],
    ['inPark', true, null],
    ['cause', 'enterprise', null],
    ['cause', 'no_project', 'not_in_list'],
    ['measure', 'idle_fee', null],
    ['measure', 'revoke', 'not_in_list'],
    ['approvedAreaM2', 5, 'not_of_ledger'],
  ])('%s = %j -> %s', (wire, value, fault) => {
    expect(faultOf(wire, value)).toBe(fault)
  })

  it('takes the causes of the parcel’s own ledger only', () => {
    expect(faultOf('cause', 'no_project', 'approved_unsupplied')).toBeNull()
    expect(faultOf('cause', 'judicial', 'approved_unsupplied')).toBe('not_in_list')
  })

  it('takes the measures of the parcel’s own ledger only', () => {
    expect(faultOf('measure', 'revoke', 'approved_unsupplied')).toBeNull()
    expect(faultOf('measure', 'reclaim', 'approved_unsupplied')).toBe('not_in_list')
    expect(faultOf('measure', 'other', 'approved_unsupplied')).toBeNull()
  })
})

describe('a text', () => {
  it.each([
    ['name', '  示例地块\u3000', '示例地块'],
    ['name', '示例\t甲\r\n地块\n', '示例 甲 地块'],
    ['name', ' \u3000\t', null],
    ['parcelNo', '   ', null],
    ['remark', ' 第一行\n第二行 ', '第一行\n第二行'],
    ['townCode', ' 150623100', '150623100'],
    ['priceFen', 5, 5],
    ['name', null, null],
  ])('of %s is tidied before it is stored: %j -> %j', (wire, value, expected) => {
    expect(tidyValue(FIELD_BY_WIRE.get(wire)!, value)).toBe(expected)
  })
})

describe('待补录', () => {
  it('lists exactly the required fields that are empty', () => {
    const values: Record<string, unknown> = {
      location: '示例路北',
      document_area_m2: 0,
      ownership: '',
      planned_use: null,
    }
    expect(missingFields((field) => values[field.column])).toEqual(['ownership', 'plannedUse'])
  })
})
