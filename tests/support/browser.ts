/**
 * A real headless Chromium against a real server. Every page records what must not happen: a request that leaves the
 * host, a console error, an uncaught exception. `verify()` fails on any of them, and on any axe violation.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

const SCREENSHOTS = join(import.meta.dirname, '../e2e/screenshots')
const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Software GL, and no background traffic of the browser's own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function chromePath(): string {
  const path = process.env['CHROME_PATH'] ?? CANDIDATES.find((candidate) => existsSync(candidate))
  if (!path) throw new Error('no Chromium, Chrome or Edge was found: set CHROME_PATH to one')
  return path
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromePath(), args: FLAGS })

export const PHONE = { width: 390, height: 844 }
export const DESKTOP = { width: 1440, height: 900 }

interface AxeViolation {
  id: string
  impact: string
  nodes: { html: string; failureSummary: string }[]
}

export interface Visit {
  page: Page
  context: BrowserContext
  /** Keeps a picture under tests/e2e/screenshots. */
  picture(name: string): Promise<void>
  /** Accessibility violations of the page as it stands, as readable lines. */
  axe(): Promise<string[]>
  /** What went wrong since the visit began: console errors, exceptions, outside requests. */
  faults(): string[]
  /** Allows console errors that a story provokes on purpose (a refused sign-in, a lost connection). */
  expectFault(pattern: RegExp): void
  end(): Promise<void>
}

export interface VisitOptions {
  viewport?: { width: number; height: number }
  locale?: string
  isMobile?: boolean
}

export async function startVisit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const viewport = options.viewport ?? DESKTOP
  const isPhone = options.isMobile ?? viewport.width < 600
  const context = await browser.newContext({
    baseURL: url,
    viewport,
    locale: options.locale ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    isMobile: isPhone,
    hasTouch: isPhone,
    acceptDownloads: true,
  })
  const faults: string[] = []
  const allowed: RegExp[] = []
  const host = new URL(url).host
  const note = (fault: string): void => {
    if (!allowed.some((pattern) => pattern.test(fault))) faults.push(fault)
  }
  context.on('request', (request) => {
    const target = new URL(request.url())
    if (!['data:', 'blob:'].includes(target.protocol) && target.host !== host)
      note(`outside request: ${request.url()}`)
  })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => note(`exception: ${error.message}`))
  return {
    page,
    context,
    async picture(name) {
      mkdirSync(SCREENSHOTS, { recursive: true })
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${viewport.width}.png`) })
    },
    async axe() {
      await page.evaluate(AXE_SOURCE)
      const violations = await page.evaluate<AxeViolation[]>('axe.run().then((result) => result.violations)')
      return violations.flatMap((violation) =>
        violation.nodes.map(
          (node) =>
            `${violation.id} (${violation.impact}): ${node.html.slice(0, 200)} — ${node.failureSummary}`,
        ),
      )
    },
    faults: () => [...faults],
    expectFault: (pattern) => allowed.push(pattern),
    end: () => context.close(),
  }
}
