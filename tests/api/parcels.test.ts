import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ParcelDetail, ParcelHistory, ParcelList, PatchedParcel } from '#contract/parcel.ts'
import type { Problem } from '#contract/problem.ts'
import type { Summary } from '#contract/summary.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

let test: TestApp
let clerk: SignedIn
let ids: string[]

const COMPLETE = {
  location: '示例路北侧',
  document_area_m2: 10_000,
  ownership: 'state',
  planned_use: '工业用地',
}

beforeAll(async () => {
  test = await createTestApp()
  clerk = await test.as('clerk')
  const seeded = await seedParcels(
    test.database.knex,
    [
      {
        ring: square(0.123456789, 0.987654321),
        columns: { ...COMPLETE, parcel_no: '甲-1', name: '示例甲地块', town_code: '150623100' },
      },
      {
        ring: square(300, 0),
        ledger: 'idle',
        columns: {
          ...COMPLETE,
          parcel_no: '乙-1',
          holder: '示例乙公司',
          cause: 'enterprise',
          responsible_phone: '0477-0000000',
        },
      },
      {
        ring: square(600, 0),
        status: 'draft',
        missing: ['ownership'],
        columns: { ...COMPLETE, ownership: undefined, parcel_no: '丙-1', town_code: '150623101' },
        extra: { 联系人: '示例某' },
      },
    ],
    { recordedAt: new Date('2024-05-01T00:00:00Z') },
  )
  ids = seeded.ids
}, 120_000)
afterAll(() => test.close())

const get = async <T>(url: string, who = clerk): Promise<{ status: number; body: T }> => {
  const response = await who.inject(url)
  return { status: response.statusCode, body: response.json<T>() }
}
const patch = (id: string, payload: object, who = clerk, headers = {}) =>
  who.inject({ method: 'PATCH', url: `/api/parcels/${id}`, payload, headers })

describe('who may', () => {
  it('shows nothing to a stranger', async () => {
    for (const url of [
      '/api/parcels',
      `/api/parcels/${ids[0]}`,
      '/api/summary',
      '/tiles/parcels/8/204/98.mvt',
    ]) {
      expect((await test.app.inject(url)).statusCode, url).toBe(401)
    }
  })

  it('lets a viewer read and refuses an edit by role', async () => {
    const viewer = await test.as('viewer')
    expect((await get(`/api/parcels/${ids[0]}`, viewer)).status).toBe(200)
    const response = await patch(ids[0]!, { version: 1, attributes: { name: 'x' } }, viewer)
    expect([response.statusCode, response.json<Problem>().code]).toEqual([403, 'auth.forbidden'])
  })

  it('keeps phones and unmapped columns from those who may not see internal attributes', async () => {
    const viewer = await test.as('viewer')
    const idle = (await get<ParcelDetail>(`/api/parcels/${ids[1]}`, viewer)).body
    expect('responsiblePhone' in idle.attributes).toBe(false)
    expect((await get<ParcelDetail>(`/api/parcels/${ids[2]}`, viewer)).body.extra).toEqual({})
    expect((await get<ParcelDetail>(`/api/parcels/${ids[2]}`)).body.extra).toEqual({ 联系人: '示例某' })
  })

  it('answers 404, not 403, for a parcel outside the asker’s towns, and leaves it out of lists and sums', async () => {
    const admin = await test.as('admin')
    const created = await admin.inject({
      method: 'POST',
      url: '/api/users',
      payload: {
        name: 'townclerk',
        displayName: '镇经办',
        password: `${TEST_PASSWORD} 2`,
        roles: ['clerk'],
        divisionPrefix: '150623',
        townCodes: ['150623100'],
      },
    })
    expect(created.statusCode).toBe(201)
    const first = await test.signIn('townclerk', `${TEST_PASSWORD} 2`)
    const changed = await first.inject({
      method: 'PUT',
      url: '/api/session/password',
      payload: { currentPassword: `${TEST_PASSWORD} 2`, newPassword: `${TEST_PASSWORD} 3` },
    })
    expect(changed.statusCode, changed.body).toBeLessThan(300)
    const town = await test.signIn('townclerk', `${TEST_PASSWORD} 3`)
    expect((await get<Problem>(`/api/parcels/${ids[2]}`, town)).status).toBe(404)
    expect((await get<ParcelHistory>(`/api/parcels/${ids[2]}/history`, town)).status).toBe(404)
    expect((await patch(ids[2]!, { version: 1, attributes: { name: 'x' } }, town)).statusCode).toBe(404)
    expect((await get<ParcelList>('/api/parcels', town)).body.items.map((item) => item.parcelNo)).toEqual([
      '甲-1',
    ])
    expect((await get<Summary>('/api/summary', town)).body.total.count).toBe(1)
  })
})

