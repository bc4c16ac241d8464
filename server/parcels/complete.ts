/**
 * What follows from rows written under a change set: versions, events and search texts of the changed ones, cells, tile
 * versions, and its link of the hash chain. All in the writer's transaction.
 */
import type { Knex } from 'knex'
import { tileUpkeep, type TileUpkeepResult } from '../tiles/upkeep.ts'
import { EVENT_COLUMNS, VERSION_COLUMNS, attributesSql, rowHashSql, tileBoundsSql } from './columns.ts'
import { sealChangeSet, type ChangeSetInput, type SealedChangeSet } from './change-sets.ts'
import { updateSearchTexts } from './search-texts.ts'

export interface CompletedChangeSet extends SealedChangeSet {
  tiles: TileUpkeepResult
}

const CLOSE_VERSIONS = `
  UPDATE parcel_versions v SET recorded_to = ?
  FROM parcels p
  WHERE p.division_code = ? AND p.change_set_id = ? AND p.version > 1
    AND v.division_code = p.division_code AND v.parcel_id = p.id AND v.version = p.version - 1 AND v.recorded_to IS NULL`

const WRITE_VERSIONS = `
  INSERT INTO parcel_versions (${VERSION_COLUMNS})
  SELECT p.division_code, p.id, p.version, p.change_set_id, ?, p.current_division_code,
    p.town_code, p.ledger, p.cause, p.status, p.document_area_m2, p.is_withdrawn, p.cell_x, p.cell_y,
    ${tileBoundsSql('p.geom')}, a.attributes, ${rowHashSql('a.attributes')}, p.geom_hash
  FROM parcels p
  CROSS JOIN LATERAL (${attributesSql('p')}) a
  WHERE p.division_code = ? AND p.change_set_id = ? AND p.version > 1`

// A status is moved by an event: one for every parcel whose status differs from the version before.
const WRITE_EVENTS = `
  INSERT INTO parcel_events (${EVENT_COLUMNS})
  SELECT v.division_code, v.parcel_id || ':' || v.version, v.parcel_id, v.change_set_id, ?,
    prior.status, CASE WHEN v.is_withdrawn THEN NULL ELSE v.status END, ?, ?, ?, ?, ?
  FROM parcel_versions v
  JOIN parcel_versions prior ON prior.division_code = v.division_code AND prior.parcel_id = v.parcel_id
    AND prior.version = v.version - 1
  WHERE v.division_code = ? AND v.change_set_id = ? AND v.version > 1
    AND (prior.status <> v.status OR prior.is_withdrawn <> v.is_withdrawn)`

async function followChanged(trx: Knex.Transaction, input: ChangeSetInput): Promise<void> {
  const key = [input.divisionCode, input.id]
  await trx.raw(CLOSE_VERSIONS, [input.recordedAt, ...key])
  await trx.raw(WRITE_VERSIONS, [input.recordedAt, ...key])
  const event = [
    input.kind,
    input.effectiveOn,
    input.recordedAt,
    input.actor.id,
    input.actor.roles[0] ?? null,
    input.reason ?? null,
  ]
  await trx.raw(WRITE_EVENTS, [...event, ...key])
}

/**
 * Everything that follows from the rows written under the change set, and its link in the chain. New parcels brought
 * their versions, events and texts with them (insert.ts); where there are only such, they need not be read for others.
 */
export async function completeChangeSet(
  trx: Knex.Transaction,
  input: ChangeSetInput,
  { hasOnlyNew = false }: { hasOnlyNew?: boolean } = {},
): Promise<CompletedChangeSet> {
  if (!hasOnlyNew) await followChanged(trx, input)
  const tiles = await tileUpkeep(trx, { divisionCode: input.divisionCode, changeSetId: input.id })
  const sealed = await sealChangeSet(trx, input)
  if (!hasOnlyNew) await updateSearchTexts(trx, input)
  return { ...sealed, tiles }
}
