import { describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { expectSound } from './import-visit.ts'
import { drawn, drawnParcels, tellMapStories } from './map-visit.ts'

const TILES = '**/tiles/parcels/**'
/** Open ground without parcels, and 敖勒召其镇 with many. */
const NOWHERE = 'at=107.9,38.75,13'
const goToTown = (page: Page): Promise<void> =>
  page.evaluate('void window.__qidiMap.map.jumpTo({ center: [107.477, 38.183], zoom: 13 })')

const { enter } = tellMapStories()
const parcelCount = async (page: Page): Promise<number> => (await drawnParcels(page)).length

describe('tiles that fail', () => {
  it('come on asking again', async () => {
    const visit = await enter('clerk', `/map?${NOWHERE}`)
    const { page } = visit
    await drawn(page)
    visit.expectFault(/500/)
    await page.route(TILES, (route) => route.fulfill({ status: 500 }))
    await goToTown(page)
    const retry = page.locator('.trouble').getByRole('button', { name: '重试' })
    await retry.waitFor()
    await expectSound(visit)
    await visit.picture('map-tiles-failed')
    await page.unroute(TILES)
    await retry.click()
    await expect.poll(() => parcelCount(page), { timeout: 20_000 }).toBeGreaterThan(5)
    await retry.waitFor({ state: 'detached' })
    expect(visit.faults()).toEqual([])
  })

  it('come with another filter', async () => {
    const visit = await enter('clerk', `/map?${NOWHERE}`)
    const { page } = visit
    await drawn(page)
    visit.expectFault(/500/)
    await page.route(TILES, (route) => route.fulfill({ status: 500 }))
    await goToTown(page)
    await page.locator('.trouble').waitFor()
    await page.unroute(TILES)
    await page.locator('[data-ledger=idle] [data-cause-class=government]').click()
    await expect.poll(() => parcelCount(page), { timeout: 20_000 }).toBeGreaterThan(0)
    await page.locator('.trouble').waitFor({ state: 'detached' })
  })

  it('come by themselves when the line is back', async () => {
    const visit = await enter('clerk', `/map?${NOWHERE}`)
    const { page } = visit
    await drawn(page)
    visit.expectFault(/ERR_FAILED|Failed to load|AJAXError/)
    const cut = ['**/tiles/**', '**/health/**']
    for (const address of cut) await page.route(address, (route) => route.abort())
    await goToTown(page)
    await page.locator('.trouble').waitFor()
    for (const address of cut) await page.unroute(address)
    await expect.poll(() => parcelCount(page), { timeout: 30_000 }).toBeGreaterThan(5)
    await page.locator('.trouble').waitFor({ state: 'detached' })
    expect(visit.faults()).toEqual([])
  })
})

describe('a session that ends while the map is looked at', () => {
  it('leads to the sign-in page and back to the same place', async () => {
    const visit = await enter('clerk', `/map?${NOWHERE}`)
    const { page } = visit
    await drawn(page)
    visit.expectFault(/401/)
    await visit.context.clearCookies()
    await goToTown(page)
    await page.waitForURL(/next=/)
    await page.getByLabel('账号').waitFor()
    expect(new URL(page.url()).searchParams.get('next')).toMatch(/^\/map\?/)
  })
})
