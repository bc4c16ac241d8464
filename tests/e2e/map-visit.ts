import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { ParcelDetail, ParcelList } from '#contract/parcel.ts'
import { commit, importFiles } from '../support/imports.ts'
import type { Stage } from '../support/stage.ts'
import { tellStories, type Stories } from '../support/stories.ts'

const UNSUPPLIED = '2022年批而未供土地调查.zip'
export const IDLE = '2022年闲置土地调查.zip'

const SAMPLE = join(import.meta.dirname, '../../data/sample')

/** 敖勒召其镇, near enough for single parcels. */
export const TOWN = 'at=107.477,38.183,13'

/** The sample surveys through the real pipeline; returns their import ids. */
async function importSample(stage: Stage): Promise<Record<string, string>> {
  const clerk = await stage.server.as('clerk')
  const ids: Record<string, string> = {}
  for (const name of [UNSUPPLIED, IDLE]) {
    const { id } = await importFiles(clerk, [{ name, data: readFileSync(join(SAMPLE, name)) }])
    const { status } = await commit(clerk, id)
    if (status !== 'committed') throw new Error(`${name} is ${status}`)
    ids[name] = id
  }
  return ids
}

export interface MapStories extends Stories {
  /** Ids of the imports by the names of their files. */
  readonly imports: Record<string, string>
  /** A parcel of the idle survey. */
  readonly sample: ParcelDetail
}

/** Stories on the map of the two large sample surveys. */
export function tellMapStories(): MapStories {
  let imports: Record<string, string>
  let sample: ParcelDetail
  // A browser drops a cookie that ended in its past, so this server's clock begins with the browser's.
  const stories = tellStories({ now: new Date().toISOString() }, async (stage) => {
    imports = await importSample(stage)
    const list = `/api/parcels?limit=1&importId=${imports[IDLE]}`
    const [first] = (await stories.asked<ParcelList>(list)).items
    sample = await stories.asked<ParcelDetail>(`/api/parcels/${first.id}`)
  })
  const { enter, visit, asked } = stories
  return {
    enter,
    visit,
    asked,
    get stage() {
      return stories.stage
    },
    get imports() {
      return imports
    },
    get sample() {
      return sample
    },
  }
}

/** The map stands still with every tile drawn. */
export async function drawn(page: Page): Promise<void> {
  // In steps: the page's content policy lets no condition be evaluated inside it.
  await expect.poll(() => page.evaluate('window.__qidiMap !== undefined'), { timeout: 20_000 }).toBe(true)
  await page.evaluate('window.__qidiMap.idle()')
}

export interface Drawn {
  id: string
  cls: string
  x: number
  y: number
}

/** Parcels as drawn, with a point inside each that nothing else covers, in page pixels. */
export const drawnParcels = (page: Page): Promise<Drawn[]> =>
  page.evaluate(`(() => {
    const { map } = window.__qidiMap
    const { left, top, width, height } = map.getContainer().getBoundingClientRect()
    const found = new Map()
    for (let x = 20; x < width - 20; x += 12)
      for (let y = 60; y < height - 60; y += 12) {
        if (document.elementFromPoint(left + x, top + y) !== map.getCanvas()) continue
        const [hit] = map.queryRenderedFeatures([x, y], { layers: ['parcels-fill'] })
        if (hit && !found.has(hit.properties.id))
          found.set(hit.properties.id, { id: hit.properties.id, cls: hit.properties.cls, x: left + x, y: top + y })
      }
    return [...found.values()]
  })()`)

/** The distinct values of a property that a layer draws in sight. */
export const drawnValues = (page: Page, layer: string, property: string): Promise<string[]> =>
  page.evaluate(`(() => {
    const features = window.__qidiMap.map.queryRenderedFeatures({ layers: ['${layer}'] })
    return [...new Set(features.map(({ properties }) => properties['${property}']))]
  })()`)

/** Sum of the counts that the aggregated marks in sight tell. */
export const markedCount = (page: Page): Promise<number> =>
  page.evaluate(`(() => {
    const { map } = window.__qidiMap
    const marks = map.queryRenderedFeatures({ layers: ['cells-mark'] })
    const byPlace = new Map(marks.map(({ properties }) => [properties.key, properties.n]))
    return [...byPlace.values()].reduce((sum, n) => sum + n, 0)
  })()`)

/** Where a place lies on the page, and whether the map itself is what one sees there. */
export const placeOf = (
  page: Page,
  lon: number,
  lat: number,
): Promise<{ x: number; y: number; isSeen: boolean }> =>
  page.evaluate(`(() => {
    const { map } = window.__qidiMap
    const { left, top } = map.getContainer().getBoundingClientRect()
    const { x, y } = map.project([${lon}, ${lat}])
    return { x: left + x, y: top + y, isSeen: document.elementFromPoint(left + x, top + y) === map.getCanvas() }
  })()`)

export interface MarkOnPage {
  x: number
  y: number
  n: number
}

/** Where the largest aggregated mark stands on the page. */
export const largestMark = (page: Page): Promise<MarkOnPage> =>
  page.evaluate(`(() => {
    const { map } = window.__qidiMap
    const [mark] = map.queryRenderedFeatures({ layers: ['cells-mark'] }).sort((a, b) => b.properties.n - a.properties.n)
    const { left, top } = map.getContainer().getBoundingClientRect()
    const { x, y } = map.project(mark.geometry.coordinates)
    return { x: left + x, y: top + y, n: mark.properties.n }
  })()`)
