/** Ledger, table join and mapping in force for a layer. */
import { createHash } from 'node:crypto'
import type { ColumnMapping, TableJoin } from '../../contract/import.ts'
import type { Ledger } from '../../contract/codes/ledger.ts'
import { FIELD_BY_WIRE } from '../../contract/fields.ts'
import { valueIn, type AttributeValue } from '../formats/types.ts'
import type { StoredEvidence } from '../evidence.ts'
import type { StoredChoices } from '../import-record.ts'
import { areaStandIns, type AreaStandIns } from '../mapping/area-stand-ins.ts'
import { guessMapping, unitFor, type GuessContext } from '../mapping/guess.ts'
import { guessLedger } from '../mapping/ledger.ts'
import { samplesOf, TABLE_PREFIX, type ColumnProfile } from '../mapping/profile.ts'
import type { TownFinder } from '../mapping/towns.ts'
import type { LedgerTable } from '../tables/ledger-table.ts'
import { findKeys, TableJoiner, unjoined, type KeyCandidate, type KeyPair } from '../tables/join.ts'
import type { ProfiledRow } from './survey-pass.ts'

export interface MappingInput {
  /** Columns of the layer in file order. */
  columns: readonly string[]
  rows: readonly ProfiledRow[]
  areasM2: readonly (number | null)[]
  table: LedgerTable | null
  keyColumns: ReadonlyMap<string, readonly AttributeValue[]>
  featureCount: number
  fileNames: readonly string[]
  towns: TownFinder
  /** Mapping of a saved template made for exactly these columns. */
  template: { name: string; mapping: ColumnMapping[] } | null
}

export interface MappingDecision {
  /** Null: the file holds rows of both. */
  ledger: Ledger | null
  fallbackLedger: Ledger
  mapping: ColumnMapping[]
  areaStandIns: AreaStandIns
  keys: KeyPair | null
  keyCandidates: KeyCandidate[]
  /** Before the rows are joined; counted while they are. */
  join: TableJoin | null
  evidence: StoredEvidence[]
}

/** Columns of a survey (and its table) as a key for templates: order and case don't matter. */
export function columnKey(columns: readonly string[]): string {
  const names = columns.map((name) => name.normalize('NFKC').trim().toLowerCase()).sort()
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 32)
}

export const allColumns = (columns: readonly string[], table: LedgerTable | null): string[] => [
  ...columns,
  ...(table?.columns ?? []).map((column) => TABLE_PREFIX + column),
]

/** A key carries weight only when it joins something; below this score two columns just happen to share a value. */
const LEAST_KEY_SCORE = 0.05

function profiles(input: MappingInput, keys: KeyPair | null): ColumnProfile[] {
  const survey = input.columns.map((name): ColumnProfile => ({
    source: name,
    name,
    isFromTable: false,
    values: input.rows.map((row) => valueIn(row.attributes, name)),
  }))
  const { table } = input
  if (!table) return survey
  const joiner = keys ? new TableJoiner(table, keys) : null
  const joined = input.rows.map((row) => joiner?.find(row.attributes).row?.cells ?? null)
  const fromTable = table.columns.map((name): ColumnProfile => ({
    source: TABLE_PREFIX + name,
    name,
    isFromTable: true,
    values: joined.map((cells) => cells && valueIn(cells, name)),
    areaUnit: table.areaUnit,
    moneyUnit: table.moneyUnit,
  }))
  return [...survey, ...fromTable]
}

