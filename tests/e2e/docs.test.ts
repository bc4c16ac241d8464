import { afterAll, beforeAll, expect, it } from 'vitest'
import { DESKTOP, PHONE } from '../support/browser.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { expectSound } from './import-visit.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 120_000)
afterAll(() => stage?.close())

it.each([DESKTOP, PHONE])(
  'the API page is sound at $width and links to the document itself',
  async (viewport) => {
    const visit = await stage.visit({ viewport })
    const { page } = visit
    await page.goto('/docs')
    await page.locator('.opblock-tag').first().waitFor()
    await expectSound(visit)
    await page.locator('.opblock-tag').first().click()
    await page.locator('.opblock-summary-control').first().click()
    await page.locator('.responses-table').first().waitFor()
    await expectSound(visit)
    await visit.picture('docs')
    const [link] = await page.locator('.info a[href$=".json"]').all()
    expect(new URL((await link!.getAttribute('href'))!, stage.url).pathname).toBe('/openapi.json')
    await visit.end()
  },
)