describe('lists', () => {
  it('pages with a cursor, without gap or repeat, in either order', async () => {
    for (const order of ['asc', 'desc']) {
      const seen: (string | null)[] = []
      let after = ''
      do {
        const { body } = await get<ParcelList>(
          `/api/parcels?limit=1&order=${order}${after && `&after=${after}`}`,
        )
        seen.push(...body.items.map((item) => item.parcelNo))
        after = body.next ?? ''
      } while (after)
      expect(seen).toHaveLength(3)
      expect(new Set(seen).size).toBe(3)
    }
  })

  it.each([
    ['ledger=idle', ['乙-1']],
    ['cause=none&ledger=approved_unsupplied', ['丙-1', '甲-1']],
    ['status=draft', ['丙-1']],
    ['town=150623100', ['甲-1']],
    ['q=乙公司', ['乙-1']],
    ['q=%25', []],
    ['bbox=107.4,38.1,107.6,38.3', ['丙-1', '乙-1', '甲-1']],
    ['bbox=100,30,101,31', []],
  ])('filters by %s', async (query, expected) => {
    const { body } = await get<ParcelList>(`/api/parcels?${encodeURI(query)}`)
    expect(body.items.map((item) => item.parcelNo).sort()).toEqual([...expected].sort())
    expect(body.total).toBe(expected.length)
  })

  it.each([
    'limit=0',
    'limit=501',
    'bbox=3,2,1,0',
    'bbox=a,b,c,d',
    'after=xyz',
    'ledger=other',
    'status=nope',
    'unknown=1',
    'sort=id',
  ])('refuses %s with 400', async (query) =>
    expect((await get<Problem>(`/api/parcels?${query}`)).status).toBe(400),
  )
})

describe('a parcel', () => {
  it('gives the surveyed coordinates bit-exact in their own CRS', async () => {
    const { body } = await get<ParcelDetail>(`/api/parcels/${ids[0]}?geometry=original`)
    expect(body.geometry?.coordinates).toEqual([square(0.123456789, 0.987654321)])
    expect([body.geometryCrs, body.surveyCrs, body.surveyCrsName?.zh]).toEqual([
      'EPSG:4524',
      'EPSG:4524',
      '国家2000坐标系，3度带第36带',
    ])
  })

  it('gives lon/lat for the map by default, with a point inside', async () => {
    const { body } = await get<ParcelDetail>(`/api/parcels/${ids[0]}`)
    expect(body.geometryCrs).toBe('EPSG:4490')
    expect(body.innerPoint!.lon).toBeGreaterThan(body.bbox![0]!)
    expect(body.innerPoint!.lat).toBeLessThan(body.bbox![3]!)
  })

  it.each(['150623-nope', 'x', "150623-00000000-0000-7000-8000-000000000000'"])(
    'does not know the id %s',
    async (id) => {
      expect((await get<Problem>(`/api/parcels/${encodeURIComponent(id)}`)).status).toBe(404)
    },
  )
})

