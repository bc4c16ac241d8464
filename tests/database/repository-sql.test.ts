import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accountRepository } from '../../server/auth/repository.ts'
import { sessionRepository } from '../../server/auth/session-repository.ts'
import { importRepository, templateRepository } from '../../server/imports/repository.ts'
import { cellFilterSql, parcelFilterSql } from '../../server/parcels/filter.ts'
import { parcelRepository, type PageRequest } from '../../server/parcels/repository.ts'
import { referenceRepository } from '../../server/reference/repository.ts'
import { summaryRepository } from '../../server/summary/repository.ts'
import { tileRepository } from '../../server/tiles/repository.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { expectSql, type RepositoryCalls } from '../support/sql-snapshot.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
}, 120_000)
afterAll(() => database?.drop())

const DIVISION = '150623'
const ID = '150623-01920000-0000-7000-8000-000000000001'
const NOW = new Date('2024-06-03T01:30:00Z')
const FILTER = { ledger: 'idle', town: '150623100,none', q: '路', areaFromM2: 100, planYear: 2024 }
const KEY_FILTER = { ledger: 'idle', cause: 'none', town: '150623100' }
const page = (more: Partial<PageRequest> = {}): PageRequest => ({
  where: parcelFilterSql({}, 'p'),
  sort: 'parcelNo',
  order: 'asc',
  after: null,
  limit: 50,
  ...more,
})

const PARCELS: RepositoryCalls = {
  'findPage, first': (db) => parcelRepository(db).findPage(page()),
  'findPage, filtered, by area after a cursor': (db) =>
    parcelRepository(db).findPage(
      page({
        where: parcelFilterSql(FILTER, 'p'),
        sort: 'documentAreaM2',
        order: 'desc',
        after: { value: 1, id: ID },
      }),
    ),
  countUpTo: (db) => parcelRepository(db).countUpTo(parcelFilterSql({}, 'p'), 10_000),
  find: (db) => parcelRepository(db).find(DIVISION, ID),
  findAt: (db) => parcelRepository(db).findAt(DIVISION, ID, NOW),
  lock: (db) => parcelRepository(db).lock(DIVISION, ID),
  findGeometry: (db) => parcelRepository(db).findGeometry(DIVISION, 'none'),
  findVersions: (db) => parcelRepository(db).findVersions(DIVISION, ID),
  townNames: (db) => parcelRepository(db).townNames(),
  findSource: (db) => parcelRepository(db).findSource(DIVISION, ID),
  isNumberTaken: (db) => parcelRepository(db).isNumberTaken(DIVISION, 'idle', 'parcel_no', '1', ID),
}

const tile = { z: 12, x: 3270, y: 1574 }
const OVERVIEW = { z: 7, x: 102, y: 49 }
const TILES: RepositoryCalls = {
  'findDrawn, with labels': (db) => tileRepository(db).findDrawn(tile, true, parcelFilterSql({}, 'p')),
  'findDrawn, filtered': (db) => tileRepository(db).findDrawn(tile, false, parcelFilterSql(FILTER, 'p')),
  findCells: (db) => tileRepository(db).findCells(OVERVIEW, cellFilterSql(KEY_FILTER, 'c')),
  groupCells: (db) => tileRepository(db).groupCells(OVERVIEW, parcelFilterSql(FILTER, 'p')),
}

const SUMMARY: RepositoryCalls = {
  fromRollups: (db) => summaryRepository(db).fromRollups(cellFilterSql(KEY_FILTER, 'r')),
  fromParcels: (db) => summaryRepository(db).fromParcels(parcelFilterSql(FILTER, 'p')),
  towns: (db) => summaryRepository(db).towns(),
}

const REFERENCE: RepositoryCalls = {
  hasCounty: (db) => referenceRepository(db).hasCounty(DIVISION),
  findHome: (db) => referenceRepository(db).findHome(DIVISION),
  findNeighbours: (db) => referenceRepository(db).findNeighbours(DIVISION),
  findTowns: (db) => referenceRepository(db).findTowns(DIVISION),
  saveUsualSrid: (db) => referenceRepository(db).saveUsualSrid(DIVISION),
}

const ACCOUNTS: RepositoryCalls = {
  find: (db) => accountRepository(db).find('none'),
  findForUpdate: (db) => accountRepository(db).findForUpdate('none'),
  findByName: (db) => accountRepository(db).findByName('none'),
  findAll: (db) => accountRepository(db).findAll(),
  usableAdminIds: (db) => accountRepository(db).usableAdminIds(),
  hasAdmin: (db) => accountRepository(db).hasAdmin(),
  replaceSetupToken: (db) => accountRepository(db).replaceSetupToken('hash', NOW),
  takeSetupToken: (db) => accountRepository(db).takeSetupToken('hash'),
  recentLog: (db) => accountRepository(db).recentLog(200),
}

const SESSIONS: RepositoryCalls = {
  findSession: (db) => sessionRepository(db).findSession('none', NOW),
  sessionsOf: (db) => sessionRepository(db).sessionsOf('none', NOW),
  touchSession: (db) => sessionRepository(db).touchSession('none', NOW, NOW),
  'deleteSessionsOf, all but one': (db) => sessionRepository(db).deleteSessionsOf('none', 'this one'),
  findToken: (db) => sessionRepository(db).findToken('none', NOW),
  tokensOf: (db) => sessionRepository(db).tokensOf('none'),
  deleteTokensOf: (db) => sessionRepository(db).deleteTokensOf('none'),
  countAttempt: (db) => sessionRepository(db).countAttempt('address:none', NOW, () => 0),
  takeBackAttempt: (db) => sessionRepository(db).takeBackAttempt('address:none'),
  deleteOutdated: (db) => sessionRepository(db).deleteOutdated(NOW),
}

const after = { createdAt: NOW.toISOString(), id: ID }
const IMPORTS: RepositoryCalls = {
  find: (db) => importRepository(db).find(DIVISION, ID),
  findForUpdate: (db) => importRepository(db).findForUpdate(DIVISION, ID),
  'list, after a cursor': (db) => importRepository(db).list(DIVISION, { limit: 50, status: 'ready', after }),
  count: (db) => importRepository(db).count(DIVISION),
  listByStatus: (db) => importRepository(db).listByStatus(['checking']),
  delete: (db) => importRepository(db).delete(DIVISION, ID),
  'templates.list': (db) => templateRepository(db).list(DIVISION),
  'templates.findByColumns': (db) => templateRepository(db).findByColumns(DIVISION, 'none'),
}

const REPOSITORIES: Record<string, RepositoryCalls> = {
  accounts: ACCOUNTS,
  imports: IMPORTS,
  parcels: PARCELS,
  reference: REFERENCE,
  sessions: SESSIONS,
  summary: SUMMARY,
  tiles: TILES,
}

it.each(Object.entries(REPOSITORIES))(
  'the statements of %s are those that were agreed',
  async (name, calls) => {
    await expectSql(database.knex, name, calls)
  },
)

it('no statement is kept of a repository that is gone', () => {
  const kept = readdirSync(join(import.meta.dirname, '__sql__'))
  expect(kept.toSorted()).toEqual(Object.keys(REPOSITORIES).map((name) => `${name}.sql`))
})
