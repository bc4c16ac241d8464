import { gunzipSync } from 'node:zlib'
import proj4 from 'proj4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Summary } from '#contract/summary.ts'
import type { ImportView } from '#contract/import.ts'
import type { FixtureFeature } from '../../scripts/fixtures/shapefile-writer.ts'
import { workbookOf } from '../../scripts/fixtures/xlsx-writer.ts'
import { seedDemoAccounts } from '../../server/auth/demo-accounts.ts'
import { esriPrj } from '../../server/kernel/crs.ts'
import { worldX, worldY } from '../../server/tiles/mercator.ts'
import { COUNTIES } from '../factories/counties.ts'
import { surveysOf } from '../factories/surveys.ts'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { commit, importFiles, parcelTotal, settled, undo } from '../support/imports.ts'
import { readTile } from '../support/mvt.ts'

type Corner = readonly number[]
const PLACES = testModes().flatMap((mode) => COUNTIES.map((county) => [county.name, mode, county] as const))
/** The western edge leans by half a metre: the zone's north is not the map's. A wrong zone is 250 km away. */
const SAME_PLACE_DEG = 2e-5

describe.each(PLACES)('a survey of %s (%s)', (_name, mode, county) => {
  const { squares, surveyZip } = surveysOf(county)
  const proj = `+proj=tmerc +lat_0=0 +lon_0=${county.meridian} +k=1 +x_0=${county.zone}500000 +y_0=0 +ellps=GRS80 +units=m`
  const toDegrees = ([x, y]: Corner): Corner => proj4(proj).inverse([x!, y!])
  const [lon, lat] = toDegrees(county.origin) as [number, number]
  const placed = (place: (corner: Corner) => Corner, count = 3): FixtureFeature[] =>
    squares(count).map((feature) => ({
      ...feature,
      parts: feature.parts!.map((rings) => rings.map((ring) => ring.map(place))),
    }))
  const same = (corner: Corner): Corner => corner
  const swapped = ([x, y]: Corner): Corner => [y!, x!]
  const bare = ([x, y]: Corner): Corner => [x! - county.zone * 1_000_000, y!]

  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp({ mode, county })
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  async function told(view: ImportView, payload: object): Promise<ImportView> {
    await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload })
    return settled(clerk, view.id)
  }

  const code = (srid: number): string => `EPSG:${srid}`
  it.each([
    ['with its .prj', same, county.srid, county.srid, false],
    ['without .prj', same, null, county.srid, false],
    ['with north before east', swapped, county.srid, county.srid, true],
    ['without .prj, north before east', swapped, null, county.srid, true],
    ['without the zone before the easting', bare, county.bareSrid, county.bareSrid, false],
    ['without zone and .prj', bare, null, county.bareSrid, false],
    ['whose .prj has the zone its values lack', bare, county.srid, county.bareSrid, false],
    ['in degrees', toDegrees, 4490, 4490, false],
    ['in degrees without .prj', toDegrees, null, 4490, false],
    ['in degrees, latitude first', (c: Corner) => swapped(toDegrees(c)), 4490, 4490, true],
  ] as const)('%s lies where it was surveyed', async (_how, place, declared, srid, isAxisSwapped) => {
    const prj = declared === null ? null : esriPrj(declared)
    const view = await importFiles(clerk, [{ name: 'a.zip', data: surveyZip(placed(place), { prj }) }])
    expect(view.detected).toMatchObject({ crs: code(srid), isAxisSwapped })
    expect(view.status).toBe(declared === null ? 'needs_choice' : 'ready')
    const ready = declared === null ? await told(view, { crs: code(srid) }) : view
    expect(ready).toMatchObject({ status: 'ready', counts: { ready: 3, blocked: 0 } })
    expect(ready.detected).toMatchObject({
      insideCountyShare: 1,
      plausibility: `100% 的地块落在${county.name}内`,
    })
    expect(Math.abs(ready.extent!.minLon - lon)).toBeLessThan(SAME_PLACE_DEG)
    expect(Math.abs(ready.extent!.minLat - lat)).toBeLessThan(SAME_PLACE_DEG)
  })

  it('of another county is told to lie outside', async () => {
    const far = placed(([x, y]) => [x!, y! + 600_000])
    const view = await importFiles(clerk, [{ name: 'far.zip', data: surveyZip(far) }])
    expect(view.detected).toMatchObject({ insideCountyShare: 0 })
    expect(view.detected.plausibility).toContain(`没有地块落在${county.name}内`)
  })

  it('just outside is told so by the same count everywhere', async () => {
    const { rows } = await app.database.knex.raw<{ rows: { north: number }[] }>(
      'SELECT ST_YMax(outline) AS north FROM divisions WHERE code = ?',
      [county.divisionCode],
    )
    // A tenth of a degree beyond: near enough to tell the system by, and no part of the county.
    const northM = (rows[0]!.north + 0.1 - lat) * 111_000
    const beside = placed(([x, y]) => [x!, y! + northM])
    const view = await importFiles(clerk, [{ name: 'beside.zip', data: surveyZip(beside) }])
    expect(view.detected).toMatchObject({ insideCountyShare: 0 })
    expect(view.issueCounts['maybe_outside_county']).toBe(3)
    const places = view.detected.evidence.filter(({ code }) => code.endsWith('_county'))
    expect(places).toMatchObject([
      {
        code: 'outside_county',
        agrees: false,
        message: '按此坐标系，100% 的地块在本旗（县）界线 2 公里以外，请核对',
      },
    ])
  })

  it('is told to lie inside by one figure', async () => {
    const view = await importFiles(clerk, [{ name: 'home.zip', data: surveyZip(squares(3)) }])
    const places = view.detected.evidence.filter(({ code }) => code.endsWith('_county'))
    expect(places.map(({ message }) => message)).toEqual([
      '按此坐标系，100% 的地块落在本旗（县）内（界线外 2 公里以内也算）',
    ])
  })

  it('in GBK is joined with the table beside it', async () => {
    const numbers = ['地块001', '地块002', '地块003']
    const table = workbookOf([['台账编号', '备注'], ...numbers.map((number) => [number, `${number}的备注`])])
    const files = [
      { name: 'b.zip', data: surveyZip(squares(3), { encoding: 'GBK' }) },
      { name: '台账.xlsx', data: table },
    ]
    const view = await importFiles(clerk, files)
    expect(view).toMatchObject({ status: 'ready', detected: { encoding: 'GBK' }, join: { matchedCount: 3 } })
  })

  it('is on the map, in the sums and in the scope of its county until it is undone', async () => {
    const view = await importFiles(clerk, [{ name: 'c.zip', data: surveyZip(squares(6)) }])
    expect((await commit(clerk, view.id)).status).toBe('committed')
    const { items } = (await clerk.inject('/api/parcels')).json()
    for (const parcel of items as { id: string }[]) expect(parcel.id).toMatch(`${county.divisionCode}-`)

    const summary = (await clerk.inject('/api/summary')).json<Summary>()
    expect(summary.total.count).toBe(6)
    expect(JSON.stringify(summary.byTown)).toContain(county.town.code)

    const [x, y] = [worldX(lon), worldY(lat)].map((world) => Math.floor(world * 2 ** 15))
    const tile = await clerk.inject(`/tiles/parcels/15/${x}/${y}.mvt`)
    expect(tile.statusCode).toBe(200)
    const isPacked = tile.headers['content-encoding'] === 'gzip'
    const layers = readTile(isPacked ? gunzipSync(tile.rawPayload) : tile.rawPayload)
    expect([...layers.values()].flatMap(({ features }) => features).length).toBeGreaterThan(0)

    const stranger = await strangerOf('110101')
    expect(await parcelTotal(stranger)).toBe(0)
    expect((await stranger.inject(`/api/parcels/${items[0].id}`)).statusCode).toBe(404)
    expect([403, 404]).toContain((await stranger.inject(`/api/imports/${view.id}`)).statusCode)

    expect((await undo(clerk, view.id)).status).toBe('undone')
    expect(await parcelTotal(clerk)).toBe(0)
  })

  /** Somebody of another county on the same server. */
  async function strangerOf(divisionPrefix: string): Promise<SignedIn> {
    const accounts = [{ name: 'chief', displayName: '外县' }] as const
    await seedDemoAccounts(app.database.knex, TEST_PASSWORD, { divisionPrefix, accounts })
    return app.signIn('chief', TEST_PASSWORD)
  }
})
