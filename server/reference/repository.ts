import type { Knex } from 'knex'
import type { GeoJsonGeometry } from '../contract/primitives.ts'
import type { CountySource } from './county-source.ts'

export interface DivisionRecord {
  code: string
  name: string
  is_sketch: boolean
  usual_srid: number | null
  outline: GeoJsonGeometry | null
  extent: [number, number, number, number] | null
}

const OUTLINE = 'ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromGeoJSON(?), 4490)), 3))'

/** EPSG code of the CGCS2000 3-degree zone with prefix that holds a longitude (degrees). */
export const usualSridFor = (lon: number): number => 4513 + (Math.round(lon / 3) - 25)

const DIVISION_COLUMNS = `code, name, is_sketch, usual_srid, ST_AsGeoJSON(outline, 6)::json AS outline,
  CASE WHEN outline IS NULL THEN NULL ELSE
    ARRAY[ST_XMin(outline), ST_YMin(outline), ST_XMax(outline), ST_YMax(outline)] END AS extent`

export const referenceRepository = (db: Knex) => ({
  /** With its outline: a county that was entered without one is still to be loaded. */
  async hasCounty(code: string): Promise<boolean> {
    const row = await db('divisions').where({ code, is_home: true }).whereNotNull('outline').first('code')
    return row !== undefined
  },

  async saveDivision(division: {
    code: string
    name: string
    outline: GeoJsonGeometry | null
    isHome: boolean
    isSketch: boolean
  }) {
    const outline = division.outline === null ? null : JSON.stringify(division.outline)
    await db.raw(
      `INSERT INTO divisions (code, name, is_home, is_sketch, outline) VALUES (?, ?, ?, ?, ${outline === null ? '?' : OUTLINE})
       ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_home = excluded.is_home, is_sketch = excluded.is_sketch,
         outline = excluded.outline`,
      [division.code, division.name, division.isHome, division.isSketch, outline],
    )
  },

  async saveUsualSrid(code: string): Promise<void> {
    const result = await db.raw<{ rows: { lon: number | null }[] }>(
      'SELECT ST_X(ST_Centroid(outline)) AS lon FROM divisions WHERE code = ?',
      [code],
    )
    const lon = result.rows[0]?.lon ?? null
    if (lon !== null)
      await db('divisions')
        .where({ code })
        .update({ usual_srid: usualSridFor(lon) })
  },

  async saveTowns(divisionCode: string, towns: CountySource['towns']): Promise<void> {
    for (const [sort, town] of towns.entries()) {
      await db('towns')
        .insert({ division_code: divisionCode, ...town, sort })
        .onConflict(['division_code', 'code'])
        .merge()
    }
  },

  async findHome(code: string): Promise<DivisionRecord | null> {
    const result = await db.raw<{ rows: DivisionRecord[] }>(
      `SELECT ${DIVISION_COLUMNS} FROM divisions WHERE code = ?`,
      [code],
    )
    return result.rows[0] ?? null
  },

  async findNeighbours(code: string): Promise<DivisionRecord[]> {
    const result = await db.raw<{ rows: DivisionRecord[] }>(
      `SELECT ${DIVISION_COLUMNS} FROM divisions WHERE code <> ? AND NOT is_home ORDER BY code`,
      [code],
    )
    return result.rows
  },

  async findTowns(
    divisionCode: string,
  ): Promise<{ code: string; name: string; kind: string; aliases: string[] }[]> {
    return db('towns')
      .where({ division_code: divisionCode })
      .orderBy('sort')
      .select('code', 'name', 'kind', 'aliases')
  },
})
