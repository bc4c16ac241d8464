import type { Knex } from 'knex'
import { newChangeSetId } from '../../server/parcels/change-sets.ts'
import { completeChangeSet, type CompletedChangeSet } from '../../server/parcels/complete.ts'
import { ATTRIBUTE_COLUMNS } from '../../server/parcels/columns.ts'
import { insertParcels } from '../../server/parcels/insert.ts'
import { searchTextOf } from '../../server/parcels/search-texts.ts'
import { geomHashSql, innerPointSql, mergeParcels } from '../../server/parcels/write.ts'
import { newPublicId } from '../../server/kernel/public-id.ts'

export const TEST_ACTOR = { id: 'test', displayName: '测试员', roles: ['clerk'] as const }

export interface ParcelSeed {
  /** Shell in the survey's own CRS, x east or lon, y north or lat. */
  ring?: [number, number][]
  srid?: number
  ledger?: 'approved_unsupplied' | 'idle'
  status?: string
  /** Attribute columns by column name. */
  columns?: Record<string, unknown>
  extra?: Record<string, unknown>
  missing?: string[]
  isUncalibrated?: boolean
}

export interface SeededParcels extends CompletedChangeSet {
  changeSetId: string
  ids: string[]
}

/** A square of a given size near 敖勒召其 in zone 36 with prefix (EPSG:4524), offset in metres. */
export function square(eastM: number, northM: number, sizeM = 100): [number, number][] {
  const [x, y] = [36454500 + eastM, 4228000 + northM]
  return [
    [x, y],
    [x + sizeM, y],
    [x + sizeM, y + sizeM],
    [x, y + sizeM],
    [x, y],
  ]
}

const wktOf = (ring: [number, number][]): string =>
  `POLYGON((${ring.map(([x, y]) => `${x} ${y}`).join(',')}))`

/** Writes parcels as an import would, through the one write path. */
export async function seedParcels(
  db: Knex,
  seeds: ParcelSeed[],
  options: {
    divisionCode?: string
    recordedAt?: Date
    importId?: string
    fileName?: string
    /** Attribute columns the parcels are inserted with; all by default. */
    insertedColumns?: readonly string[]
  } = {},
): Promise<SeededParcels> {
  const divisionCode = options.divisionCode ?? '150623'
  const recordedAt = options.recordedAt ?? new Date('2026-01-05T08:00:00+08:00')
  const changeSetId = newChangeSetId(divisionCode)
  const rows = seeds.map((seed, index) => {
    const id = newPublicId(divisionCode)
    const columns: Record<string, unknown> = { parcel_no: `示例-${id.slice(-8)}`, ...seed.columns }
    return {
      id,
      ledger: seed.ledger ?? 'approved_unsupplied',
      status: seed.status ?? 'registered',
      column_values: columns,
      search_text: searchTextOf(columns),
      extra: seed.extra ?? {},
      missing: seed.missing ?? [],
      quality: seed.isUncalibrated ? 'uncalibrated' : 'surveyed',
      wkt: wktOf(seed.ring ?? square((index % 100) * 120, Math.floor(index / 100) * 120)),
      srid: seed.srid ?? 4524,
      row: index + 1,
    }
  })
  const changeSet = {
    divisionCode,
    id: changeSetId,
    kind: 'import' as const,
    actor: TEST_ACTOR,
    recordedAt,
    effectiveOn: '2026-01-05',
    source: { importId: options.importId ?? null, fileName: options.fileName ?? null },
  }
  const completed = await db.transaction(async (trx) => {
    for (const ledger of ['approved_unsupplied', 'idle']) {
      const ofLedger = rows.filter((row) => row.ledger === ledger)
      if (ofLedger.length === 0) continue
      await insertParcels(trx, changeSet, ledger, {
        total: rows.length,
        columns: options.insertedColumns ?? ATTRIBUTE_COLUMNS,
        sql: `SELECT r.id, r.status, r.column_values, r.extra, r.missing, r.quality AS position_quality, NULL::jsonb AS datum_parameters,
            false AS is_repaired, NULL::bytea AS survey_original, survey.g AS survey_geom, survey.geom,
            ${innerPointSql('survey.geom')} AS inner_point, ${geomHashSql('survey.g', 'survey.geom')} AS geom_hash,
            round(ST_Area(survey.g)::numeric, 4) AS projected_area_m2,
            round(ST_Area(ST_Transform(survey.g, 4490)::geography)::numeric, 4) AS ellipsoidal_area_m2,
            ?::text AS import_id, NULL::text AS import_layer, r.row AS import_row,
            r.search_text
          FROM jsonb_to_recordset(?::jsonb) AS r(id text, status text, column_values jsonb, search_text text, extra jsonb, missing text[], quality text,
            wkt text, srid int, row int)
          CROSS JOIN LATERAL (SELECT ST_GeomFromText(r.wkt, r.srid) AS g) read
          CROSS JOIN LATERAL (SELECT read.g, ST_Multi(ST_Transform(read.g, 4490)) AS geom) survey`,
        bindings: [options.importId ?? null, JSON.stringify(ofLedger)],
      })
    }
    return completeChangeSet(trx, changeSet)
  })
  return { ...completed, changeSetId, ids: rows.map((row) => row.id) }
}

/** Gives a parcel another shape (EPSG:4524) as a later import would; returns the change set. */
export async function moveParcel(
  db: Knex,
  id: string,
  ring: [number, number][],
  columns: Record<string, unknown> = {},
): Promise<string> {
  const divisionCode = id.slice(0, 6)
  const target = {
    divisionCode,
    changeSetId: newChangeSetId(divisionCode),
    recordedAt: new Date('2026-01-20T08:00:00+08:00'),
  }
  await db.transaction(async (trx) => {
    await mergeParcels(trx, target, {
      sql: `SELECT ?::text AS id, 'registered' AS status, ?::jsonb AS column_values, '{}'::jsonb AS extra,
          '{}'::text[] AS missing, 'surveyed' AS position_quality, NULL::jsonb AS datum_parameters, false AS is_repaired,
          NULL::bytea AS survey_original, survey.g AS survey_geom, survey.geom,
          ${innerPointSql('survey.geom')} AS inner_point, ${geomHashSql('survey.g', 'survey.geom')} AS geom_hash,
          ST_Area(survey.g)::numeric AS projected_area_m2, ST_Area(survey.geom::geography)::numeric AS ellipsoidal_area_m2,
          NULL::text AS import_id, NULL::text AS import_layer, 1 AS import_row
        FROM (SELECT ST_GeomFromText(?, 4524) AS g) read
        CROSS JOIN LATERAL (SELECT read.g, ST_Multi(ST_Transform(read.g, 4490)) AS geom) survey`,
      bindings: [id, JSON.stringify(columns), wktOf(ring)],
    })
    await completeChangeSet(trx, {
      ...target,
      id: target.changeSetId,
      kind: 'import',
      actor: TEST_ACTOR,
      effectiveOn: '2026-01-20',
    })
  })
  return target.changeSetId
}
