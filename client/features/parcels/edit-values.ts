import { CODE_LISTS, codesOf } from '#contract/codes/lists.ts'
import type { Ledger } from '#contract/codes/ledger.ts'
import type { FieldDefinition } from '#contract/fields.ts'
import type { AttributeValue } from '#contract/parcel.ts'
import { codeLabel } from '../../text/codes.ts'
import { mu } from '../../text/format.ts'

const MU_DIGITS = 4

/** What stands in the input for a stored value. Areas are typed in 亩. */
export function toInput(field: FieldDefinition, value: AttributeValue | undefined): string {
  if (value === null || value === undefined) return ''
  if (field.type === 'area') return String(Number(mu(Number(value)).toFixed(MU_DIGITS)))
  return String(value)
}

/**
 * What the typed text means, or null for an emptied field; undefined when it can't be read. An area left as it was
 * keeps its stored value to the last digit: 亩 is only how it is shown.
 */
export function fromInput(
  field: FieldDefinition,
  text: string,
  before: AttributeValue | undefined,
): AttributeValue | undefined {
  if (text === toInput(field, before)) return before ?? null
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (field.type !== 'area' && field.type !== 'integer' && field.type !== 'number') return trimmed
  const value = Number(trimmed.replaceAll(',', ''))
  if (!Number.isFinite(value)) return undefined
  // 1 亩 = 2000/3 m², kept to a tenth of a square millimetre.
  return field.type === 'area' ? Math.round(((value * 2000) / 3) * 1e4) / 1e4 : value
}

/**
 * Codes a person may choose for a field in a ledger, with the empty choice first. A stored code that is none of them
 * stays in the list: leaving the field alone must not empty it.
 */
export function codeOptions(
  field: FieldDefinition,
  ledger: Ledger,
  emptyLabel: string,
  stored?: AttributeValue,
): { value: string; label: string }[] {
  const list = CODE_LISTS[field.codes ?? '']
  const own = codesOf(field.codes ?? '', ledger)
  const values = typeof stored === 'string' && !own.includes(stored) ? [...own, stored] : own
  return [
    { value: '', label: emptyLabel },
    ...values.map((value) => ({ value, label: codeLabel(list?.labels ?? {}, value) })),
  ]
}
