/**
 * What follows from rows written under a change set: versions, events, cells, tile versions, search texts, and its link
 * of the hash chain. All in the writer's transaction.
 */
import type { Knex } from 'knex'
import { tileUpkeep, type TileUpkeepResult } from '../tiles/upkeep.ts'
import { ATTRIBUTE_COLUMNS, VERSION_ZOOM, attributesSql, rowHashSql, tileXSql, tileYSql } from './columns.ts'
import { sealChangeSet, type ChangeSetInput, type SealedChangeSet } from './change-sets.ts'
import { writeSearchTexts } from './search-texts.ts'

export interface CompletedChangeSet extends SealedChangeSet {
  tiles: TileUpkeepResult
}

const tileBounds = `
  ${tileXSql('ST_XMin(p.geom)', VERSION_ZOOM)}, ${tileYSql('ST_YMax(p.geom)', VERSION_ZOOM)},
  ${tileXSql('ST_XMax(p.geom)', VERSION_ZOOM)}, ${tileYSql('ST_YMin(p.geom)', VERSION_ZOOM)}`

const CLOSE_VERSIONS = `
  UPDATE parcel_versions v SET recorded_to = ?
  FROM parcels p
  WHERE p.division_code = ? AND p.change_set_id = ? AND p.version > 1
    AND v.division_code = p.division_code AND v.parcel_id = p.id AND v.version = p.version - 1 AND v.recorded_to IS NULL`

// Columns that are empty in every row leave no trace in the JSON, so they need not be looked at.
const writeVersionsSql = (attributeColumns: readonly string[], ofVersions: string): string => `
  INSERT INTO parcel_versions (division_code, parcel_id, version, change_set_id, recorded_from, current_division_code,
    town_code, ledger, cause, status, document_area_m2, is_withdrawn, cell_x, cell_y,
    tile_min_x, tile_min_y, tile_max_x, tile_max_y, attributes, row_hash, geom_hash)
  SELECT p.division_code, p.id, p.version, p.change_set_id, ?, p.current_division_code,
    p.town_code, p.ledger, p.cause, p.status, p.document_area_m2, p.is_withdrawn, p.cell_x, p.cell_y,
    ${tileBounds}, a.attributes, ${rowHashSql('a.attributes')}, p.geom_hash
  FROM parcels p
  CROSS JOIN LATERAL (${attributesSql(attributeColumns, 'p')}) a
  WHERE p.division_code = ? AND p.change_set_id = ? AND ${ofVersions}`

const WRITE_VERSIONS = writeVersionsSql(ATTRIBUTE_COLUMNS, 'true')
const WRITE_LATER_VERSIONS = writeVersionsSql(ATTRIBUTE_COLUMNS, 'p.version > 1')

async function writeVersions(
  trx: Knex.Transaction,
  input: ChangeSetInput,
  insertedColumns: readonly string[] | undefined,
): Promise<void> {
  const bindings = [input.recordedAt, input.divisionCode, input.id]
  if (insertedColumns === undefined) {
    await trx.raw(WRITE_VERSIONS, bindings)
    return
  }
  await trx.raw(writeVersionsSql(insertedColumns, 'p.version = 1'), bindings)
  await trx.raw(WRITE_LATER_VERSIONS, bindings)
}

const INSERT_EVENTS = `
  INSERT INTO parcel_events (division_code, id, parcel_id, change_set_id, kind, from_status, to_status, effective_on,
    recorded_at, actor_id, role, note)`
const EVENT_ID = "v.parcel_id || ':' || v.version"

const WRITE_FIRST_EVENTS = `${INSERT_EVENTS}
  SELECT v.division_code, ${EVENT_ID}, v.parcel_id, v.change_set_id, ?, NULL, v.status, ?, ?, ?, ?, ?
  FROM parcel_versions v
  WHERE v.division_code = ? AND v.change_set_id = ? AND v.version = 1`

// A status is moved by an event: one for every parcel whose status differs from the version before.
const WRITE_LATER_EVENTS = `${INSERT_EVENTS}
  SELECT v.division_code, ${EVENT_ID}, v.parcel_id, v.change_set_id, ?,
    prior.status, CASE WHEN v.is_withdrawn THEN NULL ELSE v.status END, ?, ?, ?, ?, ?
  FROM parcel_versions v
  JOIN parcel_versions prior ON prior.division_code = v.division_code AND prior.parcel_id = v.parcel_id
    AND prior.version = v.version - 1
  WHERE v.division_code = ? AND v.change_set_id = ? AND v.version > 1
    AND (prior.status <> v.status OR prior.is_withdrawn <> v.is_withdrawn)`

/**
 * Everything that follows from the rows written under the change set, and its link in the chain. `insertedColumns` are
 * those its new parcels were inserted with.
 */
export async function completeChangeSet(
  trx: Knex.Transaction,
  input: ChangeSetInput,
  { insertedColumns }: { insertedColumns?: readonly string[] } = {},
): Promise<CompletedChangeSet> {
  const key = [input.divisionCode, input.id]
  await trx.raw(CLOSE_VERSIONS, [input.recordedAt, ...key])
  await writeVersions(trx, input, insertedColumns)
  const event = [
    input.kind,
    input.effectiveOn,
    input.recordedAt,
    input.actor.id,
    input.actor.roles[0] ?? null,
    input.reason ?? null,
  ]
  await trx.raw(WRITE_FIRST_EVENTS, [...event, ...key])
  await trx.raw(WRITE_LATER_EVENTS, [...event, ...key])
  const tiles = await tileUpkeep(trx, { divisionCode: input.divisionCode, changeSetId: input.id })
  const sealed = await sealChangeSet(trx, input)
  await writeSearchTexts(trx, input, sealed.parcelCount)
  return { ...sealed, tiles }
}
