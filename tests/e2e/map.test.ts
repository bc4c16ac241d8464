import { beforeAll, describe, expect, it } from 'vitest'
import type { ParcelDetail } from '#contract/parcel.ts'
import type { Summary } from '#contract/summary.ts'
import { TEST_PASSWORD } from '../support/app.ts'
import { PHONE } from '../support/browser.ts'
import { expectSound } from './import-visit.ts'
import {
  drawn,
  drawnParcels,
  drawnValues,
  IDLE,
  largestMark,
  markedCount,
  placeOf,
  tellMapStories,
  TOWN,
} from './map-visit.ts'

const PROJECTOR = { width: 1920, height: 1080 }

const stories = tellMapStories()
const { enter, asked } = stories
let summary: Summary
beforeAll(async () => {
  summary = await asked<Summary>('/api/summary')
})

describe('the county at a glance', () => {
  it('is reached by signing in and shows marks with counts, ringed by cause', async () => {
    const visit = await stories.visit()
    const { page } = visit
    await page.goto('/')
    await page.getByLabel('账号').waitFor()
    await expectSound(visit)
    await visit.picture('map-sign-in')
    await page.getByLabel('账号').fill('clerk')
    await page.getByLabel('密码', { exact: true }).fill(TEST_PASSWORD)
    await page.getByRole('button', { name: '登录' }).click()
    await page.waitForURL(/\/map/)
    await drawn(page)
    await page.getByText(`${summary.total.count} 宗`).first().waitFor()
    expect(await markedCount(page)).toBe(summary.total.count)
    const images = await page.evaluate<string[]>(
      "window.__qidiMap.map.listImages().filter((id) => id.startsWith('ring/'))",
    )
    expect(images.length).toBeGreaterThan(0)
    await expectSound(visit)
    await visit.picture('map-county')
  })

  it('is legible on a projector', async () => {
    const visit = await enter('leader', '/map', { viewport: PROJECTOR })
    await drawn(visit.page)
    await expectSound(visit)
    await visit.picture('map-county')
  })

  it('leads from a mark to the parcels beneath', async () => {
    const { page, faults } = await enter('clerk', '/map')
    await drawn(page)
    const before = new URL(page.url()).searchParams.get('at')?.split(',')[2]
    const { x, y } = await largestMark(page)
    await page.mouse.move(x, y)
    await page.locator('.tip .causes li').first().waitFor()
    await page.mouse.click(x, y)
    await expect
      .poll(() => Number(new URL(page.url()).searchParams.get('at')?.split(',')[2]))
      .toBeGreaterThan(Number(before) + 1.5)
    expect(faults()).toEqual([])
  })
})

