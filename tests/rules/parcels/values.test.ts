import { describe, expect, it } from 'vitest'
import { FIELD_BY_WIRE } from '#contract/fields.ts'
import type { Ledger } from '#contract/codes/ledger.ts'
import { missingFields, valueFault } from '../../../server/parcels/rules/values.ts'

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
    ['documentAreaM2', 0, null],
    ['documentAreaM2', -1, 'negative'],
    ['documentAreaM2', Number.NaN, 'type'],
    ['documentAreaM2', 1e12, 'type'],
    ['priceFen', 12.5, 'not_integer'],
    ['priceFen', 123_456_00, null],
    ['agreedCommencementOn', '2020-02-29', null],
    ['agreedCommencementOn', '2021-02-29', 'not_a_date'],
    ['agreedCommencementOn', '2021-13-01', 'not_a_date'],
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
