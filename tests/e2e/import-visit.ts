import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { Visit } from '../support/browser.ts'
import { openStage, type Stage } from '../support/stage.ts'

const SAMPLE = join(import.meta.dirname, '../../data/sample')
export const sample = (name: string): string => join(SAMPLE, name)

const RESTING = '.summary:is(.ready, .needs_choice, .refused, .failed), .result'
const WITHIN_MS = 60_000

export interface Scene {
  readonly stage: Stage
  /** As `Stage.enter`; the window closes with the test that opened it. */
  enter: Stage['enter']
}

/** One stage for all stories of a test file. */
export function openScene(): Scene {
  let stage: Stage
  const visits: Visit[] = []
  beforeAll(async () => {
    stage = await openStage()
  })
  afterEach(async () => {
    await Promise.all(visits.splice(0).map((visit) => visit.end()))
  })
  afterAll(() => stage?.close())
  return {
    get stage() {
      return stage
    },
    async enter(...args) {
      const visit = await stage.enter(...args)
      visits.push(visit)
      return visit
    },
  }
}

/** Chooses files on the import page; a single survey leads to its own page. */
export async function chooseFiles(page: Page, ...names: string[]): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(names.map(sample))
}

/** The checks are through and the small map stands still. */
export async function settled(page: Page): Promise<void> {
  await page.waitForURL(/\/imports\/.+/)
  await page.locator(RESTING).first().waitFor({ timeout: WITHIN_MS })
  if ((await page.locator('.preview-map').count()) === 0) return
  await page.locator('.preview-map canvas').waitFor()
  await page.evaluate('window.__qidiMap?.idle()')
}

export async function upload(page: Page, ...names: string[]): Promise<void> {
  await page.goto('/imports')
  await page.locator('.drop').waitFor()
  await chooseFiles(page, ...names)
  await settled(page)
}

export const headline = async (page: Page): Promise<string> =>
  (await page.locator('.summary h2, .result h2').innerText()).replaceAll(/\s+/g, ' ').trim()

export async function commit(page: Page): Promise<void> {
  await page.locator('.commit').click()
  await page.locator('.result.committed').waitFor({ timeout: WITHIN_MS })
}

/** Nothing went wrong unseen: no outside request, no console error, nothing an assistive tool stumbles over. */
export async function expectSound(visit: Visit): Promise<void> {
  expect(await visit.axe()).toEqual([])
  expect(visit.faults()).toEqual([])
}

export const importIdOf = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? ''
