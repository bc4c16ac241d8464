/** What a person may choose for an import, checked before it is stored. */
import type { Ledger } from '../contract/codes/ledger.ts'
import type { ColumnMapping, DatumParameters, PatchImport } from '../contract/import.ts'
import { crsByCode } from '../kernel/crs.ts'
import { ProblemError } from '../platform/problems.ts'
import { encodingNamed } from './detect/code-pages.ts'
import type { StoredChoices, StoredLayer } from './import-record.ts'
import { isMappable } from './mapping/guess.ts'

export const invalidChoice = (label: string, value: unknown, longest = 100): ProblemError =>
  new ProblemError('import.choice_invalid', { label, value: String(value).slice(0, longest) })

function checkedMapping(mapping: readonly ColumnMapping[], ledger: Ledger | null): ColumnMapping[] {
  const taken = new Set<string>()
  for (const { field } of mapping) {
    if (field === null) continue
    if (taken.has(field) || !isMappable(field, ledger)) throw invalidChoice('mapping', field)
    taken.add(field)
  }
  return mapping.map(({ source, field, unit }) => ({ source, field, unit: unit ?? null }))
}

/**
 * What a parameter sheet may say. Geocentric shifts of the old datums are hundreds of metres; plane shifts also
 * carry false origins, and a turn by 180° moves the origin by twice the northing.
 */
const DATUM_LIMITS: Record<
  DatumParameters['method'],
  Partial<Record<DatumNumber, [number, number, string]>>
> = {
  bursa7: {
    dx: [-10_000, 10_000, 'm'],
    dy: [-10_000, 10_000, 'm'],
    dz: [-10_000, 10_000, 'm'],
    rx: [-60, 60, '″'],
    ry: [-60, 60, '″'],
    rz: [-60, 60, '″'],
    m: [-1_000, 1_000, 'ppm'],
  },
  plane4: {
    dx: [-10_000_000, 10_000_000, 'm'],
    dy: [-10_000_000, 10_000_000, 'm'],
    theta: [-648_000, 648_000, '″'],
    k: [0.9, 1.1, ''],
  },
}
type DatumNumber = Exclude<keyof DatumParameters, 'method'>
const DATUM_NEEDED: Record<DatumParameters['method'], readonly DatumNumber[]> = {
  bursa7: ['dx', 'dy', 'dz'],
  plane4: ['dx', 'dy', 'k'],
}

function checkedDatum(parameters: DatumParameters): DatumParameters {
  const { method } = parameters
  for (const name of DATUM_NEEDED[method])
    if (parameters[name] === undefined) throw invalidChoice(`datumParameters.${name}`, '—')
  for (const [name, limits] of Object.entries(DATUM_LIMITS[method])) {
    const value = parameters[name as DatumNumber]
    const [least, most, unit] = limits
    if (value !== undefined && !(value >= least && value <= most))
      throw invalidChoice(`datumParameters.${name}`, `${value} (${least} … ${most} ${unit}`.trim() + ')')
  }
  return parameters
}

/** A layer nobody has heard of is refused with the names there are; before the files are read nobody knows. */
export function requireKnownLayer(layers: readonly StoredLayer[], layer: string | undefined): void {
  if (layer === undefined || layers.length === 0) return
  if (layers.some(({ id, name }) => id === layer || name === layer)) return
  throw invalidChoice('layer', `${layer.slice(0, 40)} (${layers.map(({ name }) => name).join('、')})`, 300)
}

/** Looks a saved template up by id or name; null when there is none. */
export type FindTemplate = (idOrName: string) => Promise<{ id: string } | null>

/** The stored choices after a change; a change that makes others meaningless drops them. */
export async function mergeChoices(
  before: StoredChoices,
  change: PatchImport,
  findTemplate: FindTemplate,
): Promise<StoredChoices> {
  const merged: StoredChoices = { ...before }
  if (change.layer !== undefined && change.layer !== before.layer) {
    // Another layer has other columns and may lie elsewhere.
    for (const key of ['mapping', 'templateId', 'join', 'crs', 'isAxisSwapped', 'encoding'] as const)
      delete merged[key]
    merged.layer = change.layer
  }
  if (change.encoding !== undefined) {
    const encoding = encodingNamed(change.encoding)
    if (!encoding) throw invalidChoice('encoding', change.encoding)
    // Column names read otherwise are other columns.
    if (encoding !== before.encoding) delete merged.mapping
    merged.encoding = encoding
  }
  if (change.crs !== undefined) {
    const crs = crsByCode(change.crs)
    if (!crs) throw invalidChoice('crs', change.crs)
    merged.crs = crs.code
  }
  if (change.ledger !== undefined) merged.ledger = change.ledger
  if (change.isAxisSwapped !== undefined) merged.isAxisSwapped = change.isAxisSwapped
  if (change.uncalibrated !== undefined) merged.uncalibrated = change.uncalibrated
  if (change.datumParameters !== undefined)
    merged.datumParameters = change.datumParameters === null ? null : checkedDatum(change.datumParameters)
  if (change.join !== undefined) merged.join = change.join
  if (typeof change.mapping === 'string') {
    const template = await findTemplate(change.mapping)
    if (!template) throw new ProblemError('import.template_not_found', { id: change.mapping })
    merged.templateId = template.id
    delete merged.mapping
  } else if (change.mapping !== undefined) {
    merged.mapping = checkedMapping(change.mapping, merged.ledger ?? null)
    delete merged.isTableGuessed
    delete merged.templateId
  }
  // Whoever chooses now has answered what the upload asked for in vain.
  if (before.ignored) merged.ignored = before.ignored.filter(({ field }) => !(field in change))
  return merged
}
