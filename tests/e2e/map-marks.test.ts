import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { Summary } from '#contract/summary.ts'
import type { Visit } from '../support/browser.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { drawn, drawnParcels, importSample, markedCount } from './map-visit.ts'

let stage: Stage
let total: number
const visits: Visit[] = []
const enter = async (...args: Parameters<Stage['enter']>): Promise<Visit> => {
  const visit = await stage.enter(...args)
  visits.push(visit)
  return visit
}

beforeAll(async () => {
  stage = await openStage({ now: new Date().toISOString() })
  await importSample(stage)
  const clerk = await stage.server.as('clerk')
  total = (await clerk.inject('/api/summary')).json<Summary>().total.count
})
afterEach(async () => {
  await Promise.all(visits.splice(0).map((visit) => visit.end()))
})
afterAll(() => stage?.close())

/** Where the largest mark stands on the page. */
const largestMark = (page: Page): Promise<{ x: number; y: number; n: number }> =>
  page.evaluate(`(() => {
    const { map } = window.__qidiMap
    const [mark] = map.queryRenderedFeatures({ layers: ['cells-mark'] }).sort((a, b) => b.properties.n - a.properties.n)
    const { left, top } = map.getContainer().getBoundingClientRect()
    const { x, y } = map.project(mark.geometry.coordinates)
    return { x: left + x, y: top + y, n: mark.properties.n }
  })()`)

/** Names of a layer that are written somewhere. */
const namesOf = (page: Page, layer: string): Promise<string[]> =>
  page.evaluate(
    `window.__qidiMap.map.queryRenderedFeatures({ layers: ['${layer}'] }).map(({ properties }) => properties.name)`,
  )

describe('aggregated marks', () => {
  it('count every parcel in sight, beside the name of the county', async () => {
    const { page, faults, picture } = await enter('clerk', '/map')
    await drawn(page)
    await expect.poll(() => markedCount(page)).toBe(total)
    expect(await namesOf(page, 'base-county-label')).not.toEqual([])
    await picture('map-marks')
    expect(faults()).toEqual([])
  })

  it('lead to their parcels, however empty the ground about them', async () => {
    const { page, picture } = await enter('clerk', '/map')
    await drawn(page)
    const mark = await largestMark(page)
    await page.mouse.click(mark.x, mark.y)
    await expect
      .poll(async () => {
        await drawn(page)
        return (await drawnParcels(page)).length
      })
      .toBeGreaterThan(10)
    await picture('map-mark-clicked')
  })
})
