import type { Knex } from 'knex'
import { VERSIONED_COLUMNS, columnList } from './columns.ts'
import type { ListPosition, ParcelSort, SortOrder } from './list-cursor.ts'

export interface SqlPart {
  sql: string
  bindings: readonly Knex.RawBinding[]
}

export type ParcelRecord = Record<string, unknown> & {
  division_code: string
  id: string
  version: number
  ledger: 'approved_unsupplied' | 'idle'
  status: string
  is_withdrawn: boolean
  town_code: string | null
}

export interface VersionRecord {
  version: number
  change_set_id: string
  recorded_from: Date
  attributes: Record<string, unknown>
  geom_hash: string | null
  is_withdrawn: boolean
  kind: string
  actor_name: string
  effective_on: string
  reason: string | null
  source: Record<string, unknown>
}

/** Lists stop counting here; exact sums come from /api/summary. */
export const COUNT_CAP = 10_000

const SORT_SQL: Record<ParcelSort, { expression: string; cast: string }> = {
  parcelNo: { expression: 'p.parcel_no', cast: 'text' },
  name: { expression: "coalesce(p.name, '')", cast: 'text' },
  documentAreaM2: { expression: 'coalesce(p.document_area_m2, -1)', cast: 'numeric' },
  updatedAt: { expression: 'p.updated_at', cast: 'timestamptz' },
}

const PLACE_COLUMNS = `ST_X(p.inner_point) AS inner_lon, ST_Y(p.inner_point) AS inner_lat,
  ST_XMin(p.geom) AS min_lon, ST_YMin(p.geom) AS min_lat, ST_XMax(p.geom) AS max_lon, ST_YMax(p.geom) AS max_lat`

const LIST_COLUMNS = `p.division_code, p.id, p.version, p.current_division_code, p.town_code, p.ledger, p.status, p.cause,
  p.parcel_no, p.name, p.location, p.holder, p.planned_use, p.document_area_m2, p.projected_area_m2, p.ellipsoidal_area_m2,
  p.position_quality, p.missing, p.updated_at, p.is_withdrawn, ${PLACE_COLUMNS}`

const DETAIL_COLUMNS = `p.division_code, p.id, p.version, p.change_set_id, p.updated_at, p.created_at, p.geom_hash,
  p.import_id, p.import_layer, p.import_row, ${columnList(VERSIONED_COLUMNS, 'p')}, ${PLACE_COLUMNS}`

/** The geometry of a hash: a parcel has it now, or had it once. */
const geometryOf = (division: string, hash: string): string => `
  (SELECT survey_geom, survey_original, geom, inner_point FROM parcels
    WHERE division_code = ${division} AND geom_hash = ${hash} LIMIT 1)
  UNION ALL
  (SELECT survey_geom, survey_original, geom, inner_point FROM parcel_geometries
    WHERE division_code = ${division} AND hash = ${hash})
  LIMIT 1`

export interface PageRequest {
  where: SqlPart
  sort: ParcelSort
  order: SortOrder
  after: ListPosition | null
  limit: number
}