describe('an edit', () => {
  it('wants a version, takes it from If-Match or the body, and shows up in history and tile version', async () => {
    expect((await patch(ids[0]!, { attributes: { name: '一' } })).statusCode).toBe(428)
    const byHeader = await patch(ids[0]!, { attributes: { name: '改名一' } }, clerk, { 'if-match': '"1"' })
    expect(byHeader.statusCode).toBe(200)
    const { parcel, tileVersion } = byHeader.json<PatchedParcel>()
    expect([parcel.version, parcel.name, byHeader.headers['etag']]).toEqual([2, '改名一', '"2"'])
    expect(tileVersion).toMatch(/^150623\.\d+$/)
    const history = (await get<ParcelHistory>(`/api/parcels/${ids[0]}/history`)).body
    expect(history.items[0]).toMatchObject({ version: 2, kind: 'edit', effectiveOn: '2024-06-03' })
    expect(history.items[0]!.changes).toContainEqual({ field: 'name', from: '示例甲地块', to: '改名一' })
  })

  it('is refused with the current row when somebody was faster', async () => {
    const response = await patch(ids[0]!, { version: 1, attributes: { name: '迟到' } })
    expect(response.statusCode).toBe(412)
    expect((response.json<Problem>().current as ParcelDetail).name).toBe('改名一')
  })

  it.each([
    [{ status: 'recognized' }, 422, 'parcel.status_not_editable'],
    [{ documentAreaM2: -5 }, 422, 'parcel.value_invalid'],
    [{ cause: 'enterprise' }, 422, 'parcel.value_invalid'],
    [{ measure: 'idle_fee' }, 422, 'parcel.value_invalid'],
    [{ contractNo: '1' }, 422, 'parcel.field_not_of_ledger'],
    [{ parcelNo: null }, 422, 'parcel.value_invalid'],
    [{ projectedAreaM2: 1 }, 400, 'request.invalid'],
    [{ nonsense: 1 }, 400, 'request.invalid'],
    [{ townCode: '150623999' }, 422, 'parcel.value_invalid'],
    [{ parcelNo: '丙-1' }, 409, 'parcel.number_taken'],
  ])('refuses %j with %i %s and writes nothing', async (attributes, status, code) => {
    const before = (await get<ParcelDetail>(`/api/parcels/${ids[0]}`)).body.version
    const response = await patch(ids[0]!, { version: before, attributes })
    expect([response.statusCode, response.json<Problem>().code]).toEqual([status, code])
    expect((await get<ParcelDetail>(`/api/parcels/${ids[0]}`)).body.version).toBe(before)
  })

  it('stores null as null, never as an empty text or zero', async () => {
    const { body } = await get<ParcelDetail>(`/api/parcels/${ids[1]}`)
    const response = await patch(ids[1]!, {
      version: body.version,
      attributes: { holder: null, priceFen: null },
    })
    expect(response.json<PatchedParcel>().parcel.attributes).toMatchObject({ holder: null, priceFen: null })
  })

  it('ends 待补录 by itself when the last missing field is there, as an event', async () => {
    const response = await patch(ids[2]!, { version: 1, attributes: { ownership: 'state' } })
    expect(response.json<PatchedParcel>().parcel).toMatchObject({ status: 'registered', missing: [] })
    const history = (await get<ParcelHistory>(`/api/parcels/${ids[2]}/history`)).body
    expect(history.items[0]!.changes).toContainEqual({ field: 'status', from: 'draft', to: 'registered' })
  })

  it('shows the parcel as it was at an earlier instant', async () => {
    const { body } = await get<ParcelDetail>(`/api/parcels/${ids[0]}?at=2024-05-02T00:00:00Z`)
    expect([body.version, body.name]).toEqual([1, '示例甲地块'])
    expect((await get<Problem>(`/api/parcels/${ids[0]}?at=2020-01-01T00:00:00Z`)).status).toBe(404)
  })

  it('lets exactly one of two simultaneous edits win', async () => {
    const { version } = (await get<ParcelDetail>(`/api/parcels/${ids[0]}`)).body
    const answers = await Promise.all(
      ['左', '右'].map((name) => patch(ids[0]!, { version, attributes: { name } })),
    )
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 412])
  })
})
