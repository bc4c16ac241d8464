import { beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { ParcelList } from '#contract/parcel.ts'
import { DESKTOP, PHONE, type Visit } from '../support/browser.ts'
import { expectSound } from './import-visit.ts'
import { drawn, placeOf, tellMapStories } from './map-visit.ts'

const { enter, asked } = tellMapStories()
let parcels: ParcelList
beforeAll(async () => {
  parcels = await asked<ParcelList>('/api/parcels?limit=5')
})

/** Narrows the list by its search box, as one does on a phone. */
async function searchFor(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: '图例与筛选' }).click()
  await page.getByPlaceholder('搜索编号', { exact: false }).fill(text)
  await page.waitForURL(/q=/)
  await page.getByRole('button', { name: '收起' }).click()
}

describe('the list on a phone', () => {
  it('is of the whole map, and can be searched while it is open', async () => {
    const visit = await enter('clerk', '/map', { viewport: PHONE })
    const { page } = visit
    await drawn(page)
    await page.getByRole('button', { name: '列表' }).click()
    await page.locator('.list .count', { hasText: `共 ${parcels.total} 宗` }).waitFor()
    await page.locator('.list tbody button').first().waitFor()
    await expectSound(visit)
    await visit.picture('map-phone-list')
    const [wanted] = parcels.items
    await searchFor(page, wanted.parcelNo ?? wanted.name ?? '')
    await expect.poll(() => page.locator('.list tbody tr').count()).toBeLessThan(5)
    await page.locator('.list tbody button').first().click()
    await page.getByText('文件面积').first().waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width)
    expect(visit.faults()).toEqual([])
  })
})

describe('a search', () => {
  it('leads to the parcels it found, out from under the filters', async () => {
    const [wanted] = parcels.items
    const visit = await enter('clerk', '/map', { viewport: PHONE })
    const { page } = visit
    await drawn(page)
    await page.getByRole('button', { name: '图例与筛选' }).click()
    await page.getByPlaceholder('搜索编号', { exact: false }).fill(wanted.parcelNo ?? wanted.name ?? '')
    await page.getByText(/^找到 \d+ 宗$/).waitFor()
    await expectSound(visit)
    await visit.picture('map-phone-found')
    await page.getByRole('button', { name: '定位到结果' }).click()
    await expect.poll(() => page.evaluate('window.__qidiMap.map.getZoom()')).toBeGreaterThan(12)
    await drawn(page)
    const { lon, lat } = wanted.innerPoint ?? { lon: 0, lat: 0 }
    expect((await placeOf(page, lon, lat)).isSeen).toBe(true)
    expect(visit.faults()).toEqual([])
  })
})

describe('without WebGL', () => {
  /** As in a browser that has none. */
  const withoutWebGl = `{
    const { getContext } = HTMLCanvasElement.prototype
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...rest)
    }
  }`
  async function enterWithout(viewport: typeof PHONE): Promise<Visit> {
    const visit = await enter('clerk', '/map', { viewport })
    await visit.context.addInitScript(withoutWebGl)
    await visit.page.goto('/map')
    await visit.page.locator('.list tbody button').first().waitFor()
    return visit
  }
  const boxOf = async (page: Page, selector: string) => {
    const box = await page.locator(selector).boundingBox()
    if (!box) throw new Error(`${selector} is not shown`)
    return { ...box, bottom: box.y + box.height }
  }

  it('a phone shows list or parcel, never both, under a notice that covers neither', async () => {
    const visit = await enterWithout(PHONE)
    const { page } = visit
    const notice = await boxOf(page, '.trouble')
    expect(notice.width).toBe(PHONE.width)
    expect((await boxOf(page, '.list')).y).toBeGreaterThanOrEqual(notice.bottom)
    expect(await page.locator('.trouble').innerText()).not.toContain('电脑')
    await expectSound(visit)
    await visit.picture('map-no-webgl')
    await searchFor(page, parcels.items[0].parcelNo ?? parcels.items[0].name ?? '')
    await page.locator('.list tbody button').first().click()
    await page.getByText('文件面积').first().waitFor()
    expect(await page.locator('.list').isVisible()).toBe(false)
    expect((await boxOf(page, '.stage > .side')).bottom).toBe(PHONE.height)
    await visit.picture('map-no-webgl-parcel')
    await page.getByRole('button', { name: '关闭地块信息' }).click()
    await page.locator('.list tbody button').first().waitFor()
    expect(visit.faults()).toEqual([])
  })

  it('a desk shows both side by side', async () => {
    const visit = await enterWithout(DESKTOP)
    const { page } = visit
    await page.locator('.list tbody button').first().click()
    await page.getByText('文件面积').first().waitFor()
    expect(await page.locator('.list').isVisible()).toBe(true)
    expect((await boxOf(page, '.list')).y).toBeGreaterThanOrEqual((await boxOf(page, '.trouble')).bottom)
    await expectSound(visit)
    await visit.picture('map-no-webgl-parcel')
  })
})
