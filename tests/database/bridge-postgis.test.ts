import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asEwkbHex,
  asGeoJson,
  asWkb,
  boxMeets4490,
  ellipsoidalAreaM2,
  envelope4490,
  fromEwkbHex,
  fromGeoJson4490,
  interiorsMeet,
  spatial,
  transformTo,
} from '../../server/platform/database/postgis.ts'
import { createTestDatabase, testModes, type TestDatabase } from '../support/database.ts'

const square = (west: number, size: number) => ({
  type: 'Polygon' as const,
  coordinates: [
    [
      [west, 38],
      [west + size, 38],
      [west + size, 38 + size],
      [west, 38 + size],
      [west, 38],
    ],
  ],
})

describe.each(testModes())('PostGIS calls on the %s database', (mode) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase({ mode, migrationsDirectory: '/nowhere' })
    await db.knex.raw('CREATE TABLE plots (name text, geom geometry(Polygon, 4490))')
    for (const [name, geometry] of Object.entries({
      a: square(107, 0.01),
      b: square(107.005, 0.01),
      c: square(107.01, 0.01),
    }))
      await db.knex('plots').insert({ name, geom: fromGeoJson4490(db.knex, geometry) })
  })
  afterAll(() => db?.drop())

  test('bind their values and speak EPSG:4490, longitude first', async () => {
    const names = await db
      .knex('plots')
      .whereRaw(boxMeets4490(db.knex, 'geom', [106, 37, 107.004, 39]))
      .pluck('name')
    expect(names).toEqual(['a'])
    const [{ box }] = await db.knex.select({
      box: db.knex.raw('ST_AsEWKT(?)', [envelope4490(db.knex, [1, 2, 3, 4])]),
    })
    expect(box).toBe('SRID=4490;POLYGON((1 2,1 4,3 4,3 2,1 2))')
  })

  test('carry geometry bit for bit as EWKB', async () => {
    const [{ hex }] = await db
      .knex('plots')
      .where({ name: 'b' })
      .select({ hex: asEwkbHex(db.knex, 'geom') })
    await db.knex('plots').insert({ name: 'copy', geom: fromEwkbHex(db.knex, hex) })
    const hexes = await db
      .knex('plots')
      .whereIn('name', ['b', 'copy'])
      .select({ hex: asEwkbHex(db.knex, 'geom') })
    expect(hexes).toEqual([{ hex }, { hex }])
    await db.knex('plots').where({ name: 'copy' }).delete()
  })

  test('give WKB as a Buffer and GeoJSON as an object', async () => {
    const [row] = await db
      .knex('plots')
      .where({ name: 'a' })
      .select({ wkb: asWkb(db.knex, 'geom'), json: asGeoJson(db.knex, 'geom') })
    expect(row.wkb).toBeInstanceOf(Buffer)
    expect(row.json).toEqual(square(107, 0.01))
  })

  test('find overlapping interiors but not shared edges', async () => {
    const pairs = await db
      .knex({ a: 'plots', b: 'plots' })
      .whereRaw('a.name < b.name')
      .whereRaw(interiorsMeet(db.knex, 'a.geom', 'b.geom'))
      .select({ first: 'a.name', second: 'b.name' })
      .orderBy(['first', 'second'])
    expect(pairs).toEqual([
      { first: 'a', second: 'b' },
      { first: 'b', second: 'c' },
    ])
  })

  test('transform and measure', async () => {
    const geom = db.knex.raw('geom')
    const [row] = await db
      .knex('plots')
      .where({ name: 'a' })
      .select({
        srid: db.knex.raw('ST_SRID(?)', [transformTo(db.knex, geom, 4524)]),
        areaM2: ellipsoidalAreaM2(db.knex, geom),
        centre: spatial(db.knex).asText(spatial(db.knex).centroid('geom')),
      })
    expect(row.srid).toBe(4524)
    expect(row.areaM2).toBeGreaterThan(970_000)
    expect(row.areaM2).toBeLessThan(980_000)
    expect(row.centre).toMatch(/^POINT\(107\.00/)
  })
})
