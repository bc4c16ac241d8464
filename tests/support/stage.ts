/** The whole system as a visitor meets it: server, database and built page on a port, and a browser in front of it. */
import { existsSync, mkdtempSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
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

const BUILT_CLIENT = join(import.meta.dirname, '../../dist/client')

/** The page as it was built when the story began: a build in the meantime must not swap it under the server. */
async function keptClient(): Promise<string> {
  if (!existsSync(BUILT_CLIENT))
    throw new Error('the page is not built: npm run build, or run the tests by npm test')
  const folder = mkdtempSync(join(tmpdir(), 'qidi-client-'))
  await cp(BUILT_CLIENT, folder, { recursive: true })
  return folder
}

export async function openStage(options: TestAppOptions = {}): Promise<Stage> {
  const clientDir = await keptClient()
  const server = await createTestApp({ clientDir, ...options })
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
      await rm(clientDir, { recursive: true, force: true })
    },
  }
}
