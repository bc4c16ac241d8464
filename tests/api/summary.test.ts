import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Summary } from '#contract/summary.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestApp, TEST_PASSWORD, type SignedIn, type TestApp } from '../support/app.ts'

let test: TestApp
let clerk: SignedIn

beforeAll(async () => {
  test = await createTestApp()
  clerk = await test.as('clerk')
  await seedParcels(
    test.database.knex,
    Array.from({ length: 24 }, (_, i) => ({
      ledger: i < 10 ? ('idle' as const) : ('approved_unsupplied' as const),
      status: i === 23 ? 'removed' : i % 2 ? 'verified' : 'registered',
      ring: square(i * 200, 0, 150),
      columns: {
        name: `示例${i}`,
        cause: i % 4 === 0 ? null : i < 10 ? 'judicial' : 'no_project',
        town_code: i % 3 === 0 ? null : i % 3 === 1 ? '150623101' : '150623100',
        document_area_m2: i % 6 === 5 ? null : 1000.1234 + i,
        plan_year: i % 2 ? 2025 : 2026,
      },
    })),
  )
})
afterAll(() => test.close())

const summary = async (query = '', who = clerk): Promise<Summary> => {
  const response = await who.inject(`/api/summary${query}`)
  expect(response.statusCode).toBe(200)
  return response.json<Summary>()
}

describe('GET /api/summary', () => {
  it('is refused to strangers and for unknown values', async () => {
    expect((await test.app.inject('/api/summary')).statusCode).toBe(401)
    expect((await clerk.inject('/api/summary?ledger=both')).statusCode).toBe(400)
    expect((await clerk.inject('/api/summary?shape=round')).statusCode).toBe(400)
  })

  it('counts every parcel once, exactly, and says how many have no area', async () => {
    const { total, byLedger, byCause, byStatus, byTown, groups } = await summary()
    const counted = Array.from({ length: 23 }, (_, i) => i)
    const withArea = counted.filter((i) => i % 6 !== 5)
    const areaM2 = Math.round(withArea.reduce((sum, i) => sum + 1000.1234 + i, 0) * 1e4) / 1e4
    expect(total).toEqual({ count: 23, areaM2, withoutAreaCount: 23 - withArea.length })
    for (const groupsOf of [byLedger, byCause, byStatus, byTown, groups]) {
      expect(groupsOf.reduce((sum, group) => sum + group.count, 0)).toBe(23)
      expect(groupsOf.reduce((sum, group) => sum + group.areaM2, 0)).toBeCloseTo(areaM2, 4)
    }
  })

  it('says the same from kept sums and from the parcels', async () => {
    for (const filter of [
      '',
      'ledger=idle',
      'cause=none',
      'status=verified,registered',
      'town=150623100,none',
    ]) {
      const years = [await summary(`?${filter}&planYear=2025`), await summary(`?${filter}&planYear=2026`)]
      const kept = await summary(`?${filter}`)
      expect(years[0]!.total.count + years[1]!.total.count).toBe(kept.total.count)
      expect(years[0]!.total.areaM2 + years[1]!.total.areaM2).toBeCloseTo(kept.total.areaM2, 4)
    }
  })

  it('keeps ledgers, causes, statuses and towns in the order of their lists, the absent last', async () => {
    const { byLedger, byCause, byTown } = await summary()
    expect(byLedger.map(({ ledger }) => ledger)).toEqual(['approved_unsupplied', 'idle'])
    expect(byCause.map(({ ledger, cause }) => [ledger, cause])).toEqual([
      ['approved_unsupplied', 'no_project'],
      ['approved_unsupplied', null],
      ['idle', 'judicial'],
      ['idle', null],
    ])
    expect(byTown.map(({ townCode }) => townCode)).toEqual(['150623100', '150623101', null])
    expect(byTown[0]!.townName).toBe('敖勒召其镇')
  })

  it('leaves removed parcels out unless they are asked for', async () => {
    expect((await summary('?status=removed')).total.count).toBe(1)
    expect((await summary('?status=removed&planYear=2025')).total.count).toBe(1)
  })

  it('shows a narrower scope less', async () => {
    const admin = await test.as('admin')
    await admin.inject({
      method: 'POST',
      url: '/api/users',
      payload: {
        name: 'town-leader',
        displayName: '镇领导',
        password: TEST_PASSWORD,
        roles: ['leader'],
        divisionPrefix: '150623',
        townCodes: ['150623100'],
      },
    })
    await test.database.knex('users').where({ name: 'town-leader' }).update({ must_change_password: false })
    const leader = await test.signIn('town-leader', TEST_PASSWORD)
    for (const filter of ['', '?planYear=2025']) {
      const { byTown } = await summary(filter, leader)
      expect(byTown.map(({ townCode }) => townCode)).toEqual(['150623100'])
    }
  })

  it('follows an edit at once', async () => {
    const found = await test.database.knex('parcels').where({ name: '示例0' }).first()
    const before = (await summary('?cause=none')).total.count
    const response = await clerk.inject({
      method: 'PATCH',
      url: `/api/parcels/${found.id}`,
      payload: { version: found.version, attributes: { cause: 'judicial' } },
    })
    expect(response.statusCode).toBe(200)
    expect((await summary('?cause=none')).total.count).toBe(before - 1)
  })
})
