import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Knex } from 'knex'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeBackup } from '../../server/backup/dump.ts'
import { restoreBackup } from '../../server/backup/restore.ts'
import { fixedClock } from '../../server/platform/clock.ts'
import { openFileStore } from '../../server/platform/files.ts'
import { pendingCount, rollbackAll } from '../../server/platform/database/migrations.ts'
import {
  createTestDatabase,
  nativeIsAvailable,
  testModes,
  type TestDatabase,
  type TestMode,
} from '../support/database.ts'

const COUNTY = '640303'
const clock = fixedClock('2026-03-01T08:00:00+08:00')
const folder = mkdtempSync(join(tmpdir(), 'qidi backup '))
const opened: TestDatabase[] = []

afterEach(async () => {
  for (const database of opened.splice(0)) await database.drop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(mode: TestMode): Promise<TestDatabase> {
  const database = await createTestDatabase({ mode })
  opened.push(database)
  return database
}

const depsOf = (database: TestDatabase) => ({
  database,
  clock,
  files: openFileStore(database.dataDir, () => clock.now()),
})

async function backUp(database: TestDatabase): Promise<string> {
  const path = join(folder, `${randomUUID()}.qidi`)
  await writeBackup(depsOf(database), createWriteStream(path))
  return path
}

const restore = (database: TestDatabase, path: string, isForced = false) =>
  restoreBackup(depsOf(database), path, { isForced })

const RING = '110.123456789012345 38.1,110.2 38.1,110.2 38.2,110.123456789012345 38.1'
const HISTORY_MINIMUM = {
  division_code: COUNTY,
  recorded_from: '2025-12-31T23:59:59.123456+08:00',
  current_division_code: COUNTY,
  ledger: 'idle',
  status: 'registered',
  is_withdrawn: false,
}

/** One row of every nasty kind: shapes, exact decimals, arrays, JSON, bytes, rare characters, identity columns. */
async function fill(database: TestDatabase): Promise<{ sha256: string }> {
  const { knex } = database
  const id = `${COUNTY}-${randomUUID()}`
  await knex('change_sets').insert(changeSet(id))
  await knex('parcel_versions').insert({
    ...HISTORY_MINIMUM,
    parcel_id: id,
    version: 1,
    change_set_id: id,
    document_area_m2: '12345.6789',
    attributes: JSON.stringify({ name: '𠮷田"引号"\n换行 \\ 反斜杠', share: 0.1, big: 9007199254740991 }),
    row_hash: 'a'.repeat(64),
  })
  await knex.raw(
    `INSERT INTO parcel_geometries (division_code, hash, survey_srid, survey_geom, survey_original, geom)
     VALUES (?, ?, 4524, ST_GeomFromText('POLYGON Z((36500000.1 4200000.2 7,36500100 4200000 7,36500100 4200100 7,36500000.1 4200000.2 7))', 4524),
             ?, ST_Multi(ST_GeomFromText('POLYGON((${RING}))', 4490)))`,
    [COUNTY, 'b'.repeat(64), Buffer.from([0, 1, 92, 255])],
  )
  for (const code of ['a', 'b', 'c']) {
    await knex('import_issues').insert({
      division_code: COUNTY,
      import_id: id,
      step: 'shapes',
      code,
      severity: 'error',
      severity_rank: 0,
      lon: 0.1 + 0.2,
      x: 1e300,
    })
  }
  await knex('towns').insert({
    division_code: COUNTY,
    code: `${COUNTY}001`,
    name: '甲镇',
    aliases: ['乙, "丙"', '{丁}'],
  })
  const { files } = depsOf(database)
  const stored = await files.put(Readable.from([Buffer.from('界址点\0')]), 1000)
  await files.register(knex, newFile(id), stored)
  return stored
}

const changeSet = (id: string) => ({
  division_code: COUNTY,
  id,
  seq: 1,
  kind: 'import',
  actor_id: 'u',
  actor_name: '张三',
  recorded_at: '2025-12-31T23:59:59.123456+08:00',
  effective_on: '2025-12-31',
  parcel_count: 1,
  content_hash: 'c',
  prev_hash: '0',
  hash: 'd',
})

const newFile = (ownerId: string) => ({
  divisionCode: COUNTY,
  name: '勘测.zip',
  mediaType: 'application/zip',
  ownerKind: 'import',
  ownerId,
  createdBy: 'u',
})

async function content(knex: Knex): Promise<unknown> {
  const tables = ['change_sets', 'parcel_versions', 'import_issues', 'towns', 'files']
  const rows = await Promise.all(tables.map((table) => knex(table).orderBy(['division_code']).select()))
  const { rows: shapes } = await knex.raw(
    `SELECT encode(ST_AsEWKB(survey_geom), 'hex') AS survey, survey_original, encode(ST_AsEWKB(geom), 'hex') AS geom FROM parcel_geometries`,
  )
  return {
    rows: rows.map((list: { seq?: number }[]) =>
      list.toSorted((a, b) => Number(a.seq ?? 0) - Number(b.seq ?? 0)),
    ),
    shapes,
  }
}

const WAYS: [TestMode, TestMode][] = nativeIsAvailable()
  ? testModes().flatMap((mode): [TestMode, TestMode][] => [
      [mode, 'native'],
      [mode, 'embedded'],
    ])
  : [['embedded', 'embedded']]

/** One bit of one byte the other way round. */
function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 0x10
  return copy
}

describe.each(WAYS)('a backup of a %s database in a %s one', (from, to) => {
  it('holds every value bit by bit, the files, and counts on from the same numbers', async () => {
    const source = await open(from)
    const { sha256 } = await fill(source)
    const path = await backUp(source)
    const target = await open(to)
    const { header, manifest } = await restore(target, path)
    expect(await content(target.knex)).toEqual(await content(source.knex))
    expect(manifest.tables.import_issues.rows).toBe(3)
    expect(header.createdAt).toBe('2026-03-01T00:00:00.000Z')
    const kept = readFileSync(depsOf(target).files.pathOf(sha256))
    expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256)
    const issue = {
      division_code: COUNTY,
      import_id: 'x',
      step: 's',
      code: 'd',
      severity: 'note',
      severity_rank: 3,
    }
    const [{ seq }] = (await target.knex('import_issues').insert(issue).returning('seq')) as { seq: number }[]
    expect(Number(seq)).toBe(4)
    expect(await pendingCount(target.knex)).toBe(0)
  })
})

