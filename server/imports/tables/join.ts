/** Rows of the ledger table to rows of the survey: the key is the pair of columns whose values meet best. */
import type { TableJoin } from '../../contract/import.ts'
import { valueIn, type AttributeValue } from '../formats/types.ts'
import { foldWidth, NameIndex } from '../mapping/names.ts'
import { isEmptyCell } from '../mapping/values.ts'
import type { LedgerTable, TableRow } from './ledger-table.ts'

/** Values as keys: width, case, punctuation and leading zeros don't count; 12.0 is 12. */
export function keyOf(value: AttributeValue | undefined): string | null {
  if (isEmptyCell(value)) return null
  const folded = foldWidth(String(value))
    .replace(/^(\d+)\.0+$/, '$1')
    .replace(/[^\p{L}\p{N}]/gu, '')
  if (folded === '') return null
  return /^\d+$/.test(folded) ? folded.replace(/^0+(?=\d)/, '') : folded
}

export interface KeyPair {
  surveyKey: string
  tableKey: string
}

export interface KeyCandidate extends KeyPair {
  matchedCount: number
  score: number
}

/** Columns that name a parcel, best first: what both sides should be joined by. */
const KEY_FIELDS = ['parcelNo', 'supervisionNo', 'parcelCode', 'realEstateUnitNo', 'contractNo', 'name']
const LEAST_MATCHED_SHARE = 0.1
const CANDIDATES_SHOWN = 5
const LISTED_KEYS = 50

