import type { Knex } from 'knex'
import { FIELD_BY_WIRE } from '../contract/fields.ts'
import type {
  Attributes,
  ParcelDetail,
  ParcelHistory,
  ParcelList,
  ParcelListQuery,
  ParcelSource,
  PatchedParcel,
  PatchParcel,
} from '../contract/parcel.ts'
import type { Actor } from '../auth/actor.ts'
import { isInScope, requirePermission, scopePredicate } from '../auth/permissions.ts'
import { divisionOfPublicId } from '../kernel/public-id.ts'
import { polygonalFromWkb } from '../kernel/wkb.ts'
import type { Clock } from '../platform/clock.ts'
import { ProblemError } from '../platform/problems.ts'
import type { TileVersions } from '../tiles/versions.ts'
import { newChangeSetId } from './change-sets.ts'
import { checkAttributes } from './check-attributes.ts'
import { parcelFilterSql } from './filter.ts'
import { decodeCursor, encodeCursor } from './list-cursor.ts'
import { COUNT_CAP, parcelRepository, type ParcelRecord, type SqlPart } from './repository.ts'
import { missingFields } from './rules/values.ts'
import { toHistoryEntry, toParcelDetail, toParcelRow } from './views.ts'
import { completeChangeSet } from './complete.ts'
import { editParcel } from './write.ts'

export interface ParcelServiceDeps {
  db: Knex
  clock: Clock
  tileVersions: TileVersions
}

export interface DetailQuery {
  geometry?: 'display' | 'original' | 'none'
  at?: string
}

const LIST_LIMIT_DEFAULT = 50

function bboxSql(bbox: string | undefined): SqlPart {
  if (bbox === undefined) return { sql: 'true', bindings: [] }
  const bounds = bbox.split(',').map(Number)
  const [minLon, minLat, maxLon, maxLat] = bounds as [number, number, number, number]
  if (bounds.some((bound) => !Number.isFinite(bound)) || minLon > maxLon || minLat > maxLat) {
    throw new ProblemError('request.invalid', { field: 'bbox', value: bbox })
  }
  return { sql: 'p.geom && ST_MakeEnvelope(?, ?, ?, ?, 4490)', bindings: bounds }
}

