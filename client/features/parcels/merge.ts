import type { FieldDefinition } from '#contract/fields.ts'
import type { Attributes } from '#contract/parcel.ts'

/** Who changed a field since the edit began: only I, only others, or both of us to different values. */
export type ChangedBy = 'me' | 'others' | 'both'

export interface MergedField {
  field: FieldDefinition
  changedBy: ChangedBy
}

/** The fields that differ from what the edit began with. What both set to the same value is no matter of dispute. */
export function mergedFields(
  fields: readonly FieldDefinition[],
  before: Attributes,
  mine: Attributes,
  theirs: Attributes,
): MergedField[] {
  const merged: MergedField[] = []
  for (const field of fields) {
    const [was, my, their] = [before, mine, theirs].map((values) => values[field.wire] ?? null)
    if (my === their) continue
    if (their === was) merged.push({ field, changedBy: 'me' })
    else merged.push({ field, changedBy: my === was ? 'others' : 'both' })
  }
  return merged
}
