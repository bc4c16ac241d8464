import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchRows } from '../../server/imports/matching/match.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestDatabase, testModes, type TestDatabase } from '../support/database.ts'

const KEY = { divisionCode: '150623', importId: '150623-matching' }
const PARCELS = 3000
const ROWS = 300

describe.each(testModes())('matching rows with parcels (%s)', (mode) => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase({ mode })
    await seedParcels(
      database.knex,
      Array.from({ length: PARCELS }, (_, i) => ({
        ring: square((i % 50) * 120, Math.floor(i / 50) * 120),
        columns: {
          parcel_no: `编号-${i}`,
          supervision_no: `1506232020B${String(i).padStart(5, '0')}`,
          parcel_code: `150623001001GB${String(i).padStart(5, '0')}`,
        },
      })),
    )
    // Rows of another place with numbers of their own: whatever is asked of the parcels, they must be found missing.
    await database.knex.raw(
      `INSERT INTO import_rows (division_code, import_id, row, ledger, column_values, extra, missing, status, parcel_no,
         supervision_no, parcel_code, search_text)
       SELECT ?, ?, n, 'approved_unsupplied', '{}', '{}', '{}', CASE WHEN n % 2 = 0 THEN 'removed' END,
         '新-' || n, 'S' || n, 'C' || n, ''
       FROM generate_series(1, ?::int) n`,
      [KEY.divisionCode, KEY.importId, ROWS],
    )
    await database.knex.raw(
      `INSERT INTO import_shapes (division_code, import_id, row, survey_geom, geom, projected_area_m2, ellipsoidal_area_m2,
         geom_hash, is_calibrated)
       SELECT ?, ?, n, g.geom, g.geom, 1, 1, 'new ' || n, true
       FROM generate_series(1, ?::int) n
       CROSS JOIN LATERAL (SELECT ST_Multi(ST_MakeEnvelope(106 + n * 0.001, 37, 106.0005 + n * 0.001, 37.0005, 4490)) AS geom) g`,
      [KEY.divisionCode, KEY.importId, ROWS],
    )
    await database.vacuumAnalyze(['parcels', 'import_rows', 'import_shapes'])
  })
  afterAll(() => database.drop())

  it('never reads every parcel for every row, whichever number or shape is looked for', async () => {
    const asked: { sql: string; bindings: unknown[] }[] = []
    database.knex.on('query', (query: { sql: string; bindings: unknown[] }) => asked.push(query))
    await matchRows(database.knex, KEY, [], { from: 1, to: ROWS })
    const { sql, bindings } = asked[0]!
    const { rows } = await database.knex.raw<{ rows: Record<string, string>[] }>(
      `EXPLAIN ${sql.replace(/\$\d+/g, '?')}`,
      bindings as string[],
    )
    const plan = rows.map((row) => Object.values(row)[0]).join('\n')
    // The plan numbers the candidates' scans; the one without a number is done once, for all rows together.
    expect(plan).not.toMatch(/Seq Scan on parcels p_\d/)
    for (const index of ['parcel_no_once', 'supervision_no_once', 'parcel_code', 'geom_hash'])
      expect(plan).toContain(`parcels_${index}`)
  })
})