export function decideMapping(input: MappingInput, choices: StoredChoices): MappingDecision {
  const keyCandidates = input.table ? findKeys({ columns: input.keyColumns }, input.table) : []
  const best = keyCandidates.find((candidate) => candidate.score >= LEAST_KEY_SCORE)
  const keys: KeyPair | null = choices.join ?? best ?? null
  const columns = profiles(input, input.table ? keys : null)
  const { table } = input
  const names = table ? [...input.fileNames, table.name, table.sheet ?? '', table.title] : input.fileNames
  const guessed = guessLedger(columns, names)
  const evidence = choices.ledger ? [] : [...guessed.evidence]
  const fallbackLedger = choices.ledger ?? guessed.ledger
  const ledger = choices.ledger ?? (guessed.isMixed ? null : guessed.ledger)
  const context: GuessContext = { ledger: fallbackLedger, towns: input.towns, areasM2: input.areasM2 }
  const mapping = mappingInForce(columns, context, input, choices, evidence, input.table ? keys : null)
  return {
    ledger,
    fallbackLedger,
    mapping,
    areaStandIns: areaStandIns(mapping, columns, input.areasM2),
    keys: input.table ? keys : null,
    keyCandidates,
    join: input.table ? unjoined(input.table, input.featureCount) : null,
    evidence,
  }
}

function mappingInForce(
  columns: readonly ColumnProfile[],
  context: GuessContext,
  input: MappingInput,
  choices: StoredChoices,
  evidence: StoredEvidence[],
  keys: KeyPair | null,
): ColumnMapping[] {
  if (choices.mapping) {
    const chosen = completed(columns, choices.mapping, 'user', context, evidence)
    return choices.isTableGuessed ? withGuessedTable(chosen, guessMapping(columns, context).mapping) : chosen
  }
  if (input.template) {
    const params = { name: input.template.name }
    evidence.push({ kind: 'mapping', source: 'template', code: 'mapping_template', params, agrees: true })
    return completed(columns, input.template.mapping, 'template', context, evidence)
  }
  const guess = guessMapping(columns, context)
  evidence.push(...guess.evidence)
  return keys ? withSurveyKey(guess.mapping, keys) : guess.mapping
}

/** A table that came after a mapping by hand fills what the hand left free. */
function withGuessedTable(chosen: ColumnMapping[], guessed: readonly ColumnMapping[]): ColumnMapping[] {
  const taken = new Set(chosen.map((entry) => entry.field))
  const guesses = new Map(guessed.map((entry) => [entry.source, entry]))
  return chosen.map((entry) => {
    const guess = entry.fromTable ? guesses.get(entry.source) : undefined
    return guess && guess.field !== null && !taken.has(guess.field) ? guess : entry
  })
}

/** Both key columns say the same; the survey's is filled in every row, the table's only where it met. */
function withSurveyKey(mapping: ColumnMapping[], keys: KeyPair): ColumnMapping[] {
  const survey = mapping.find((entry) => entry.source === keys.surveyKey)
  const table = mapping.find((entry) => entry.source === TABLE_PREFIX + keys.tableKey)
  if (!survey || !table || survey.field !== null || table.field === null) return mapping
  return mapping.map((entry) => {
    if (entry === survey) return { ...entry, field: table.field, unit: table.unit ?? null, by: 'values' }
    return entry === table ? { ...entry, field: null, unit: null } : entry
  })
}

/** A person's or template's list, for every column of the file, with samples; a field taken twice counts once. */
function completed(
  columns: readonly ColumnProfile[],
  wanted: readonly ColumnMapping[],
  by: 'user' | 'template',
  context: GuessContext,
  evidence: StoredEvidence[],
): ColumnMapping[] {
  const bySource = new Map(wanted.map((entry) => [entry.source, entry]))
  const taken = new Set<string>()
  return columns.map((column) => {
    const entry = bySource.get(column.source)
    const field = entry?.field == null || taken.has(entry.field) ? undefined : FIELD_BY_WIRE.get(entry.field)
    if (field) taken.add(field.wire)
    const guessed: StoredEvidence[] = []
    const guess = field ? unitFor(column, field, context, guessed) : null
    const unit = field ? (entry?.unit ?? guess) : null
    // Of another unit than the file speaks for, only the person can say why.
    if (unit === guess) evidence.push(...guessed)
    return {
      source: column.source,
      field: field?.wire ?? null,
      unit,
      by,
      samples: samplesOf(column),
      fromTable: column.isFromTable,
    }
  })
}
