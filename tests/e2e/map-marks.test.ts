import { describe, expect, it } from 'vitest'
import type { Summary } from '#contract/summary.ts'
import { drawn, drawnParcels, drawnValues, largestMark, markedCount, tellMapStories } from './map-visit.ts'

const { enter, asked } = tellMapStories()

describe('aggregated marks', () => {
  it('count every parcel in sight, beside the name of the county', async () => {
    const { page, faults, picture } = await enter('clerk', '/map')
    await drawn(page)
    const { total } = await asked<Summary>('/api/summary')
    await expect.poll(() => markedCount(page)).toBe(total.count)
    expect(await drawnValues(page, 'base-county-label', 'name')).not.toEqual([])
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