function keysOf(values: Iterable<AttributeValue | undefined>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) {
    const key = keyOf(value)
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** 1, 2, 3 … meets every other numbering: counts for little unless the column is named as a key. */
function isSerial(keys: ReadonlyMap<string, number>): boolean {
  for (const key of keys.keys()) if (!/^\d{1,6}$/.test(key)) return false
  return keys.size > 0 && Math.max(...[...keys.keys()].slice(0, 5000).map(Number)) <= keys.size * 2 + 5
}

function keyWeight(column: string, index: NameIndex): number {
  const wires = index.find(column).map((entry) => entry.field.wire)
  const place = KEY_FIELDS.findIndex((wire) => wires.includes(wire))
  return place < 0 ? 0 : 1 - place * 0.05
}

export interface SurveyColumns {
  /** Column → values of the rows looked at. */
  columns: ReadonlyMap<string, readonly AttributeValue[]>
}

/** Pairs of columns whose values meet, best first. */
export function findKeys(survey: SurveyColumns, table: LedgerTable): KeyCandidate[] {
  const index = new NameIndex(null)
  const tableKeys = table.columns.map((column) => ({
    column,
    weight: keyWeight(column, index),
    keys: keysOf(table.rows.map((row) => valueIn(row.cells, column))),
  }))
  const found: KeyCandidate[] = []
  for (const [surveyKey, values] of survey.columns) {
    const surveyKeys = keysOf(values)
    if (surveyKeys.size === 0) continue
    const surveyWeight = keyWeight(surveyKey, index)
    for (const { column, weight, keys } of tableKeys) {
      const candidate = scorePair(surveyKeys, keys, surveyWeight, weight)
      if (candidate) found.push({ surveyKey, tableKey: column, ...candidate })
    }
  }
  return found.sort((a, b) => b.score - a.score)
}

function scorePair(
  survey: ReadonlyMap<string, number>,
  table: ReadonlyMap<string, number>,
  surveyWeight: number,
  tableWeight: number,
): { matchedCount: number; score: number } | null {
  if (table.size === 0) return null
  let matchedKeys = 0
  let matchedRows = 0
  for (const [key, count] of survey) {
    if (!table.has(key)) continue
    matchedKeys++
    matchedRows += count
  }
  const share = matchedKeys / Math.min(survey.size, table.size)
  // A town or a use has few values and many rows: no key.
  const rows = [...table.values()].reduce((sum, count) => sum + count, 0)
  const surveyRows = [...survey.values()].reduce((sum, count) => sum + count, 0)
  const distinct = Math.min(table.size / rows, survey.size / surveyRows)
  if (share < LEAST_MATCHED_SHARE || (distinct < 0.5 && tableWeight === 0)) return null
  const named = (surveyWeight + tableWeight) / 2
  const serial = isSerial(survey) && isSerial(table) && surveyWeight * tableWeight === 0 ? 0.1 : 1
  return { matchedCount: matchedRows, score: share * distinct * (0.4 + 0.6 * named) * serial }
}

/** Looks table rows up by the survey's key and counts what met and what did not. */
export class TableJoiner {
  readonly #rows = new Map<string, TableRow[]>()
  readonly #used = new Set<string>()
  readonly #onlySurvey: string[] = []
  #matched = 0
  #ambiguous = 0
  #onlySurveyCount = 0
  readonly #table: LedgerTable
  readonly #keys: KeyPair

  constructor(table: LedgerTable, keys: KeyPair) {
    this.#table = table
    this.#keys = keys
    for (const row of table.rows) {
      const key = keyOf(valueIn(row.cells, keys.tableKey))
      if (key !== null) this.#rows.set(key, [...(this.#rows.get(key) ?? []), row])
    }
  }

  /** The row of the table for a survey row; several are none. */
  find(attributes: Record<string, AttributeValue>): {
    row: TableRow | null
    isAmbiguous: boolean
    key: string | null
  } {
    const shown = valueIn(attributes, this.#keys.surveyKey)
    const key = keyOf(shown)
    const rows = key === null ? [] : (this.#rows.get(key) ?? [])
    if (key !== null) this.#used.add(key)
    if (rows.length === 1) this.#matched++
    else if (rows.length > 1) this.#ambiguous++
    else {
      this.#onlySurveyCount++
      if (this.#onlySurvey.length < LISTED_KEYS)
        this.#onlySurvey.push(isEmptyCell(shown) ? '—' : String(shown))
    }
    return {
      row: rows.length === 1 ? rows[0]! : null,
      isAmbiguous: rows.length > 1,
      key: shown == null ? null : String(shown),
    }
  }

  result(candidates: readonly KeyCandidate[], confirmed: boolean): TableJoin {
    const unused = [...this.#rows].filter(([key]) => !this.#used.has(key))
    return {
      table: this.#table.name,
      sheet: this.#table.sheet,
      headerRow: this.#table.headerRow,
      surveyKey: this.#keys.surveyKey,
      tableKey: this.#keys.tableKey,
      matchedCount: this.#matched,
      onlySurveyCount: this.#onlySurveyCount,
      onlyTableCount: unused.length,
      ambiguousCount: this.#ambiguous,
      onlySurvey: this.#onlySurvey,
      onlyTable: unused
        .slice(0, LISTED_KEYS)
        .map(([, rows]) => String(valueIn(rows[0]!.cells, this.#keys.tableKey))),
      candidates: shownCandidates(candidates),
      confirmed,
    }
  }
}

export const shownCandidates = (candidates: readonly KeyCandidate[]): TableJoin['candidates'] =>
  candidates
    .slice(0, CANDIDATES_SHOWN)
    .map(({ surveyKey, tableKey, matchedCount }) => ({ surveyKey, tableKey, matchedCount }))

/** The table when no pair of columns meets: shown, so that a person can name the key. */
export const unjoined = (table: LedgerTable, surveyRows: number): TableJoin => ({
  table: table.name,
  sheet: table.sheet,
  headerRow: table.headerRow,
  surveyKey: null,
  tableKey: null,
  matchedCount: 0,
  onlySurveyCount: surveyRows,
  onlyTableCount: table.rows.length,
  ambiguousCount: 0,
  onlySurvey: [],
  onlyTable: [],
  candidates: [],
  confirmed: false,
})
