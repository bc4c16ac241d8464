/** What every file of browser stories needs around them: a stage for all, and windows that close with their story. */
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { TestAppOptions } from './app.ts'
import type { Visit, VisitOptions } from './browser.ts'
import { openStage, type Stage } from './stage.ts'

export interface Stories {
  readonly stage: Stage
  enter: Stage['enter']
  visit: Stage['visit']
  /** What the server answers a clerk. */
  asked<T>(url: string): Promise<T>
}

/** Opened before the first story, closed after the last. `prepare` fills it once. */
export function tellStories(
  options: TestAppOptions = {},
  prepare: (stage: Stage) => Promise<unknown> = async () => {},
): Stories {
  let stage: Stage
  const visits: Visit[] = []
  async function kept(visit: Promise<Visit>): Promise<Visit> {
    visits.push(await visit)
    return visit
  }
  beforeAll(async () => {
    stage = await openStage(options)
    await prepare(stage)
  })
  afterEach(async () => {
    await Promise.all(visits.splice(0).map((visit) => visit.end()))
  })
  afterAll(() => stage?.close())
  return {
    get stage() {
      return stage
    },
    enter: (role, path, visitOptions) => kept(stage.enter(role, path, visitOptions)),
    visit: (visitOptions?: VisitOptions) => kept(stage.visit(visitOptions)),
    async asked<T>(url: string): Promise<T> {
      return (await (await stage.server.as('clerk')).inject(url)).json<T>()
    },
  }
}
