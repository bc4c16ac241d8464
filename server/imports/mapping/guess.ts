/** Which column fills which field: by name, by cut name, by what the values look like; one field at most once. */
import type { FieldDefinition } from '../../contract/fields.ts'
import { FIELD_BY_WIRE } from '../../contract/fields.ts'
import type { ColumnMapping } from '../../contract/import.ts'
import type { Ledger } from '../../contract/codes/ledger.ts'
import type { StoredEvidence } from '../evidence.ts'
import { mappableFields, NameIndex, type NameMatch } from './names.ts'
import { filledValues, samplesOf, shareOf, type ColumnProfile } from './profile.ts'
import { parseNumber } from './numbers.ts'
import { AREA_FIT_SHARE, fittingUnit, guessAreaUnit, guessMoneyUnit } from './units.ts'
import { convertValue } from './values.ts'
import type { TownFinder } from './towns.ts'
import { VALUE_SIGNS } from './value-signs.ts'

export interface GuessContext {
  ledger: Ledger
  towns: TownFinder
  /** Area of each profiled row's shape, m², null without one. */
  areasM2: readonly (number | null)[]
}

interface Candidate {
  column: ColumnProfile
  field: FieldDefinition
  by: NameMatch | 'values'
  score: number
}

const NAME_SCORE: Record<NameMatch, number> = { exact: 100, alias: 80, cut: 60, cut_numbered: 45 }
/** A named column whose values hardly ever read as the field's type is not that field. */
const READABLE_SHARE = 0.2
const VALUE_SCORE = 30

function readableShare(column: ColumnProfile, field: FieldDefinition, context: GuessContext): number {
  const options = { unit: null, ledger: context.ledger, towns: context.towns }
  return shareOf(column, (value) => convertValue(field, value, options).value !== null)
}

function nameCandidates(columns: readonly ColumnProfile[], context: GuessContext): Candidate[] {
  const index = new NameIndex(context.ledger)
  return columns.flatMap((column) => {
    const isFilled = filledValues(column).length > 0
    return index.find(column.name).flatMap(({ field, match }) => {
      const readable = isFilled && field.type !== 'text' ? readableShare(column, field, context) : 1
      if (readable < READABLE_SHARE) return []
      // An empty column may be right and says nothing: a filled one of a weaker name goes first.
      const score = NAME_SCORE[match] * (isFilled ? 1 : 0.3) - (column.isFromTable ? 1 : 0)
      return [{ column, field, by: match, score }]
    })
  })
}

function valueCandidates(columns: readonly ColumnProfile[], context: GuessContext): Candidate[] {
  return columns.flatMap((column) => {
    if (filledValues(column).length === 0) return []
    return VALUE_SIGNS.flatMap((sign) => {
      const field = FIELD_BY_WIRE.get(sign.field)!
      if (field.ledger && field.ledger !== context.ledger) return []
      const share = sign.share(column, context)
      return share >= sign.least ? [{ column, field, by: 'values' as const, score: VALUE_SCORE * share }] : []
    })
  })
}

function areaCandidates(columns: readonly ColumnProfile[], context: GuessContext): Candidate[] {
  const field = FIELD_BY_WIRE.get('documentAreaM2')!
  return columns.flatMap((column) => {
    const { fitShare } = fittingUnit(column, context.areasM2)
    if (fitShare < AREA_FIT_SHARE || /^(shape_|st_|objectid|fid|perimeter)/i.test(column.name)) return []
    return [{ column, field, by: 'values' as const, score: VALUE_SCORE * fitShare - 1 }]
  })
}

/** 原因 often holds whole sentences: those belong to the cause in words. */
function sentenceCandidates(columns: readonly ColumnProfile[], context: GuessContext): Candidate[] {
  const cause = FIELD_BY_WIRE.get('cause')!
  const detail = FIELD_BY_WIRE.get('causeDetail')!
  const index = new NameIndex(context.ledger)
  return columns
    .filter((column) => index.find(column.name).some((entry) => entry.field === cause))
    .filter((column) => filledValues(column).length > 0)
    .map((column) => ({ column, field: detail, by: 'alias' as const, score: 40 }))
}

function assign(candidates: Candidate[]): Map<ColumnProfile, Candidate> {
  const chosen = new Map<ColumnProfile, Candidate>()
  const taken = new Set<string>()
  for (const candidate of candidates.sort((a, b) => b.score - a.score)) {
    if (chosen.has(candidate.column) || taken.has(candidate.field.wire)) continue
    chosen.set(candidate.column, candidate)
    taken.add(candidate.field.wire)
  }
  return chosen
}

const BY_WORD: Record<Candidate['by'], string> = {
  exact: 'exact',
  alias: 'alias',
  cut: 'cut',
  cut_numbered: 'cut',
  values: 'values',
}

/** Guesses the whole mapping, in column order, with the unit evidence of area columns. */
export function guessMapping(
  columns: readonly ColumnProfile[],
  context: GuessContext,
): { mapping: ColumnMapping[]; evidence: StoredEvidence[] } {
  const chosen = assign([
    ...nameCandidates(columns, context),
    ...sentenceCandidates(columns, context),
    ...valueCandidates(columns, context),
    ...areaCandidates(columns, context),
  ])
  const evidence: StoredEvidence[] = []
  const mapping = columns.map((column): ColumnMapping => {
    const candidate = chosen.get(column)
    const base = { source: column.source, samples: samplesOf(column), fromTable: column.isFromTable }
    if (!candidate) return { ...base, field: null, unit: null }
    const { field } = candidate
    const unit = unitFor(column, field, context, evidence)
    return { ...base, field: field.wire, unit, by: BY_WORD[candidate.by] }
  })
  return { mapping, evidence }
}

const hasFigures = (column: ColumnProfile): boolean =>
  filledValues(column).some((value) => typeof value !== 'boolean' && (parseNumber(value)?.value ?? 0) > 0)

/** Unit of an area or money column; what speaks for that of an area goes into the evidence. */
export function unitFor(
  column: ColumnProfile,
  field: FieldDefinition,
  context: GuessContext,
  evidence: StoredEvidence[],
): ColumnMapping['unit'] {
  if (field.type === 'money') return guessMoneyUnit(column)
  if (field.type !== 'area') return null
  const guess = guessAreaUnit(column, context.areasM2)
  // Where there is nothing but zeros the unit makes no difference.
  if (!hasFigures(column)) return guess.unit
  const params = { column: column.name, unit: guess.unit, percent: Math.round(guess.fitShare * 100) }
  const piece = { kind: 'unit', source: column.source } as const
  if (guess.refuted) {
    const refuted = { ...params, refuted: guess.refuted }
    evidence.push({ ...piece, code: 'unit_refuted', params: refuted, agrees: false })
  } else evidence.push({ ...piece, code: `unit_by_${guess.by}`, params, agrees: true })
  return guess.unit
}

/** Whether a person may map a column to this field in this ledger. */
export const isMappable = (wire: string, ledger: Ledger | null): boolean =>
  mappableFields(ledger).some((field) => field.wire === wire)
