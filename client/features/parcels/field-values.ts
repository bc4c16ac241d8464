import { CODE_LISTS } from '#contract/codes/lists.ts'
import { FIELD_BY_WIRE, FIELDS, type FieldDefinition, type FieldGroup } from '#contract/fields.ts'
import type { Attributes, ParcelDetail } from '#contract/parcel.ts'
import { codeLabel, named } from '../../text/codes.ts'
import { areaPair, date, money, number } from '../../text/format.ts'
import { i18n } from '../../text/i18n.ts'

/** A stored value as a person reads it; null when there is none. */
export function readable(field: FieldDefinition, value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  switch (field.type) {
    case 'area':
      return areaPair(Number(value))
    case 'money':
      return money(Number(value))
    case 'date':
      return date(String(value))
    case 'boolean':
      return i18n.global.t(value === true ? 'map.parcel.yes' : 'map.parcel.no')
    case 'code':
      return codeLabel(CODE_LISTS[field.codes ?? '']?.labels ?? {}, String(value))
    case 'number':
      return number(Number(value), Number.isInteger(Number(value)) ? 0 : 2)
    default:
      return String(value)
  }
}

export const fieldName = (field: FieldDefinition): string => named(field)

/** Name of a field by its wire name, for lists of what is missing and for the history. */
export function wireName(wire: string): string {
  const field = FIELD_BY_WIRE.get(wire)
  return field ? fieldName(field) : wire
}

export interface FactRow {
  field: FieldDefinition
  text: string | null
  isMissing: boolean
}

export interface FactGroup {
  group: FieldGroup
  rows: FactRow[]
}

const GROUP_ORDER: readonly FieldGroup[] = [
  'identity',
  'state',
  'location',
  'right',
  'use',
  'approval',
  'supply',
  'schedule',
  'development',
  'responsibility',
  'recognition',
  'remark',
]

/** Shown in the panel's head or in the block of areas already. */
const SHOWN_ELSEWHERE = new Set([
  'ledger',
  'status',
  'divisionCode',
  'documentAreaM2',
  'projectedAreaM2',
  'ellipsoidalAreaM2',
])

/** Filled fields by group, and the empty ones the parcel is 待补录 for. */
export function factGroups(parcel: ParcelDetail): FactGroup[] {
  const rows = FIELDS.filter(
    (field) => !SHOWN_ELSEWHERE.has(field.wire) && (!field.ledger || field.ledger === parcel.ledger),
  ).map((field): FactRow => ({
    field,
    text: field.wire === 'townCode' ? parcel.townName : readable(field, parcel.attributes[field.wire]),
    isMissing: parcel.missing.includes(field.wire),
  }))
  return GROUP_ORDER.map((group) => ({
    group,
    rows: rows.filter((row) => row.field.group === group && (row.text !== null || row.isMissing)),
  })).filter((group) => group.rows.length > 0)
}

/** Fields of the short form in the panel, in the order staff fill them in. */
const QUICK_FIELDS = [
  'parcelNo',
  'name',
  'townCode',
  'location',
  'documentAreaM2',
  'areaDifferenceReason',
  'ownership',
  'holder',
  'plannedUse',
  'cause',
  'causeDetail',
  'measure',
  'approvalNo',
  'approvedOn',
  'supervisionNo',
  'agreedCommencementOn',
  'actualCommencementOn',
  'responsibleUnit',
  'dueOn',
  'remark',
]

export function quickFields(parcel: ParcelDetail): FieldDefinition[] {
  return QUICK_FIELDS.map((wire) => FIELD_BY_WIRE.get(wire)).filter(
    (field): field is FieldDefinition =>
      field !== undefined &&
      (!field.ledger || field.ledger === parcel.ledger) &&
      field.wire in parcel.attributes,
  )
}

/** The fields of the form under the headings the panel has for reading, in the order staff fill them in. */
export function fieldsByGroup(
  fields: readonly FieldDefinition[],
): { group: FieldGroup; fields: FieldDefinition[] }[] {
  const groups = [...new Set(fields.map((field) => field.group))]
  return groups.map((group) => ({ group, fields: fields.filter((field) => field.group === group) }))
}

/** What the person changed, and only that. */
export function changedAttributes(before: Attributes, after: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(after).filter(([wire, value]) => (before[wire] ?? null) !== (value ?? null)),
  )
}