describe('restoring', () => {
  const mode = testModes()[0]
  let path = ''

  beforeAll(async () => {
    const source = await createTestDatabase({ mode })
    await fill(source)
    path = await backUp(source)
    await source.drop()
  })

  it('refuses a database that holds work, and replaces it when told to', async () => {
    const target = await open(mode)
    await target.knex('change_sets').insert({ ...changeSet(`${COUNTY}-mine`), seq: 7 })
    await expect(restore(target, path)).rejects.toMatchObject({
      name: 'BackupError',
      en: expect.stringContaining('--force'),
    })
    expect(await target.knex('change_sets').pluck('seq')).toEqual([7])
    await restore(target, path, true)
    expect(await target.knex('change_sets').pluck('seq')).toEqual([1])
  })

  it('fills a database that has no tables yet', async () => {
    const target = await open(mode)
    await rollbackAll(target.knex)
    await restore(target, path)
    expect(await target.knex('parcel_versions').pluck('version')).toEqual([1])
  })

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 400)],
    ['altered', (bytes: Buffer) => Buffer.from(bytes).fill(7, 600, 640)],
    ['altered by one bit', (bytes: Buffer) => flipped(bytes, Math.floor(bytes.length / 2))],
    ['something else', () => Buffer.from('PK\u0003\u0004 not a backup at all')],
    ['empty', () => Buffer.alloc(0)],
  ])('leaves everything as it was when the file is %s', async (_, spoil) => {
    const target = await open(mode)
    const spoilt = join(folder, `${randomUUID()}.qidi`)
    writeFileSync(spoilt, spoil(readFileSync(path)))
    await expect(restore(target, spoilt)).rejects.toMatchObject({ name: 'BackupError' })
    expect(await target.knex('change_sets').pluck('seq')).toEqual([])
    expect(await target.knex('towns').where({ division_code: COUNTY })).toEqual([])
    await restore(target, path)
    expect(await target.knex('change_sets').pluck('seq')).toEqual([1])
  })
})
