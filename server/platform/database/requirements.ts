import type { Knex } from 'knex'
import { DatabaseError, reasonOf } from './errors.ts'

export interface ServerVersion {
  postgres: string
  postgis: string
}

const EXTENSIONS = ['postgis', 'pg_trgm', 'btree_gist'] as const
const LEAST_POSTGRES = 150000
const LEAST_POSTGIS = [3, 3]
/** One of each family: degrees, Web Mercator, the first and last CGCS2000 Gauss-Kruger zone, Xian 1980, Beijing 1954. */
const NEEDED_SRIDS = [4490, 4326, 3857, 4491, 4524, 4554, 4610, 4214, 2327, 2442, 21413]

/** Creates what is missing and refuses, in words, what cannot work. */
export async function meetRequirements(knex: Knex): Promise<ServerVersion> {
  await checkPostgres(knex)
  await createExtensions(knex)
  const version = await checkPostgis(knex)
  await checkText(knex)
  await checkCoordinateSystems(knex)
  return version
}

async function firstRow<T>(knex: Knex, sql: string): Promise<T> {
  const { rows } = await knex.raw<{ rows: T[] }>(sql)
  return rows[0]
}

async function checkPostgres(knex: Knex): Promise<void> {
  const sql = `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`
  const { number, name } = await firstRow<{ number: number; name: string }>(knex, sql)
  if (number >= LEAST_POSTGRES) return
  throw new DatabaseError('version_too_old', {
    zh: `数据库是 PostgreSQL ${name}，需要 15 或更高版本。`,
    en: `The database is PostgreSQL ${name}; 15 or later is needed.`,
  })
}

async function createExtensions(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: Array<{ extname: string }> }>('SELECT extname FROM pg_extension')
  const present = new Set(rows.map(({ extname }) => extname))
  for (const extension of EXTENSIONS.filter((name) => !present.has(name))) {
    await knex.raw('CREATE EXTENSION IF NOT EXISTS ??', [extension]).catch(async (error: unknown) => {
      // Two processes starting together may both try: the one that loses finds it made.
      if (!(await extensionExists(knex, extension))) throw extensionMissing(extension, error)
    })
  }
}

async function extensionExists(knex: Knex, extension: string): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>('SELECT 1 FROM pg_extension WHERE extname = ?', [
    extension,
  ])
  return rows.length > 0
}

function extensionMissing(extension: string, error: unknown): DatabaseError {
  const reason = reasonOf(error)
  return new DatabaseError(
    'extension_missing',
    {
      zh: `数据库缺少扩展 ${extension}，且无法自动创建（${reason}）。请由数据库管理员在该库中执行：CREATE EXTENSION ${extension};`,
      en: `The database lacks the extension ${extension} and it could not be created (${reason}). Ask its administrator to run in that database: CREATE EXTENSION ${extension};`,
    },
    { cause: error },
  )
}

async function checkPostgis(knex: Knex): Promise<ServerVersion> {
  const sql = `SELECT current_setting('server_version') AS postgres, PostGIS_Lib_Version() AS postgis`
  const version = await firstRow<ServerVersion>(knex, sql)
  const [major, minor] = version.postgis.split('.').map((part) => Number.parseInt(part, 10))
  if (major > LEAST_POSTGIS[0] || (major === LEAST_POSTGIS[0] && minor >= LEAST_POSTGIS[1])) return version
  throw new DatabaseError('version_too_old', {
    zh: `数据库的 PostGIS 是 ${version.postgis}，需要 3.3 或更高版本。`,
    en: `The database has PostGIS ${version.postgis}; 3.3 or later is needed.`,
  })
}

/** With LC_CTYPE "C" pg_trgm takes no Chinese character for a letter and silently indexes nothing: tried, not guessed. */
async function checkText(knex: Knex): Promise<void> {
  const sql = `SELECT current_setting('server_encoding') AS encoding, cardinality(show_trgm('土地')) AS trigrams`
  const { encoding, trigrams } = await firstRow<{ encoding: string; trigrams: number }>(knex, sql)
  if (encoding === 'UTF8' && trigrams > 0) return
  throw new DatabaseError('text_not_unicode', {
    zh: `数据库的字符集（${encoding}）或 LC_CTYPE 不支持中文检索。请用 UTF-8 区域重建，例如：CREATE DATABASE qidi TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';`,
    en: `The database's encoding (${encoding}) or LC_CTYPE cannot index Chinese text. Create it with a UTF-8 locale, for example: CREATE DATABASE qidi TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';`,
  })
}

async function checkCoordinateSystems(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: Array<{ srid: number }> }>(
    'SELECT needed AS srid FROM unnest(?::int[]) AS needed WHERE needed NOT IN (SELECT srid FROM spatial_ref_sys)',
    [NEEDED_SRIDS],
  )
  if (rows.length === 0) return
  const missing = rows.map(({ srid }) => `EPSG:${srid}`).join(', ')
  throw new DatabaseError('coordinate_systems_missing', {
    zh: `数据库的 spatial_ref_sys 缺少坐标系 ${missing}，请重新安装 PostGIS 的坐标系表。`,
    en: `The database's spatial_ref_sys lacks ${missing}; restore PostGIS's table of coordinate systems.`,
  })
}
