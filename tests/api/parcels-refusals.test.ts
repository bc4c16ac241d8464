import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ParcelDetail, ParcelList, PatchedParcel } from '#contract/parcel.ts'
import { PARCEL_SORTS } from '#contract/parcel.ts'
import type { Problem } from '#contract/problem.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

let test: TestApp
let clerk: SignedIn
let ids: string[]

beforeAll(async () => {
  test = await createTestApp()
  clerk = await test.as('clerk')
  const seeds = [1, 2, 3].map((number) => ({
    ring: square(number * 300, 0),
    ledger: 'idle' as const,
    columns: {
      parcel_no: `甲-${number}`,
      name: `示例${number}`,
      location: '示例路',
      town_code: '150623100',
      document_area_m2: number * 1000,
      responsible_phone: '0477-0000000',
    },
  }))
  ids = (await seedParcels(test.database.knex, seeds, { recordedAt: new Date('2024-05-01') })).ids
}, 120_000)
afterAll(() => test?.close())

const patch = (id: string, attributes: object, who = clerk, headers: Record<string, string> = {}) =>
  who.inject({ method: 'PATCH', url: `/api/parcels/${id}`, payload: { version: 1, attributes }, headers })
const cursorOf = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

describe('a cursor', () => {
  it.each(PARCEL_SORTS)('leads through every page sorted by %s', async (sort) => {
    for (const order of ['asc', 'desc']) {
      const seen: string[] = []
      let after: string | null = ''
      while (after !== null) {
        const url: string = `/api/parcels?limit=1&sort=${sort}&order=${order}${after && `&after=${after}`}`
        const page: ParcelList = (await clerk.inject(url)).json()
        seen.push(...page.items.map((item) => item.id))
        after = page.next
      }
      expect(seen, order).toHaveLength(3)
      expect(new Set(seen), order).toEqual(new Set(ids))
    }
  })

  it('of another order of the list is refused by name, never an error', async () => {
    const { next } = (await clerk.inject('/api/parcels?limit=1')).json<ParcelList>()
    for (const query of ['sort=updatedAt', 'sort=documentAreaM2', 'sort=name', 'order=desc']) {
      const response = await clerk.inject(`/api/parcels?limit=1&${query}&after=${next}`)
      expect(response.statusCode, query).toBe(400)
      expect(response.json<Problem>().errors?.[0]?.field).toBe('after')
    }
  })

  it.each([
    ['parcelNo', '\u0000'],
    ['parcelNo', 5],
    ['documentAreaM2', 'abc'],
    ['documentAreaM2', null],
    ['updatedAt', '2024-99-99T00:00:00.000Z'],
    ['updatedAt', 'infinity'],
  ])('sorted by %s with the value %j is refused', async (sort, value) => {
    for (const after of [cursorOf(sort, 'asc', value, ids[0]), cursorOf(value, ids[0]), cursorOf()]) {
      const response = await clerk.inject(`/api/parcels?sort=${sort}&after=${after}`)
      expect([response.statusCode, response.json<Problem>().code]).toEqual([400, 'request.invalid'])
    }
    const foreign = cursorOf('parcelNo', 'asc', '甲', '\u0000')
    expect((await clerk.inject(`/api/parcels?after=${foreign}`)).statusCode).toBe(400)
  })
})

describe('an edit', () => {
  it.each([
    [{ planYear: 99_999_999_999 }, /1950/],
    [{ planYear: 3 }, /1950/],
    [{ greenShare: 35 }, /0\.35/],
    [{ documentAreaM2: 0 }, /大于 0/],
    [{ priceFen: 1e15 }, /太大/],
    [{ parcelNo: ' \u3000 ' }, /必填/],
    [{ name: '甲\u0085' }, /控制字符/],
  ])('with %j is refused, and says what is right', async (attributes, words) => {
    const response = await patch(ids[0]!, attributes)
    expect([response.statusCode, response.json<Problem>().code]).toEqual([422, 'parcel.value_invalid'])
    expect(response.json<Problem>().detail).toMatch(words)
  })

  it('stores texts tidied, and blanks as null', async () => {
    const response = await patch(ids[2]!, { name: '  新名 ', holder: '   ', plannedUse: '工业\t用地' })
    const { attributes } = response.json<PatchedParcel>().parcel
    expect([attributes['name'], attributes['holder'], attributes['plannedUse']]).toEqual([
      '新名',
      null,
      '工业 用地',
    ])
  })

  it('of a field that is not there, or is not a person’s to set, says so', async () => {
    for (const [wire, zh, en] of [
      ['foo', '不认识字段“foo”', 'The field “foo” is not known'],
      ['projectedAreaM2', '“图形平面面积”由系统确定，不能修改', '“Projected area” is set by the system'],
    ] as const) {
      const chinese = await patch(ids[0]!, { [wire]: 1 })
      expect([chinese.statusCode, chinese.json<Problem>().code]).toEqual([400, 'request.invalid'])
      expect(chinese.json<Problem>().errors?.[0]?.message).toContain(zh)
      const english = await patch(ids[0]!, { [wire]: 1 }, clerk, { 'accept-language': 'en' })
      expect(english.json<Problem>().errors?.[0]?.message).toContain(en)
    }
  })

  it('into a town outside one’s scope is refused as that, not as a parcel that is not there', async () => {
    await test.database
      .knex('users')
      .where({ name: 'clerk' })
      .update({ town_codes: ['150623100'] })
    const town = await test.signIn('clerk', TEST_PASSWORD)
    const response = await patch(ids[0]!, { townCode: '150623101' }, town)
    await test.database.knex('users').where({ name: 'clerk' }).update({ town_codes: [] })
    expect([response.statusCode, response.json<Problem>().code]).toEqual([422, 'parcel.value_invalid'])
    expect(response.json<Problem>().detail).toContain('管辖范围')
  })
})

describe('the ETag of a parcel', () => {
  it('differs by what one may see, so that a fuller copy is not confirmed', async () => {
    const viewer = await test.as('viewer')
    const url = `/api/parcels/${ids[1]}`
    const [full, general] = [await clerk.inject(url), await viewer.inject(url)]
    const [fullTag, generalTag] = [String(full.headers.etag), String(general.headers.etag)]
    expect(fullTag).toBe('"1"')
    expect(generalTag).not.toBe(fullTag)
    const ask = async (who: SignedIn, tag: string) =>
      (await who.inject({ url, headers: { 'if-none-match': tag } })).statusCode
    expect(await ask(viewer, fullTag)).toBe(200)
    expect(await ask(clerk, generalTag)).toBe(200)
    expect(await ask(viewer, `W/${generalTag}`)).toBe(304)
    expect(await ask(clerk, `"7", ${fullTag}`)).toBe(304)
    expect((await viewer.inject(url)).json<ParcelDetail>().attributes).not.toHaveProperty('responsiblePhone')
  })

  it('is taken by If-Match in either form', async () => {
    const edit = (name: string, tag: string) =>
      clerk.inject({
        method: 'PATCH',
        url: `/api/parcels/${ids[1]}`,
        payload: { attributes: { name } },
        headers: { 'if-match': tag },
      })
    expect((await edit('其一', '"1"')).statusCode).toBe(200)
    expect((await edit('其二', '"2-general"')).statusCode).toBe(200)
    expect((await edit('其三', '"2"')).statusCode).toBe(412)
    expect((await edit('其四', '"3-else"')).statusCode).toBe(400)
  })
})
