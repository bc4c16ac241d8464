import { FIELD_BY_WIRE, type FieldDefinition } from '#contract/fields.ts'
import { describe, expect, it } from 'vitest'
import { codeOptions, fromInput, toInput } from '../../client/features/parcels/edit-values.ts'
import { changedAttributes } from '../../client/features/parcels/field-values.ts'

const field = (wire: string): FieldDefinition => FIELD_BY_WIRE.get(wire) as FieldDefinition

describe('editing a parcel', () => {
  it('keeps an area that was not touched to the last digit', () => {
    const stored = 14_771.836
    expect(toInput(field('documentAreaM2'), stored)).toBe('22.1578')
    expect(fromInput(field('documentAreaM2'), '22.1578', stored)).toBe(stored)
  })

  it('reads typed areas as 亩 of 2000/3 m²', () => {
    expect(fromInput(field('documentAreaM2'), '87', null)).toBe(58_000)
    expect(fromInput(field('documentAreaM2'), '1,500', null)).toBe(1_000_000)
    expect(fromInput(field('documentAreaM2'), '约八十亩', null)).toBeUndefined()
  })

  it('empties a field with null, never with an empty string', () => {
    expect(fromInput(field('holder'), '  ', '示例公司')).toBeNull()
    expect(fromInput(field('holder'), ' 示例 ', null)).toBe('示例')
  })

  it('sends only what was changed', () => {
    expect(changedAttributes({ a: 1, b: null, c: 'x' }, { a: 1, b: null, c: null })).toEqual({ c: null })
  })

  it('offers only the causes of the ledger', () => {
    const values = codeOptions(field('cause'), 'idle', '未填写').map((option) => option.value)
    expect(values).toContain('judicial')
    expect(values).not.toContain('no_project')
    expect(values[0]).toBe('')
  })

  it('offers only the measures of the ledger, and one stored before that', () => {
    const values = codeOptions(field('measure'), 'idle', '未填写').map((option) => option.value)
    expect(values).toContain('idle_fee')
    expect(values).toContain('other')
    expect(values).not.toContain('revoke')
    const old = codeOptions(field('measure'), 'idle', '未填写', 'revoke')
    expect(old.at(-1)).toEqual({ value: 'revoke', label: '撤回批文' })
  })
})
