import type { Knex } from 'knex'
import { systemActor } from '../../server/auth/permissions.ts'
import { FIELD_BY_WIRE } from '../../server/contract/fields.ts'
import { newPublicId } from '../../server/kernel/public-id.ts'
import { newChangeSetId } from '../../server/parcels/change-sets.ts'
import { completeChangeSet } from '../../server/parcels/complete.ts'
import { ATTRIBUTE_COLUMNS } from '../../server/parcels/columns.ts'
import { insertParcels } from '../../server/parcels/insert.ts'
import { indexSearchTexts, searchTextOf } from '../../server/parcels/search-texts.ts'
import { geomHashSql, innerPointSql } from '../../server/parcels/write.ts'
import { generateParcels, surveyEwkb, type GeneratedParcel } from '../data/generate-million.ts'

export const BENCH_DIVISION = '150623'
const BATCH_ROWS = 25_000
const NOT_COLUMN_VALUES = new Set(['ledger', 'status'])

interface BatchRow {
  id: string
  status: string
  column_values: Record<string, unknown>
  search_text: string
  survey: string
  row: number
}

function toRow(parcel: GeneratedParcel): BatchRow {
  const values = Object.entries(parcel.attributes).filter(
    ([wire, value]) => !NOT_COLUMN_VALUES.has(wire) && value !== null,
  )
  const columns = Object.fromEntries(values.map(([wire, value]) => [FIELD_BY_WIRE.get(wire)!.column, value]))
  return {
    id: newPublicId(BENCH_DIVISION),
    status: parcel.attributes.status,
    column_values: columns,
    search_text: searchTextOf(columns),
    survey: surveyEwkb(parcel).toString('hex'),
    row: parcel.index + 1,
  }
}

const SOURCE = `
  SELECT r.id, r.status, r.column_values, '{}'::jsonb AS extra, '{}'::text[] AS missing, 'surveyed' AS position_quality,
    NULL::jsonb AS datum_parameters, false AS is_repaired, NULL::bytea AS survey_original, g.survey AS survey_geom,
    g.geom, ${innerPointSql('g.geom')} AS inner_point, ${geomHashSql('g.survey', 'g.geom')} AS geom_hash, round(ST_Area(g.survey)::numeric, 4) AS projected_area_m2,
    round(ST_Area(g.survey)::numeric, 4) AS ellipsoidal_area_m2, NULL::text AS import_id, NULL::text AS import_layer,
    r.row AS import_row, r.search_text
  FROM jsonb_to_recordset(?::jsonb) AS r(id text, status text, column_values jsonb, search_text text, survey text, row int)
  CROSS JOIN LATERAL (SELECT r.survey::geometry AS survey) read
  CROSS JOIN LATERAL (SELECT read.survey, ST_Multi(ST_Transform(read.survey, 4490)) AS geom) g`

async function write(db: Knex, byLedger: Map<string, BatchRow[]>): Promise<void> {
  const recordedAt = new Date()
  const changeSet = {
    divisionCode: BENCH_DIVISION,
    id: newChangeSetId(BENCH_DIVISION),
    kind: 'import' as const,
    actor: systemActor,
    recordedAt,
    effectiveOn: recordedAt.toISOString().slice(0, 10),
  }
  const total = [...byLedger.values()].reduce((sum, rows) => sum + rows.length, 0)
  await db.transaction(async (trx) => {
    for (const [ledger, rows] of byLedger) {
      await insertParcels(trx, changeSet, ledger, {
        total,
        columns: ATTRIBUTE_COLUMNS,
        sql: SOURCE,
        bindings: [JSON.stringify(rows)],
      })
    }
    await completeChangeSet(trx, changeSet)
  })
}

/** Generated parcels through the one write path, so that cells, versions and history are there as in life. */
export async function fillParcels(db: Knex, count: number): Promise<void> {
  const startedAt = performance.now()
  let batch = new Map<string, BatchRow[]>()
  let batched = 0
  let written = 0
  const flush = async (): Promise<void> => {
    await write(db, batch)
    written += batched
    batch = new Map()
    batched = 0
    const seconds = (performance.now() - startedAt) / 1000
    process.stderr.write(`\r${written.toLocaleString('en')} parcels in ${seconds.toFixed(0)} s `)
  }
  for await (const parcel of generateParcels(count, 1)) {
    const { ledger } = parcel.attributes
    const rows = batch.get(ledger)
    if (rows) rows.push(toRow(parcel))
    else batch.set(ledger, [toRow(parcel)])
    batched += 1
    if (batched === BATCH_ROWS) await flush()
  }
  if (batched > 0) await flush()
  await indexSearchTexts(db)
  process.stderr.write('\n')
}
