import { describe, expect, it } from 'vitest'
import type { ParcelList } from '#contract/parcel.ts'
import type { Summary } from '#contract/summary.ts'
import type { Visit } from '../support/browser.ts'
import type { Stage } from '../support/stage.ts'
import {
  chooseFiles,
  commit,
  expectSound,
  headline,
  importIdOf,
  openScene,
  settled,
  upload,
} from './import-visit.ts'

const IDLE = '2022年闲置土地调查.zip'
const UNSUPPLIED = '2022年批而未供土地调查.zip'
const BOUNDARY = '报批坐标_示例.txt'

const scene = openScene()
const enter = (path: string, options?: Parameters<Stage['enter']>[2]): Promise<Visit> =>
  scene.enter('clerk', path, options)

async function parcelsOf(importId: string): Promise<ParcelList> {
  const clerk = await scene.stage.server.as('clerk')
  return (await clerk.inject(`/api/parcels?limit=500&importId=${importId}`)).json<ParcelList>()
}

describe('a clean survey', () => {
  it('goes from the file to the map in one click', async () => {
    const visit = await enter('/imports')
    const { page } = visit
    await page.locator('.drop').waitFor()
    await expectSound(visit)
    await visit.picture('import-empty')

    await chooseFiles(page, IDLE)
    await settled(page)
    expect(await headline(page)).toBe('119 宗全部可入库')
    expect(await page.locator('.step.open').count()).toBe(0)
    expect(await page.locator('.plausible').innerText()).toContain('鄂托克前旗')
    await expectSound(visit)
    await visit.picture('import-clean')

    await commit(page)
    expect(await headline(page)).toContain('119 宗已入库并上图')
    const { total } = (await (await scene.stage.server.as('clerk')).inject('/api/summary')).json<Summary>()
    expect(total.count).toBeGreaterThan(110)
    await expectSound(visit)
    await visit.picture('import-committed')

    await page.getByRole('link', { name: '在一张图上查看' }).click()
    await page.waitForURL(/\/map\?.*importId=/)
    await page.locator('canvas').first().waitFor()
    await page.getByText(`${total.count} 宗`).first().waitFor()
    expect(visit.faults()).toEqual([])
  })

  it('shows its Chinese names, numbers and values as the surveyors wrote them', async () => {
    const { page } = await enter('/imports')
    await upload(page, UNSUPPLIED)
    expect(await page.locator('h1').innerText()).toBe(UNSUPPLIED)
    await page.locator('[data-step=mapping] button').first().click()
    await page.getByRole('rowheader', { name: '土地坐落' }).waitFor()
    await page.locator('[data-step=changes] button').first().click()
    const first = page.locator('[data-step=changes] .change').first()
    await first.waitFor()
    expect(await first.innerText()).toMatch(/PEWG-150623|示例/)
    expect(await page.locator('#content').innerText()).not.toContain(importIdOf(page))
    await page.locator('.remove').click()
    await page.getByRole('dialog').getByRole('button', { name: '放弃', exact: true }).click()
    await page.waitForURL(/\/imports$/)
  })

  it('adds nothing when it comes a second time', async () => {
    const { page } = await enter('/imports')
    await upload(page, IDLE)
    expect(await headline(page)).toContain('都已在库中，没有变化')
    expect(await page.locator('.commit').count()).toBe(0)
  })
})

describe('an impatient person', () => {
  it('imports once with a double click, and the other window finds out', async () => {
    const visit = await enter('/imports')
    const { page } = visit
    await upload(page, UNSUPPLIED)
    const other = await visit.context.newPage()
    await other.goto(page.url())
    await settled(other)
    expect(await other.locator('.commit').count()).toBe(1)

    await page.bringToFront()
    await page.locator('.commit').dblclick()
    await page.locator('.result.committed').waitFor({ timeout: 60_000 })
    expect(await headline(page)).toContain('152 宗已入库')

    await other.locator('.result.committed').waitFor()
    expect((await parcelsOf(importIdOf(page))).total).toBeLessThanOrEqual(152)
    expect(visit.faults()).toEqual([])
  })

  it('may close the page while the checks run and finds the result later', async () => {
    const { page } = await enter('/imports')
    await page.locator('.drop').waitFor()
    await chooseFiles(page, BOUNDARY)
    await page.waitForURL(/\/imports\/.+/)
    await page.reload()
    await page.goto('about:blank')
    await page.goBack()
    await settled(page)
    expect(await headline(page)).toBe('5 宗全部可入库')
    await page.goto('/imports')
    await page.getByRole('link', { name: BOUNDARY }).waitFor()
  })
})

describe('an import that should not have been', () => {
  it('is taken back as a whole', async () => {
    const visit = await enter('/imports')
    const { page } = visit
    await upload(page, BOUNDARY)
    await commit(page)
    const other = await visit.context.newPage()
    await other.goto(page.url())
    await other.getByRole('button', { name: '撤销整次入库' }).click()
    await page.bringToFront()
    await page.getByRole('button', { name: '撤销整次入库' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('撤销原因').fill('坐标有误')
    await expectSound(visit)
    await dialog.getByRole('button', { name: '确认撤销' }).click()
    await page.locator('.result.undone').waitFor({ timeout: 60_000 })
    // The other window asks nothing any more that has been answered here.
    await other.locator('.result.undone').waitFor()
    expect(await other.getByRole('dialog').count()).toBe(0)
    expect(await other.getByRole('button', { name: '撤销整次入库' }).count()).toBe(0)
    expect((await parcelsOf(importIdOf(page))).total).toBe(0)
    await visit.picture('import-undone')
    expect(visit.faults()).toEqual([])
  })

  it('stays when somebody has worked on its parcels, and says on which', async () => {
    const visit = await enter('/imports')
    const { page } = visit
    await upload(page, BOUNDARY)
    await commit(page)
    const clerk = await scene.stage.server.as('clerk')
    const [parcel] = (await parcelsOf(importIdOf(page))).items
    const edited = await clerk.inject({
      method: 'PATCH',
      url: `/api/parcels/${parcel.id}`,
      headers: { 'if-match': `"${parcel.version}"` },
      payload: { attributes: { remark: '已现场核实' } },
    })
    expect(edited.statusCode).toBe(200)
    visit.expectFault(/409/)
    await page.getByRole('button', { name: '撤销整次入库' }).click()
    await page.getByRole('button', { name: '确认撤销' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('不能撤销').waitFor()
    expect(await dialog.locator('.parcels').innerText()).toContain(parcel.parcelNo ?? parcel.name ?? '')
    await visit.picture('import-undo-refused')
    await dialog.getByRole('button', { name: '关闭' }).first().click()
    expect(await headline(page)).toContain('已入库')
    await expectSound(visit)
  })
})
