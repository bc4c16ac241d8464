/**
 * Fields of an upload to the choices a PATCH makes. A field that says nothing usable is a fault of content, not of the
 * request: it is set aside and told with the checks, which go on as if it had not been there.
 */
import { Value } from 'typebox/value'
import { LEDGERS } from '../contract/codes/ledger.ts'
import { CODE_LISTS } from '../contract/codes/lists.ts'
import { PatchImport, type ColumnMapping } from '../contract/import.ts'
import { ProblemError } from '../platform/problems.ts'
import { invalidChoice, mergeChoices, type FindTemplate } from './choices.ts'
import { crsNamed } from './detect/crs-name.ts'
import { UPLOAD_CHOICES, type IgnoredChoice, type StoredChoices, type UploadChoice } from './import-record.ts'

const SHOWN_VALUE_LENGTH = 120
const SHOWN_TEMPLATES = 12

function fromJson(name: UploadChoice, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidChoice(name, text)
  }
}

function mappingOfField(text: string): ColumnMapping[] | string {
  if (!/^\s*[[{]/.test(text)) return text
  const value = fromJson('mapping', text)
  if (Array.isArray(value)) return value as ColumnMapping[]
  // A plain object {"column": "field"} is how people write it by hand.
  return Object.entries(value as object).map(([source, field]) => ({
    source,
    field: field === null ? null : String(field),
  }))
}

const YES: readonly string[] = ['true', '1', 'yes', '是']
const NO: readonly string[] = ['false', '0', 'no', '否']

const flagOfField = (name: UploadChoice) => (text: string) => {
  const word = text.toLowerCase()
  if (YES.includes(word)) return true
  if (NO.includes(word)) return false
  throw invalidChoice(name, text)
}

/** By code, or by the name on the screen. */
function ledgerOfField(text: string): string {
  const { labels } = CODE_LISTS['ledger']!
  const word = text.toLowerCase()
  return (
    LEDGERS.find((code) => [code, labels[code]?.zh, labels[code]?.en.toLowerCase()].includes(word)) ?? text
  )
}

const READERS: Record<UploadChoice, (text: string) => unknown> = {
  ledger: ledgerOfField,
  layer: (text) => text,
  encoding: (text) => text,
  crs: (text) => crsNamed(text)?.code,
  isAxisSwapped: flagOfField('isAxisSwapped'),
  uncalibrated: flagOfField('uncalibrated'),
  datumParameters: (text) => fromJson('datumParameters', text),
  mapping: mappingOfField,
}

/** One field as a change; whatever a PATCH would be refused for is refused here. */
function changeOf(field: UploadChoice, text: string): PatchImport {
  const change = { [field]: READERS[field](text) }
  if (change[field] === undefined || !Value.Check(PatchImport, change)) throw invalidChoice(field, text)
  return change
}

export interface TemplateSource {
  find: FindTemplate
  names: () => Promise<string[]>
}

async function ignoredOf(
  field: UploadChoice,
  text: string,
  error: ProblemError,
  templates: TemplateSource,
): Promise<IgnoredChoice> {
  if (error.code === 'import.template_not_found') {
    const names = (await templates.names()).slice(0, SHOWN_TEMPLATES)
    return { field, value: text.slice(0, SHOWN_VALUE_LENGTH), params: { templates: names.join('、') } }
  }
  const value = String(error.params['value'] ?? text).slice(0, SHOWN_VALUE_LENGTH)
  // A mapping whose one field is unknown is shown by that field, all of it when it cannot be read at all.
  const isFieldFault = field === 'mapping' && value !== text.slice(0, value.length)
  return { field, value, params: isFieldFault ? { fault: 'field' } : {} }
}

/** Empty fields say nothing. */
export async function choicesOfUpload(
  fields: ReadonlyMap<string, string>,
  templates: TemplateSource,
): Promise<StoredChoices> {
  let choices: StoredChoices = {}
  const ignored: IgnoredChoice[] = []
  for (const field of UPLOAD_CHOICES) {
    const text = fields.get(field)?.trim()
    if (!text) continue
    try {
      choices = await mergeChoices(choices, changeOf(field, text), templates.find)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      ignored.push(await ignoredOf(field, text, error, templates))
    }
  }
  return ignored.length > 0 ? { ...choices, ignored } : choices
}
