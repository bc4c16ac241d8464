import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import type { Ledger } from '../contract/codes/ledger.ts'
import { FIELD_BY_WIRE, type FieldDefinition } from '../contract/fields.ts'
import type { Attributes, AttributeValue } from '../contract/parcel.ts'
import { ProblemError } from '../platform/problems.ts'
import { tidyValue, valueFault } from './rules/values.ts'

function fieldToWrite(actor: Actor, wire: string): FieldDefinition {
  if (wire === 'status') throw new ProblemError('parcel.status_not_editable', { field: wire })
  const field = FIELD_BY_WIRE.get(wire)
  if (!field || field.readOnly) {
    const code = field ? 'field.read_only' : 'field.unknown'
    throw new ProblemError('request.invalid', { field: wire }, { errors: [{ field: wire, code }] })
  }
  // Only a token narrowed to less than its owner may do gets here: it could overwrite what it may not see.
  if (field.attributeClass === 'internal') requirePermission(actor, 'parcel.read_internal')
  return field
}

/** Attributes of a PATCH as they are to be stored, or the refusal of the first one that cannot be. */
export function checkAttributes(actor: Actor, ledger: Ledger, attributes: Attributes): Attributes {
  const checked: [string, AttributeValue][] = []
  for (const [wire, given] of Object.entries(attributes)) {
    const field = fieldToWrite(actor, wire)
    const value = tidyValue(field, given)
    const fault = valueFault(field, ledger, value)
    if (fault === 'not_of_ledger')
      throw new ProblemError('parcel.field_not_of_ledger', { field: wire, label: field.zh })
    if (fault)
      throw new ProblemError('parcel.value_invalid', { field: wire, label: field.zh, value: given, fault })
    checked.push([wire, value])
  }
  return Object.fromEntries(checked)
}
