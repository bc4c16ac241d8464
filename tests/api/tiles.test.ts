import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PatchedParcel } from '#contract/parcel.ts'
import { worldX, worldY } from '../../server/tiles/mercator.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { readTile } from '../support/mvt.ts'

const TOWN_PASSWORD = 'a town test password'

describe.each(testModes())('GET /tiles/parcels/{z}/{x}/{y}.mvt on the %s database', (mode) => {
  let test: TestApp
  let clerk: SignedIn
  let ids: string[]
  let place: { lon: number; lat: number }

  beforeAll(async () => {
    test = await createTestApp({ mode })
    clerk = await test.as('clerk')
    const seeded = await seedParcels(
      test.database.knex,
      Array.from({ length: 6 }, (_, i) => ({
        ledger: i % 2 ? ('idle' as const) : ('approved_unsupplied' as const),
        ring: square(i * 200, 0, 150),
        columns: {
          name: `示例地块${i}`,
          town_code: i < 4 ? '150623100' : '150623101',
          responsible_phone: '13911112222',
        },
      })),
    )
    ids = seeded.ids
    const point = await test.database.knex.raw(
      'SELECT ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat FROM parcels WHERE id = ?',
      [ids[0]!],
    )
    place = point.rows[0]
  })
  afterAll(() => test.close())

  const path = (z: number, query = '') =>
    `/tiles/parcels/${z}/${Math.floor(worldX(place.lon) * 2 ** z)}/${Math.floor(worldY(place.lat) * 2 ** z)}.mvt${query}`
  const get = (url: string, who = clerk, headers: Record<string, string> = {}) =>
    who.inject({ url, headers: { 'accept-encoding': 'gzip', ...headers } })
  const layersOf = async (url: string, who = clerk) => readTile(gunzipSync((await get(url, who)).rawPayload))

  it('is refused to strangers and outside the world', async () => {
    expect((await test.app.inject(path(12))).statusCode).toBe(401)
    for (const url of ['23/0/0', '3/8/0', '3/0/8', '1/-1/0', '5/1.5/2', 'a/b/c', '99/1/1']) {
      const response = await get(`/tiles/parcels/${url}.mvt`)
      expect([url, response.statusCode]).toEqual([url, 404])
    }
    expect((await get('/tiles/parcels/3/8/0.mvt')).json()).toMatchObject({ code: 'tile.out_of_range' })
  })

  it('refuses a filter it does not know and a value no list has', async () => {
    expect((await get(path(12, '?colour=red'))).statusCode).toBe(400)
    expect((await get(path(12, '?cause=weather'))).statusCode).toBe(400)
    expect((await get(path(12, '?v=newest'))).statusCode).toBe(400)
  })

  it('comes gzipped, private, to be asked about again, and 304 while nothing has changed', async () => {
    const first = await get(path(14))
    expect(first.statusCode).toBe(200)
    expect(first.headers).toMatchObject({
      'content-type': 'application/vnd.mapbox-vector-tile',
      'content-encoding': 'gzip',
      'cache-control': 'private, no-cache',
    })
    const etag = String(first.headers['etag'])
    const again = await get(path(14), clerk, { 'if-none-match': `"other", W/${etag}` })
    expect(again.statusCode).toBe(304)
    expect(again.rawPayload).toHaveLength(0)
    expect(again.headers['etag']).toBe(etag)
  })

  it('comes plain under an ETag of its own to who cannot unzip', async () => {
    const zipped = await get(path(14))
    const plain = await get(path(14), clerk, { 'accept-encoding': 'identity' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.rawPayload.equals(gunzipSync(zipped.rawPayload))).toBe(true)
    expect(plain.headers['etag']).not.toBe(zipped.headers['etag'])
    const etag = String(plain.headers['etag'])
    const again = await get(path(14), clerk, { 'accept-encoding': 'identity', 'if-none-match': etag })
    expect(again.statusCode).toBe(304)
  })

  it('has cells below z11, polygons from z11 and labels from z13', async () => {
    expect([...(await layersOf(path(10))).keys()]).toEqual(['cells'])
    expect([...(await layersOf(path(11))).keys()]).toEqual(['parcels'])
    expect([...(await layersOf(path(13))).keys()]).toEqual(['parcels', 'labels'])
  })

  it('is 204 where nothing lies', async () => {
    for (const url of ['/tiles/parcels/14/0/0.mvt', '/tiles/parcels/5/0/0.mvt']) {
      const response = await get(url)
      expect([response.statusCode, response.rawPayload.length]).toEqual([204, 0])
      expect(response.headers['etag']).toBeDefined()
    }
  })

  it('shows an edit at once, and the next version keeps its ETag', async () => {
    const before = await get(path(14))
    const parcel = (await clerk.inject(`/api/parcels/${ids[0]}`)).json<{ version: number }>()
    const patched = await clerk.inject({
      method: 'PATCH',
      url: `/api/parcels/${ids[0]}`,
      payload: { version: parcel.version, attributes: { name: '改名后的地块' } },
    })
    const { tileVersion } = patched.json<PatchedParcel>()
    const after = await get(path(14, `?v=${tileVersion}`), clerk, {
      'if-none-match': String(before.headers['etag']),
    })
    expect(after.statusCode).toBe(200)
    const names = readTile(gunzipSync(after.rawPayload))
      .get('labels')!
      .features.map(({ properties }) => properties['name'])
    expect(names).toContain('改名后的地块')
    expect((await get(path(14))).headers['etag']).toBe(after.headers['etag'])
  })

  it('is another tile for a narrower scope, under another ETag', async () => {
    const admin = await test.as('admin')
    const created = await admin.inject({
      method: 'POST',
      url: '/api/users',
      payload: {
        name: 'town-viewer',
        displayName: '镇浏览者',
        password: TOWN_PASSWORD,
        roles: ['viewer'],
        divisionPrefix: '150623',
        townCodes: ['150623100'],
      },
    })
    expect(created.statusCode).toBe(201)
    await test.database.knex('users').where({ name: 'town-viewer' }).update({ must_change_password: false })
    const town = await test.signIn('town-viewer', TOWN_PASSWORD)
    for (const z of [8, 12, 14]) {
      const [wide, narrow] = [await get(path(z)), await get(path(z), town)]
      expect(wide.rawPayload.equals(narrow.rawPayload)).toBe(false)
      expect(wide.headers['etag']).not.toBe(narrow.headers['etag'])
      const stolen = await get(path(z), town, { 'if-none-match': String(wide.headers['etag']) })
      expect(stolen.statusCode).toBe(200)
    }
    const ours = (await layersOf(path(12), town)).get('parcels')!.features
    expect(ours).toHaveLength(4)
  })

  it('carries nothing internal, not even to who may read it', async () => {
    const admin = await test.as('admin')
    for (const z of [8, 12, 15]) {
      const bytes = gunzipSync((await get(path(z), admin)).rawPayload)
      expect(bytes.includes('13911112222')).toBe(false)
    }
  })
})
