/** The whole system as a visitor meets it: server, database and built page on a port, and a browser in front of it. */
import type { Browser } from 'playwright-core'
import { inject } from 'vitest'
import type { Role } from '#contract/auth.ts'
import { createTestApp, TEST_PASSWORD, type TestApp, type TestAppOptions } from './app.ts'
import { launchBrowser, startVisit, type Visit, type VisitOptions } from './browser.ts'

export interface Stage {
  url: string
  server: TestApp
  /** A browser window of its own with somebody signed in, standing at `path`. */
  enter(role: Role, path: string, options?: VisitOptions): Promise<Visit>
  /** A window in which nobody is signed in. */
  visit(options?: VisitOptions): Promise<Visit>
  close(): Promise<void>
}

async function signedIn(server: TestApp, role: Role, url: string, visit: Visit): Promise<void> {
  const { cookie } = await server.signIn(role, TEST_PASSWORD)
  const [name, ...value] = cookie.split('=')
  await visit.context.addCookies([{ name, value: value.join('='), url }])
}

export async function openStage(options: TestAppOptions = {}): Promise<Stage> {
  const server = await createTestApp({ clientDir: inject('storyPage'), ...options })
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 })
  const browser: Browser = await launchBrowser()
  return {
    url,
    server,
    async enter(role, path, visitOptions) {
      const visit = await startVisit(browser, url, visitOptions)
      await signedIn(server, role, url, visit)
      await visit.page.goto(path)
      return visit
    },
    visit: (visitOptions) => startVisit(browser, url, visitOptions),
    async close() {
      await browser.close()
      await server.close()
    },
  }
}
