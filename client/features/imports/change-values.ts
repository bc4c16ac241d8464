import { CODE_LISTS } from '#contract/codes/lists.ts'
import { FIELD_BY_WIRE } from '#contract/fields.ts'
import { codeLabel } from '../../text/codes.ts'
import { areaPair, date, money } from '../../text/format.ts'
import { i18n } from '../../text/i18n.ts'

/** Old or new value of a change as a person reads it. */
export function changeText(field: string, value: unknown): string {
  const { t } = i18n.global
  if (value === null || value === undefined || value === '') return t('importSteps.changes.empty')
  if (field === 'geometry')
    return typeof value === 'number' ? areaPair(value) : t('importSteps.changes.geometry')
  const definition = FIELD_BY_WIRE.get(field)
  switch (definition?.type) {
    case 'area':
      return areaPair(Number(value))
    case 'money':
      return money(Number(value))
    case 'date':
      return date(String(value))
    case 'boolean':
      return t(value === true ? 'importSteps.changes.yes' : 'importSteps.changes.no')
    case 'code':
      return codeLabel(CODE_LISTS[definition.codes ?? '']?.labels ?? {}, String(value))
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}
