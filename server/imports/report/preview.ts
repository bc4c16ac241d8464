/** Shapes for the mini-map: simplified, in EPSG:4490, at most a few thousand. */
import type { Knex } from 'knex'
import type { ImportPreview } from '../../contract/import-rows.ts'
import type { ImportKey } from '../pipeline/stage-rows.ts'

const MOST_SHAPES = 5_000
/** About 3 m: invisible on a mini-map, and a tenth of the vertices. */
const SIMPLIFY_DEG = 0.00003

interface PreviewRow {
  row: number
  state: string
  label: string | null
  geometry: { type: string; coordinates: unknown[] } | null
}

const SHAPE = `ST_AsGeoJSON(coalesce(ST_SimplifyPreserveTopology(s.geom, ${SIMPLIFY_DEG}), s.geom), 6)::json AS geometry`

async function stagedRows(db: Knex, key: ImportKey): Promise<PreviewRow[]> {
  const { rows } = await db.raw<{ rows: PreviewRow[] }>(
    `SELECT s.row, coalesce(o.outcome, 'new') AS state, r.label, ${SHAPE}
     FROM import_shapes s
     LEFT JOIN import_rows r ON r.division_code = s.division_code AND r.import_id = s.import_id AND r.row = s.row
     LEFT JOIN import_outcomes o ON o.division_code = s.division_code AND o.import_id = s.import_id AND o.row = s.row
     WHERE s.division_code = ? AND s.import_id = ? ORDER BY s.row LIMIT ?`,
    [key.divisionCode, key.importId, MOST_SHAPES + 1],
  )
  return rows
}

async function committedRows(db: Knex, key: ImportKey): Promise<PreviewRow[]> {
  const { rows } = await db.raw<{ rows: PreviewRow[] }>(
    `SELECT s.import_row AS row, 'committed' AS state, coalesce(s.parcel_no, s.name) AS label, ${SHAPE}
     FROM parcels s WHERE s.division_code = ? AND s.import_id = ? AND NOT s.is_withdrawn
     ORDER BY s.import_row LIMIT ?`,
    [key.divisionCode, key.importId, MOST_SHAPES + 1],
  )
  return rows
}

export async function previewOf(db: Knex, key: ImportKey, isCommitted: boolean): Promise<ImportPreview> {
  const rows = isCommitted ? await committedRows(db, key) : await stagedRows(db, key)
  return {
    type: 'FeatureCollection',
    features: rows.slice(0, MOST_SHAPES).map(({ row, state, label, geometry }) => ({
      type: 'Feature',
      geometry,
      properties: { row, state, label },
    })),
    isPartial: rows.length > MOST_SHAPES,
    assumed: null,
  }
}