/** Lists, cards, history and edits of parcels; permission first, then the law of values, then the one write path. */
export const parcelService = (deps: ParcelServiceDeps) => {
  const { db, clock, tileVersions } = deps

  /** The scope is judged by where the parcel is today, also for a version of a time when it was elsewhere. */
  async function findReadable(actor: Actor, id: string, at?: Date): Promise<ParcelRecord> {
    const divisionCode = divisionOfPublicId(id)
    const repository = parcelRepository(db)
    const row = divisionCode && (await repository.find(divisionCode, id))
    if (!row) throw new ProblemError('parcel.not_found', { id })
    requirePermission(actor, 'parcel.read', {
      id,
      divisionCode: String(row['current_division_code']),
      townCode: row.town_code,
    })
    if (at === undefined) return row
    const version = await repository.findAt(row.division_code, id, at)
    if (!version) throw new ProblemError('parcel.not_found', { id })
    return version
  }

  async function sourceOf(row: ParcelRecord): Promise<ParcelSource> {
    const importId = row['import_id'] as string | null
    const found = importId ? await parcelRepository(db).findSource(row.division_code, importId) : null
    const source = (found?.['source'] ?? {}) as Record<string, string | null>
    return {
      importId,
      fileName: source['fileName'] ?? null,
      fileSha256: source['sha256'] ?? null,
      layer: (row['import_layer'] as string | null) ?? null,
      row: (row['import_row'] as number | null) ?? null,
      importedAt: found ? (found['recorded_at'] as Date).toISOString() : null,
      importedBy: found ? String(found['actor_name']) : null,
    }
  }

  async function geometryOf(row: ParcelRecord, kind: 'display' | 'original' | 'none') {
    const hash = row['geom_hash'] as string | null
    if (kind === 'none' || !hash) return { geometry: null, geometryCrs: null }
    const found = await parcelRepository(db).findGeometry(row.division_code, hash)
    const wkb = kind === 'original' ? (found?.original ?? found?.survey) : found?.geom
    if (!wkb) return { geometry: null, geometryCrs: null }
    const crs = kind === 'original' ? `EPSG:${String(row['survey_srid'])}` : 'EPSG:4490'
    return { geometry: polygonalFromWkb(wkb), geometryCrs: crs }
  }

  async function detailOf(
    actor: Actor,
    row: ParcelRecord,
    geometry: 'display' | 'original' | 'none',
  ): Promise<ParcelDetail> {
    return toParcelDetail({
      row,
      towns: await parcelRepository(db).townNames(),
      seesInternal: actor.actions.has('parcel.read_internal'),
      source: await sourceOf(row),
      ...(await geometryOf(row, geometry)),
    })
  }

  async function checkNumbers(trx: Knex, row: ParcelRecord, attributes: Attributes): Promise<void> {
    const numbers = [
      ['parcelNo', 'parcel_no', 'parcel.number_taken'],
      ['supervisionNo', 'supervision_no', 'parcel.supervision_no_taken'],
    ] as const
    for (const [wire, column, code] of numbers) {
      const value = attributes[wire]
      if (typeof value !== 'string') continue
      const taken = await parcelRepository(trx).isNumberTaken(
        row.division_code,
        row.ledger,
        column,
        value,
        row.id,
      )
      if (taken) throw new ProblemError(code, { value })
    }
  }

  async function checkTown(
    trx: Knex,
    row: ParcelRecord,
    attributes: Attributes,
    actor: Actor,
  ): Promise<void> {
    const town = attributes['townCode']
    if (typeof town !== 'string') return
    const known = await trx('towns').where({ code: town }).first('code')
    // Moving a parcel out of one's own scope would make it vanish from the mover's hands.
    const target = { divisionCode: String(row['current_division_code']), townCode: town }
    if (known && isInScope(actor, target)) return
    const fault = known ? 'out_of_scope' : 'not_in_list'
    throw new ProblemError('parcel.value_invalid', {
      field: 'townCode',
      label: '镇（园区）',
      value: town,
      fault,
    })
  }

  async function applyEdit(actor: Actor, row: ParcelRecord, body: PatchParcel): Promise<string> {
    const columns: Record<string, unknown> = {}
    for (const [wire, value] of Object.entries(body.attributes))
      columns[FIELD_BY_WIRE.get(wire)!.column] = value
    const missing = missingFields((field) =>
      field.column in columns ? columns[field.column] : row[field.column],
    )
    // 待补录 ends by itself when the last missing field is there (draft → registered, recorded as an event).
    const status =
      row.status === 'draft' && missing.length === 0 && row['geom_hash'] ? 'registered' : row.status
    const recordedAt = clock.now()
    const changeSetId = newChangeSetId(row.division_code)
    const completed = await db.transaction(async (trx) => {
      await checkNumbers(trx, row, body.attributes)
      await checkTown(trx, row, body.attributes, actor)
      const target = { divisionCode: row.division_code, changeSetId, recordedAt }
      const isWritten = await editParcel(trx, target, {
        id: row.id,
        version: row.version,
        columns,
        missing,
        status,
      })
      if (!isWritten) throw new ProblemError('parcel.stale', {})
      return completeChangeSet(trx, {
        divisionCode: row.division_code,
        id: changeSetId,
        kind: 'edit',
        actor,
        recordedAt,
        effectiveOn: clock.today(),
        reason: body.reason ?? null,
      })
    })
    tileVersions.applied(completed.tiles)
    return completed.tiles.version
  }

  return {
    async list(actor: Actor, query: ParcelListQuery): Promise<ParcelList> {
      requirePermission(actor, 'parcel.read')
      const { limit = LIST_LIMIT_DEFAULT, after, bbox, sort = 'parcelNo', order = 'asc', ...filter } = query
      const parts = [parcelFilterSql(filter, 'p'), scopePredicate(actor, 'p'), bboxSql(bbox)]
      const where: SqlPart = {
        sql: parts.map((part) => `(${part.sql})`).join(' AND '),
        bindings: parts.flatMap((part) => [...part.bindings]),
      }
      const repository = parcelRepository(db)
      const rows = await repository.findPage({
        where,
        sort,
        order,
        after: decodeCursor(sort, order, after),
        limit,
      })
      const count = await repository.countUpTo(where, COUNT_CAP)
      const towns = await repository.townNames()
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        items: page.map((row) => toParcelRow(row, towns)),
        total: Math.min(count, COUNT_CAP),
        totalIsLowerBound: count > COUNT_CAP,
        next: rows.length > limit && last ? encodeCursor(sort, order, last) : null,
      }
    },

    async get(actor: Actor, id: string, query: DetailQuery = {}): Promise<ParcelDetail> {
      const row = await findReadable(actor, id, query.at === undefined ? undefined : new Date(query.at))
      return detailOf(actor, row, query.geometry ?? 'display')
    },

    async history(actor: Actor, id: string): Promise<ParcelHistory> {
      const row = await findReadable(actor, id)
      const versions = await parcelRepository(db).findVersions(row.division_code, id)
      const seesInternal = actor.actions.has('parcel.read_internal')
      const items = versions.map((version, index) =>
        toHistoryEntry(version, versions[index + 1], seesInternal),
      )
      return { items, total: items.length, totalIsLowerBound: false }
    },

    /**
     * Sets attributes by wire name. 428 without a version, 412 with the current row when it is stale (RFC 9110 If-Match),
     * 422 for a value the field does not take; an unchanged body writes nothing.
     */
    async patch(actor: Actor, id: string, body: PatchParcel, ifMatch: number | null): Promise<PatchedParcel> {
      const row = await findReadable(actor, id)
      requirePermission(actor, 'parcel.edit', {
        id,
        divisionCode: String(row['current_division_code']),
        townCode: row.town_code,
      })
      const expected = ifMatch ?? body.version ?? null
      if (expected === null) throw new ProblemError('parcel.precondition_missing', {})
      if (row.is_withdrawn) throw new ProblemError('parcel.not_found', { id })
      if (row.version !== expected) {
        throw new ProblemError(
          'parcel.stale',
          { version: row.version },
          { current: await detailOf(actor, row, 'none') },
        )
      }
      const attributes = checkAttributes(actor, row.ledger, body.attributes)
      const changed = Object.entries(attributes).filter(
        ([wire, value]) => (row[FIELD_BY_WIRE.get(wire)!.column] ?? null) !== value,
      )
      if (changed.length === 0) {
        return { parcel: await detailOf(actor, row, 'display'), tileVersion: await tileVersions.current() }
      }
      try {
        const tileVersion = await applyEdit(actor, row, { ...body, attributes: Object.fromEntries(changed) })
        return { parcel: await detailOf(actor, await findReadable(actor, id), 'display'), tileVersion }
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== 'parcel.stale') throw error
        const current = await findReadable(actor, id)
        throw new ProblemError(
          'parcel.stale',
          { version: current.version },
          { current: await detailOf(actor, current, 'none') },
        )
      }
    },
  }
}
export type ParcelService = ReturnType<typeof parcelService>
