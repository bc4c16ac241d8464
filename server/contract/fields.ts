/**
 * The one field table: wire name, database column, DBF name, Chinese and English name, type, unit, group and
 * import aliases of every attribute of a parcel. API, import mapping, exports, forms and ledger columns read it.
 * Pure data: the rows live beside this file by group.
 */
import type { Ledger } from './codes/ledger.ts'
import { COMMON_FIELDS } from './fields/common.ts'
import { IDLE_FIELDS } from './fields/idle.ts'
import { UNSUPPLIED_FIELDS } from './fields/unsupplied.ts'

export type FieldType = 'text' | 'code' | 'date' | 'area' | 'money' | 'number' | 'integer' | 'boolean'

/** `general` may be seen by everyone in scope; `internal` (people, phones, money, banks) needs `parcel.read_internal`. */
export type AttributeClass = 'general' | 'internal'

export type FieldGroup =
  | 'identity'
  | 'location'
  | 'area'
  | 'right'
  | 'use'
  | 'state'
  | 'responsibility'
  | 'recognition'
  | 'approval'
  | 'supply'
  | 'schedule'
  | 'development'
  | 'remark'

export interface FieldDefinition {
  /** camelCase name on the wire; area in m², money in fen, dates YYYY-MM-DD. */
  wire: string
  /** snake_case column of `parcels`. */
  column: string
  /** DBF column, at most 10 ASCII bytes. */
  dbf: string
  zh: string
  en: string
  type: FieldType
  group: FieldGroup
  /** Longest text accepted; 200 when absent. */
  maxLength?: number
  /** Name of the code list for `code` fields (see codes/lists.ts). */
  codes?: string
  /** Only this ledger has the field. */
  ledger?: Ledger
  attributeClass?: AttributeClass
  /** Computed or moved by the system: never imported, never edited. */
  readOnly?: boolean
  /** Its absence makes the parcel 待补录 (the four the plan names: 位置, 面积, 权属, 规划用途). */
  required?: boolean
  /** Further names seen in tables; the importer also matches every name cut to 10 bytes in GBK and UTF-8. */
  aliases?: readonly string[]
}

export const FIELDS: readonly FieldDefinition[] = [...COMMON_FIELDS, ...UNSUPPLIED_FIELDS, ...IDLE_FIELDS]

export const FIELD_BY_WIRE: ReadonlyMap<string, FieldDefinition> = new Map(
  FIELDS.map((field) => [field.wire, field]),
)

/**
 * What an import takes for 文件面积 where a row has none, in this order: 剩余未供面积 is of the parcel itself, 批准面积 often
 * of a whole approval.
 */
export const DOCUMENT_AREA_STAND_INS: Readonly<Record<Ledger, readonly string[]>> = {
  approved_unsupplied: ['unsuppliedAreaM2', 'approvedAreaM2'],
  idle: ['supplyAreaM2'],
}

/** Years a parcel's record can name, by an import or by hand. */
export const YEARS = { min: 1950, max: 2100 } as const

export const isYear = ({ type, wire }: FieldDefinition): boolean => type === 'integer' && /year$/i.test(wire)

/** A part of the whole, 0 to 1. */
export const isShare = ({ wire }: FieldDefinition): boolean => wire.endsWith('Share')

/** Fields a person or an import may set. */
export const EDITABLE_FIELDS: readonly FieldDefinition[] = FIELDS.filter((field) => !field.readOnly)