describe('a town', () => {
  it('shows its parcels; one under the pointer is named, a click tells everything', async () => {
    const visit = await enter('clerk', `/map?${TOWN}`)
    const { page } = visit
    await drawn(page)
    const parcels = await drawnParcels(page)
    expect(parcels.length).toBeGreaterThan(5)
    expect(new Set(parcels.map(({ cls }) => cls)).size).toBeGreaterThan(2)
    const [target] = parcels.toSorted((a, b) => a.x - b.x)
    await page.mouse.move(target.x, target.y)
    await page.locator('.tip .title').waitFor()
    await visit.picture('map-hover')
    await page.mouse.click(target.x, target.y)
    const panel = page.getByRole('complementary', { name: '地块信息' })
    for (const name of ['文件面积', '平面面积', '椭球面积']) await panel.getByText(name).first().waitFor()
    const parcel = await asked<ParcelDetail>(`/api/parcels/${target.id}`)
    expect(await panel.getByRole('heading', { level: 2 }).innerText()).toBe(parcel.parcelNo ?? parcel.name)
    await page.mouse.move(target.x + 2, target.y + 1)
    expect(await page.locator('.tip').count()).toBe(0)
    await expectSound(visit)
    await visit.picture('map-parcel')

    await panel.getByRole('tab', { name: '变更记录' }).click()
    await panel.getByText('入库', { exact: true }).waitFor()
    await panel.getByRole('tab', { name: '数据来源' }).click()
    await panel.getByText(parcel.source.fileName ?? '?').waitFor()
    await panel.getByText('详细').click()
    await panel.getByText(parcel.source.fileSha256 ?? '?').waitFor()
    await expectSound(visit)
    await visit.picture('map-parcel-source')
    await panel.getByRole('link', { name: '打开入库' }).click()
    await page.waitForURL(new RegExp(`/imports/${parcel.source.importId}`))
  })

  it('shows what is closed from the first zoom with parcels on, and numbers nearer by', async () => {
    const { page, faults, picture } = await enter('clerk', '/map?at=107.477,38.183,11.2')
    await drawn(page)
    const closed = await drawnValues(page, 'parcels-closed-frame', 'status')
    expect(closed).toContain('recognized')
    expect(closed).not.toContain('registered')
    expect(await drawnValues(page, 'parcels-fill', 'status')).toContain('registered')
    await picture('map-closed')
    await page.goto('/map?at=107.477,38.183,15.5')
    await drawn(page)
    const numbers = await drawnValues(page, 'parcels-label', 'no')
    expect(numbers.length).toBeGreaterThan(3)
    for (const number of numbers) expect(number).toMatch(/^(PEWG|XZ)-150623-2022-\d{4}$/)
    await picture('map-labels')
    expect(faults()).toEqual([])
  })

  it('moves aside for the panel, so that the parcel can still be seen', async () => {
    const { page } = await enter('clerk', `/map?${TOWN}`)
    await drawn(page)
    const parcels = await drawnParcels(page)
    const rightmost = parcels.toSorted((a, b) => b.x - a.x)[0]
    await page.mouse.click(rightmost.x, rightmost.y)
    await page.getByText('文件面积').first().waitFor()
    await drawn(page)
    const { innerPoint } = await asked<ParcelDetail>(`/api/parcels/${rightmost.id}`)
    if (!innerPoint) throw new Error('a drawn parcel has a place')
    await expect.poll(async () => (await placeOf(page, innerPoint.lon, innerPoint.lat)).isSeen).toBe(true)
  })
})

describe('the legend', () => {
  it('filters map, counts and address on a click; the back button takes it back', async () => {
    const visit = await enter('clerk', `/map?${TOWN}`)
    const { page } = visit
    await drawn(page)
    const all = await drawnParcels(page)
    const item = page.locator('[data-ledger=idle] [data-cause-class=government]')
    await item.click()
    await page.waitForURL(/cause=/)
    await drawn(page)
    const count = (await item.locator('.count').innerText()).split(/\s/)[0]
    await expect
      .poll(async () => new Set((await drawnParcels(page)).map(({ cls }) => cls)))
      .toEqual(new Set(['government']))
    expect(await page.locator('.total .count').innerText()).toContain(count)
    await visit.picture('map-legend')

    await page.locator('summary', { hasText: '状态' }).click()
    await page.locator('[data-value^="status:"]').first().click()
    await page.waitForURL(/status=/)
    await page.locator('summary', { hasText: '镇（园区）' }).click()
    await page.locator('[data-value^="town:"]').first().click()
    await page.waitForURL(/town=/)
    await expectSound(visit)

    await page.goBack()
    await page.waitForURL((url) => !url.search.includes('town='))
    await page.goBack()
    await page.goBack()
    await page.waitForURL((url) => !url.search.includes('cause='))
    await drawn(page)
    await expect.poll(async () => (await drawnParcels(page)).length).toBe(all.length)
    expect(visit.faults()).toEqual([])
  })
})

