import type { Geometry } from 'geojson'
import type { Knex } from 'knex'
import knexPostgis from 'knex-postgis'

/**
 * The PostGIS calls that SQL here is made of, with bound parameters only. knex-postgis covers the plain functions
 * (`spatial(knex).transform('geom', 4490)`); what it lacks, or takes as text it guesses about, is written out below.
 */
export type Db = Knex | Knex.Transaction

/** West, south, east, north in degrees of EPSG:4490 (CGCS2000), longitude first: what `geom` columns hold. */
export type Bbox4490 = readonly [west: number, south: number, east: number, north: number]

const extended = new WeakMap<Db, knexPostgis.KnexPostgis>()

/** knex-postgis for this connection. It takes a string for a column unless it looks like WKT: pass names, not values. */
export function spatial(db: Db): knexPostgis.KnexPostgis {
  const known = extended.get(db)
  if (known) return known
  const made = knexPostgis(db)
  extended.set(db, made)
  return made
}

export const envelope4490 = (db: Db, [west, south, east, north]: Bbox4490): Knex.Raw =>
  db.raw('ST_MakeEnvelope(?::float8, ?::float8, ?::float8, ?::float8, 4490)', [west, south, east, north])

/** Rows whose box meets the bbox; the form that uses the GiST index. */
export const boxMeets4490 = (db: Db, column: string, bbox: Bbox4490): Knex.Raw =>
  db.raw('?? && ST_MakeEnvelope(?::float8, ?::float8, ?::float8, ?::float8, 4490)', [column, ...bbox])

/** EWKB in hexadecimal carries its SRID and every coordinate bit for bit. */
export const fromEwkbHex = (db: Db, hex: string): Knex.Raw => db.raw('?::text::geometry', [hex])

/** GeoJSON is degrees in the named system, here always EPSG:4490. */
export const fromGeoJson4490 = (db: Db, geometry: Geometry): Knex.Raw =>
  db.raw('ST_SetSRID(ST_GeomFromGeoJSON(?::text), 4490)', [JSON.stringify(geometry)])

export const asEwkbHex = (db: Db, column: string): Knex.Raw =>
  db.raw(`encode(ST_AsEWKB(??, 'NDR'), 'hex')`, [column])

/** WKB without SRID, as a Buffer: what the tile encoder reads. */
export const asWkb = (db: Db, column: string): Knex.Raw => db.raw(`ST_AsBinary(??, 'NDR')`, [column])

/** 9 decimals of a degree are a tenth of a millimetre; option 0 leaves out bbox and crs. */
export const asGeoJson = (db: Db, column: string, decimals = 9): Knex.Raw =>
  db.raw('ST_AsGeoJSON(??, ?::int, 0)::json', [column, decimals])

export const transformTo = (db: Db, geometry: Knex.Raw, srid: number): Knex.Raw =>
  db.raw('ST_Transform(?, ?::int)', [geometry, srid])

/** True where the interiors meet: overlapping, contained, containing and equal, which ST_Overlaps is not. */
export const interiorsMeet = (db: Db, a: string, b: string): Knex.Raw =>
  db.raw(`?? && ?? AND ST_Relate(??, ??, 'T********')`, [a, b, a, b])

/** Ellipsoidal area on CGCS2000's own ellipsoid; geography knows EPSG:4490 by its SRID. */
export const ellipsoidalAreaM2 = (db: Db, geometry: Knex.Raw): Knex.Raw =>
  db.raw('ST_Area(?::geography, true)', [geometry])
