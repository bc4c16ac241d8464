/** A survey row (with the table row joined to it) to typed column values, what no field took, and what is wrong. */
import {
  DOCUMENT_AREA_STAND_INS,
  FIELD_BY_WIRE,
  FIELDS,
  type FieldDefinition,
} from '../../contract/fields.ts'
import type { ColumnMapping, IssueSeverity } from '../../contract/import.ts'
import type { Ledger } from '../../contract/codes/ledger.ts'
import { valueIn, type AttributeValue } from '../formats/types.ts'
import type { AreaStandIns } from './area-stand-ins.ts'
import { codeOf } from './codes.ts'
import type { ColumnUnit } from './names.ts'
import { TABLE_PREFIX } from './profile.ts'
import type { TownFinder } from './towns.ts'
import { convertValue, isEmptyCell, type TypedValue, type ValueFault } from './values.ts'

export interface ValueIssue {
  field: string
  code: ValueFault | 'table_differs' | 'ledger_unknown'
  severity: IssueSeverity
  value: string
  params: Record<string, string | number>
}

export interface ConvertedRow {
  ledger: Ledger
  /** First state the status column names, null without one. */
  status: string | null
  /** Values by database column. */
  columns: Record<string, TypedValue>
  extra: Record<string, AttributeValue>
  issues: ValueIssue[]
  label: string | null
  /** The row has no 文件面积 of its own: the field and the column it was taken from. */
  areaFrom: { wire: string; column: string } | null
}

export interface RowConverterOptions {
  mapping: readonly ColumnMapping[]
  /** Chosen by a person: every row goes there. */
  ledger: Ledger | null
  /** For rows that don't tell their ledger. */
  fallbackLedger: Ledger
  towns: TownFinder
  areaStandIns?: AreaStandIns
}

const VALUE_SHOWN = 120
const SEVERITY: Partial<Record<ValueFault, IssueSeverity>> = { date_partial: 'note', town_unknown: 'hint' }

interface Source {
  source: string
  field: FieldDefinition | null
  unit: ColumnUnit | null
}

const nameOf = (source: string): string =>
  source.startsWith(TABLE_PREFIX) ? source.slice(TABLE_PREFIX.length) : source

const DOCUMENT_AREA = FIELD_BY_WIRE.get('documentAreaM2')!
const SOURCE_FIELDS: ReadonlySet<string> = new Set(['ledger', 'status'])

/** Prepares a converter for many rows of one file. */
export function rowConverter(
  options: RowConverterOptions,
): (
  attributes: Record<string, AttributeValue>,
  table: Record<string, AttributeValue> | null,
) => ConvertedRow {
  const sources: Source[] = options.mapping.map((entry) => ({
    source: entry.source,
    field: entry.field === null ? null : (FIELD_BY_WIRE.get(entry.field) ?? null),
    unit: entry.unit ?? null,
  }))
  const { areaStandIns = DOCUMENT_AREA_STAND_INS } = options
  const ledgerSource = sources.find((entry) => entry.field?.wire === 'ledger')
  return (attributes, table) => {
    const cellOf = (source: string): AttributeValue => {
      if (!source.startsWith(TABLE_PREFIX)) return valueIn(attributes, source)
      return table ? valueIn(table, source.slice(TABLE_PREFIX.length)) : null
    }
    const row: ConvertedRow = {
      ledger: options.ledger ?? options.fallbackLedger,
      status: null,
      columns: {},
      extra: {},
      issues: [],
      label: null,
      areaFrom: null,
    }
    if (ledgerSource) readLedger(row, ledgerSource.source, cellOf(ledgerSource.source), options)
    for (const entry of sources) convertCell(row, entry, cellOf(entry.source), options)
    if (row.columns['town_code'] === undefined) fillTown(row, options.towns)
    fillDocumentArea(row, sources, areaStandIns[row.ledger])
    row.label = labelOf(row.columns)
    return row
  }
}

function readLedger(
  row: ConvertedRow,
  source: string,
  cell: AttributeValue | undefined,
  options: RowConverterOptions,
): void {
  if (isEmptyCell(cell)) return
  const code = codeOf('ledger', String(cell)) as Ledger | null
  const params = { taken: row.ledger }
  if (code === null) row.issues.push(issue(source, 'ledger_unknown', 'warning', cell, params))
  else if (options.ledger === null) row.ledger = code
}

const issue = (
  field: string,
  code: ValueIssue['code'],
  severity: IssueSeverity,
  cell: AttributeValue | undefined,
  params: Record<string, string | number> = {},
): ValueIssue => ({ field, code, severity, value: String(cell).slice(0, VALUE_SHOWN), params })

function convertCell(
  row: ConvertedRow,
  entry: Source,
  cell: AttributeValue | undefined,
  options: RowConverterOptions,
): void {
  const { field, source } = entry
  const name = nameOf(source)
  const isForeign = field?.ledger !== undefined && field.ledger !== row.ledger
  if (field === null || isForeign) {
    // A column of the table may not push aside what the survey itself says under that name.
    if (!isEmptyCell(cell) && !Object.hasOwn(row.extra, name)) row.extra[name] = cell!
    return
  }
  if (field.wire === 'ledger') return
  const converted = convertValue(field, cell, { unit: entry.unit, ledger: row.ledger, towns: options.towns })
  if (converted.fault) noteFault(row, name, field, cell!, converted.fault)
  if (converted.value === null) return
  if (field.wire === 'status') row.status = String(converted.value)
  if (!SOURCE_FIELDS.has(field.wire)) row.columns[field.column] = converted.value
}

function noteFault(
  row: ConvertedRow,
  name: string,
  field: FieldDefinition,
  cell: AttributeValue,
  fault: ValueFault,
): void {
  row.issues.push(issue(name, fault, SEVERITY[fault] ?? 'warning', cell, { target: field.wire }))
  if (fault === 'date_partial') return
  row.extra[name] = cell
  const isCauseWord = field.wire === 'cause' && (fault === 'code_unknown' || fault === 'cause_not_of_ledger')
  // What the field can't hold stays readable: the words of a cause go to the cause in words.
  if (isCauseWord && row.columns['cause_detail'] === undefined)
    row.columns['cause_detail'] = String(cell).trim()
}

function fillTown(row: ConvertedRow, towns: TownFinder): void {
  const location = row.columns['location']
  const code = typeof location === 'string' ? towns.inText(location) : null
  if (code) row.columns['town_code'] = code
}

/** An area that is there and could not be read is told as such; nothing else is put in its place. */
function fillDocumentArea(row: ConvertedRow, sources: readonly Source[], standIns: readonly string[]): void {
  const { column, wire: own } = DOCUMENT_AREA
  if (row.columns[column] !== undefined || row.issues.some(({ params }) => params['target'] === own)) return
  for (const wire of standIns) {
    const entry = sources.find(({ field }) => field?.wire === wire)
    const value = entry && row.columns[entry.field!.column]
    // Nothing left to supply says nothing of the parcel's size.
    if (!entry || typeof value !== 'number' || value <= 0) continue
    row.columns[column] = value
    row.areaFrom = { wire, column: nameOf(entry.source) }
    return
  }
}

function labelOf(columns: Record<string, TypedValue>): string | null {
  for (const column of ['parcel_no', 'name', 'supervision_no', 'location']) {
    if (columns[column] !== undefined) return String(columns[column]).slice(0, 100)
  }
  return null
}

/** Columns of the required fields: what a parcel may not lack if it is to be more than 待补录. */
export const REQUIRED_FIELDS = FIELDS.filter((field) => field.required)
