import type { Knex } from 'knex'
import { CAUSES, LEDGERS, STATUSES } from '../contract/codes/ledger.ts'
import type { ParcelFilter } from '../contract/parcel.ts'
import { ProblemError } from '../platform/problems.ts'
import { isFoundSql, searchPattern } from './search-texts.ts'

/** A filter as SQL over one alias, with everything a cache needs to tell two filters apart. */
export interface FilterSql {
  sql: string
  bindings: readonly Knex.RawBinding[]
  /** The same text for the same filter, whatever the order its list values came in. */
  cacheKey: string
  /** Only division, town, ledger, cause and status are asked for: aggregated cells and roll-ups can answer. */
  isCellKeyOnly: boolean
}

/** The code that stands for "has none": 待分析 for a cause, no town for a town. */
const NONE = 'none'
const TOWN_CODE = /^[0-9]{9}$/
const CAUSES_OR_NONE = new Set<string>([...CAUSES, NONE])

interface NormalFilter {
  ledger?: string[]
  cause?: string[]
  status?: string[]
  town?: string[]
  division?: string
  importId?: string
  planYear?: number
  q?: string
  areaFromM2?: number
  areaToM2?: number
}

function list(field: string, value: string | undefined, isKnown: (item: string) => boolean) {
  if (value === undefined) return undefined
  const items = [...new Set(value.split(',').map((item) => item.trim()))].filter((item) => item !== '').sort()
  const unknown = items.find((item) => !isKnown(item))
  if (unknown !== undefined) throw new ProblemError('request.invalid', { field, value: unknown })
  return items.length > 0 ? items : undefined
}

const isOneOf =
  (values: readonly string[]) =>
  (item: string): boolean =>
    values.includes(item)

function normalise(filter: ParcelFilter): NormalFilter {
  const q = filter.q?.trim()
  return {
    ledger: list('ledger', filter.ledger, isOneOf(LEDGERS)),
    cause: list('cause', filter.cause, (item) => CAUSES_OR_NONE.has(item)),
    status: list('status', filter.status, isOneOf(STATUSES)),
    town: list('town', filter.town, (item) => item === NONE || TOWN_CODE.test(item)),
    division: filter.division,
    importId: filter.importId,
    planYear: filter.planYear,
    q: q === '' ? undefined : q,
    areaFromM2: filter.areaFromM2,
    areaToM2: filter.areaToM2,
  }
}

class Conditions {
  readonly parts: string[] = []
  readonly bindings: Knex.RawBinding[] = []

  add(sql: string, ...bindings: Knex.RawBinding[]): void {
    this.parts.push(sql)
    this.bindings.push(...bindings)
  }

  /** Values of a list; `none` stands for the absent value, written NULL in parcels and '' in cells. */
  addList(column: string, items: string[] | undefined, absentSql: string): void {
    if (!items) return
    const values = items.filter((item) => item !== NONE)
    if (values.length === items.length) this.add(`${column} = ANY(?)`, values)
    else if (values.length === 0) this.add(absentSql)
    else this.add(`(${column} = ANY(?) OR ${absentSql})`, values)
  }
}

function addCellKey(conditions: Conditions, normal: NormalFilter, alias: string, absent: string): void {
  conditions.addList(`${alias}.ledger`, normal.ledger, 'false')
  conditions.addList(`${alias}.cause`, normal.cause, `${alias}.cause ${absent}`)
  conditions.addList(`${alias}.town_code`, normal.town, `${alias}.town_code ${absent}`)
  // Removed parcels (已剔除) stand in no list, sum or tile unless somebody asks for that very status.
  if (normal.status) conditions.addList(`${alias}.status`, normal.status, 'false')
  // Said beside a list of statuses as well: the index of numbers serves only who says it.
  if (!normal.status?.includes('removed')) conditions.add(`${alias}.status <> 'removed'`)
  if (normal.division?.length === 6) conditions.add(`${alias}.current_division_code = ?`, normal.division)
  else if (normal.division) conditions.add(`${alias}.current_division_code LIKE ?`, `${normal.division}%`)
}

function addAttributes(conditions: Conditions, normal: NormalFilter, alias: string): void {
  if (normal.importId)
    conditions.add(
      `${alias}.import_id = ? AND (${alias}.division_code, ${alias}.id) IN (
        SELECT v.division_code, v.parcel_id FROM change_sets c
        JOIN parcel_versions v ON v.division_code = c.division_code AND v.change_set_id = c.id
        WHERE c.division_code = ? AND c.kind = 'import' AND c.source->>'importId' = ?)`,
      normal.importId,
      normal.importId.slice(0, 6),
      normal.importId,
    )
  if (normal.planYear !== undefined) conditions.add(`${alias}.plan_year = ?`, normal.planYear)
  if (normal.q !== undefined) conditions.add(isFoundSql(alias), searchPattern(normal.q))
  if (normal.areaFromM2 !== undefined) conditions.add(`${alias}.document_area_m2 >= ?`, normal.areaFromM2)
  if (normal.areaToM2 !== undefined) conditions.add(`${alias}.document_area_m2 <= ?`, normal.areaToM2)
}

function toFilterSql(conditions: Conditions, normal: NormalFilter): FilterSql {
  const { importId, planYear, q, areaFromM2, areaToM2 } = normal
  return {
    sql: conditions.parts.join(' AND '),
    bindings: conditions.bindings,
    cacheKey: JSON.stringify(normal),
    isCellKeyOnly: [importId, planYear, q, areaFromM2, areaToM2].every((value) => value === undefined),
  }
}

/**
 * The filter shared by map, ledger and summary, over `parcels` under `alias`. Withdrawn parcels never pass, removed
 * ones only when asked for. A list value outside its code list is refused with `request.invalid`.
 */
export function parcelFilterSql(filter: ParcelFilter, alias: string): FilterSql {
  const normal = normalise(filter)
  const conditions = new Conditions()
  conditions.add(`NOT ${alias}.is_withdrawn`)
  addCellKey(conditions, normal, alias, 'IS NULL')
  addAttributes(conditions, normal, alias)
  return toFilterSql(conditions, normal)
}

/** The cell-key part of the same filter over `tile_cells` or `summary_rollups`, where an absent value is ''. */
export function cellFilterSql(filter: ParcelFilter, alias: string): FilterSql {
  const normal = normalise(filter)
  const conditions = new Conditions()
  addCellKey(conditions, normal, alias, "= ''")
  return toFilterSql(conditions, normal)
}