describe('a link', () => {
  it('brings view, filter and selection into another window', async () => {
    const visit = await enter('clerk', `/map?${TOWN}&ledger=idle&sel=${stories.sample.id}`)
    const { page } = visit
    await page.getByText('文件面积').first().waitFor()
    await drawn(page)
    const other = await visit.context.newPage()
    await other.goto(page.url())
    await other
      .getByRole('heading', { level: 2, name: stories.sample.parcelNo ?? stories.sample.name ?? '' })
      .waitFor()
    await drawn(other)
    const where = (of: typeof page): string | null => new URL(of.url()).searchParams.get('at')
    expect(where(other)).toBe(where(page))
    expect(new URL(other.url()).searchParams.get('ledger')).toBe('idle')
    expect(visit.faults()).toEqual([])
  })

  it('to an import fits its parcels and names its file, until one takes it away', async () => {
    const visit = await enter('clerk', `/map?importId=${stories.imports[IDLE]}`)
    const { page } = visit
    await page.getByText(`只看入库文件：${IDLE}`).waitFor()
    await page.getByText(`${summary.total.count} 宗`).first().waitFor({ state: 'detached' })
    await drawn(page)
    expect(await page.locator('.panel').innerText()).not.toContain(stories.imports[IDLE])
    await expectSound(visit)
    await visit.picture('map-import')
    await page.getByRole('button', { name: '不再只看这次入库' }).click()
    await page.getByText(`${summary.total.count} 宗`).first().waitFor()
    expect(new URL(page.url()).searchParams.has('importId')).toBe(false)
  })
})

describe('the list', () => {
  it('is read and opened by keyboard', async () => {
    const visit = await enter('clerk', `/map?${TOWN}`)
    const { page } = visit
    await drawn(page)
    await page.getByRole('button', { name: '列表' }).focus()
    await page.keyboard.press('Enter')
    const first = page.locator('.list tbody button').first()
    await first.waitFor()
    await expectSound(visit)
    await visit.picture('map-list')
    const name = await first.innerText()
    await page.locator('.list .scroll').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name }).waitFor()
    await page.getByText('文件面积').first().waitFor()
    await page.locator('.close:focus').waitFor()
    await page.getByRole('tab', { name: '基本信息' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tab', { name: '变更记录', selected: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.list tbody button:focus', { hasText: name }).waitFor()
    expect(visit.faults()).toEqual([])
  })
})

describe('the other language', () => {
  it('is one click away', async () => {
    const visit = await enter('clerk', `/map?sel=${stories.sample.id}`)
    const { page } = visit
    await page.getByText('文件面积').first().waitFor()
    await drawn(page)
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('Document', { exact: true }).first().waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    await expectSound(visit)
    await visit.picture('map-english')
  })
})

describe('on a phone', () => {
  it('has a sheet at the bottom, and the chosen parcel above it', async () => {
    const visit = await enter('clerk', `/map?sel=${stories.sample.id}`, { viewport: PHONE })
    const { page } = visit
    await page.getByText('文件面积').first().waitFor()
    await drawn(page)
    const { innerPoint } = stories.sample
    if (!innerPoint) throw new Error('the sample parcel has a place')
    await expect.poll(async () => (await placeOf(page, innerPoint.lon, innerPoint.lat)).isSeen).toBe(true)
    const sheet = await page.locator('.stage > .side').boundingBox()
    expect(sheet?.width).toBe(PHONE.width)
    await expectSound(visit)
    await visit.picture('map-parcel')

    await page.getByRole('button', { name: '关闭地块信息' }).click()
    await page.getByRole('button', { name: '图例与筛选' }).click()
    await page.locator('[data-ledger=idle]').waitFor()
    await expectSound(visit)
    await visit.picture('map-legend')
    await page.getByRole('button', { name: '收起' }).click()
    await page.getByRole('button', { name: '列表' }).click()
    await page.locator('.list tbody button').first().waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width)
    await expectSound(visit)
    await visit.picture('map-list')
  })
})