export const parcelRepository = (db: Knex) => ({
  /** One page in sort order with the id as tie-break; asks for one row more than the limit. */
  async findPage(request: PageRequest): Promise<(ParcelRecord & { sort_value: string | number | Date })[]> {
    const { expression, cast } = SORT_SQL[request.sort]
    const comparison = request.order === 'asc' ? '>' : '<'
    const cursorSql = request.after ? `AND (${expression}, p.id) ${comparison} (?::${cast}, ?)` : ''
    const cursorBindings = request.after ? [request.after.value, request.after.id] : []
    const result = await db.raw<{ rows: (ParcelRecord & { sort_value: string | number | Date })[] }>(
      `SELECT ${LIST_COLUMNS}, ${expression} AS sort_value FROM parcels p
       WHERE ${request.where.sql} ${cursorSql}
       ORDER BY ${expression} ${request.order}, p.id ${request.order} LIMIT ?`,
      [...request.where.bindings, ...cursorBindings, request.limit + 1],
    )
    return result.rows
  },

  async countUpTo(where: SqlPart, cap: number): Promise<number> {
    const result = await db.raw<{ rows: { count: number }[] }>(
      `SELECT count(*)::int AS count FROM (SELECT 1 FROM parcels p WHERE ${where.sql} LIMIT ?) capped`,
      [...where.bindings, cap + 1],
    )
    return result.rows[0]!.count
  },

  async find(divisionCode: string, id: string): Promise<ParcelRecord | null> {
    const result = await db.raw<{ rows: ParcelRecord[] }>(
      `SELECT ${DETAIL_COLUMNS} FROM parcels p WHERE p.division_code = ? AND p.id = ?`,
      [divisionCode, id],
    )
    return result.rows[0] ?? null
  },

  async lock(divisionCode: string, id: string): Promise<void> {
    await db.raw('SELECT 1 FROM parcels WHERE division_code = ? AND id = ? FOR UPDATE', [divisionCode, id])
  },

  /** The parcel as it stood at an instant: the version whose recorded range holds it. */
  async findAt(divisionCode: string, id: string, at: Date): Promise<ParcelRecord | null> {
    const result = await db.raw<{ rows: ParcelRecord[] }>(
      `SELECT v.division_code, v.parcel_id AS id, v.version, v.change_set_id, v.recorded_from AS updated_at,
         v.recorded_from AS created_at, v.geom_hash, ${columnList(VERSIONED_COLUMNS, 'a')},
         ${PLACE_COLUMNS.replaceAll('p.', 'g.')}
       FROM parcel_versions v
       CROSS JOIN LATERAL jsonb_populate_record(NULL::parcels, v.attributes) a
       LEFT JOIN LATERAL (${geometryOf('v.division_code', 'v.geom_hash')}) g ON true
       WHERE v.division_code = ? AND v.parcel_id = ? AND v.recorded_from <= ? AND (v.recorded_to IS NULL OR v.recorded_to > ?)`,
      [divisionCode, id, at, at],
    )
    return result.rows[0] ?? null
  },

  /** WKB of a geometry version: derived (4490), as surveyed in its own CRS, and as read when it was repaired. */
  async findGeometry(
    divisionCode: string,
    hash: string,
  ): Promise<{ geom: Buffer | null; survey: Buffer | null; original: Buffer | null } | null> {
    const result = await db.raw<{
      rows: { geom: Buffer | null; survey: Buffer | null; original: Buffer | null }[]
    }>(
      `SELECT ST_AsBinary(geom, 'NDR') AS geom, ST_AsBinary(survey_geom, 'NDR') AS survey, survey_original AS original
       FROM (${geometryOf('?::text', '?::text')}) g`,
      [divisionCode, hash, divisionCode, hash],
    )
    return result.rows[0] ?? null
  },

  async findVersions(divisionCode: string, id: string): Promise<VersionRecord[]> {
    const result = await db.raw<{ rows: VersionRecord[] }>(
      `SELECT v.version, v.change_set_id, v.recorded_from, v.attributes, v.geom_hash, v.is_withdrawn,
         c.kind, c.actor_name, c.effective_on, c.reason, c.source
       FROM parcel_versions v
       JOIN change_sets c ON c.division_code = v.division_code AND c.id = v.change_set_id
       WHERE v.division_code = ? AND v.parcel_id = ? ORDER BY v.version DESC LIMIT 500`,
      [divisionCode, id],
    )
    return result.rows
  },

  async townNames(): Promise<Map<string, string>> {
    const rows = await db('towns').select<{ code: string; name: string }[]>('code', 'name')
    return new Map(rows.map((row) => [row.code, row.name]))
  },

  /** The change set a parcel came in with, and the file it was read from. */
  async findSource(divisionCode: string, importId: string): Promise<Record<string, unknown> | null> {
    const result = await db.raw<{ rows: Record<string, unknown>[] }>(
      `SELECT c.actor_name, c.recorded_at, c.source FROM change_sets c
       WHERE c.division_code = ? AND c.kind = 'import' AND c.source->>'importId' = ? LIMIT 1`,
      [divisionCode, importId],
    )
    return result.rows[0] ?? null
  },

  async isNumberTaken(
    divisionCode: string,
    ledger: string,
    column: 'parcel_no' | 'supervision_no',
    value: string,
    exceptId: string,
  ) {
    const row = await db('parcels')
      .where({ division_code: divisionCode, ledger, [column]: value, is_withdrawn: false })
      .whereNot({ status: 'removed' })
      .whereNot({ id: exceptId })
      .first('id')
    return row !== undefined
  },
})
export type ParcelRepository = ReturnType<typeof parcelRepository>
