import { EDITABLE_FIELDS, FIELD_BY_WIRE, type FieldDefinition, type FieldGroup } from '#contract/fields.ts'
import type { Ledger } from '#contract/codes/ledger.ts'
import { named } from '../../text/codes.ts'

export interface FieldOptions {
  group: FieldGroup
  fields: FieldDefinition[]
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

const matches = (field: FieldDefinition, wanted: string): boolean =>
  [field.zh, field.en, field.dbf, ...(field.aliases ?? [])].some((name) => folded(name).includes(wanted))

/** A column may say which ledger its row is in; else only what an import may set. */
const TARGETS: readonly FieldDefinition[] = [
  ...EDITABLE_FIELDS,
  ...[FIELD_BY_WIRE.get('ledger')].filter((field) => field !== undefined),
]

/** Fields a column may fill, by group, narrowed to what was typed: Chinese, English, pinyin initials or an alias. */
export function findFields(typed: string, ledger: Ledger | null): FieldOptions[] {
  const wanted = folded(typed)
  const groups = new Map<FieldGroup, FieldDefinition[]>()
  for (const field of TARGETS) {
    if (ledger && field.ledger && field.ledger !== ledger) continue
    if (wanted !== '' && !matches(field, wanted)) continue
    groups.set(field.group, [...(groups.get(field.group) ?? []), field])
  }
  return [...groups].map(([group, fields]) => ({ group, fields }))
}

export const fieldTitle = (wire: string): string => {
  const field = FIELD_BY_WIRE.get(wire)
  return field ? named(field) : wire
}

const UNITS = {
  area: ['m2', 'mu', 'ha', 'wan_mu'],
  money: ['yuan', 'wan_yuan'],
} as const

/** Units a field's column can be in; empty for fields without one. */
export function unitsOf(wire: string | null) {
  const type = wire ? FIELD_BY_WIRE.get(wire)?.type : undefined
  return type === 'area' || type === 'money' ? UNITS[type] : []
}
