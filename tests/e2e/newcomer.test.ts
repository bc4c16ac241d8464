import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, startVisit, type Visit } from '../support/browser.ts'
import { expectSound } from './import-visit.ts'

const ROOT = join(import.meta.dirname, '../..')
const ADMIN = { name: 'shouren', password: 'first-day-in-office' }
const READY_WITHIN_MS = 90_000

let dataDir: string
let server: ChildProcess
let output = ''
let url = ''
let browser: Browser
let visit: Visit

const token = (): string => /\n {2}((?:[a-z2-9]{5}-){3}[a-z2-9]{5})\n/.exec(output)?.[1] ?? ''

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'qidi-newcomer-'))
  server = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      QIDI_MODE: 'live',
      DATA_DIR: dataDir,
      CACHE_DIR: join(ROOT, '.cache'),
      HOST: '127.0.0.1',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const until = Date.now() + READY_WITHIN_MS
  while (!token()) {
    if (server.exitCode !== null || Date.now() > until) throw new Error(output)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  url = /^Qidi ready at (\S+)$/m.exec(output)?.[1] ?? ''
  browser = await launchBrowser()
  visit = await startVisit(browser, url)
})
afterAll(async () => {
  await browser?.close()
  if (server?.exitCode === null) {
    const isOver = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await isOver
  }
  rmSync(dataDir, { recursive: true, force: true })
})

async function setUp(withToken: string): Promise<void> {
  const { page } = visit
  await page.getByLabel('一次性口令').fill(withToken)
  await page.getByLabel('账号', { exact: true }).fill(ADMIN.name)
  await page.getByLabel('姓名').fill('首任管理员')
  await page.getByLabel('新密码').fill(ADMIN.password)
  await page.getByLabel('再输一次').fill(ADMIN.password)
  await page.getByRole('button', { name: '创建并登录' }).click()
}

describe.sequential('somebody who has just started it', () => {
  it('is led to the set-up, and only with the token of the terminal through it', async () => {
    const { page } = visit
    await page.goto('/')
    await page.waitForURL(/\/setup/)
    await page.getByRole('heading', { name: '创建首位系统管理员' }).waitFor()
    await expectSound(visit)
    await visit.picture('newcomer-setup')
    visit.expectFault(/status of 40[039]|status of 42/)
    await setUp('aaaaa-bbbbb-ccccc-ddddd')
    await page.getByText('一次性口令不正确').waitFor()
    await expectSound(visit)
    await setUp(token())
    await page.waitForURL(/\/map/)
  })

  it('finds an empty map that says what to do next', async () => {
    const { page } = visit
    await page.getByText('还没有地块上图').waitFor()
    await page.locator('.maplibregl-canvas').waitFor()
    await expectSound(visit)
    await visit.picture('newcomer-empty-map')
  })

  it('cannot use the token again, nor can anybody else', async () => {
    const again = await fetch(`${url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        token: token(),
        name: 'second',
        displayName: '第二人',
        password: ADMIN.password,
      }),
    })
    expect(again.status).toBeGreaterThanOrEqual(400)
    expect(again.status).toBeLessThan(500)
    await visit.page.goto('/setup')
    await visit.page.waitForURL((to) => !to.pathname.startsWith('/setup'))
  })

  it('adds a colleague for one town, changes what they may, resets the password', async () => {
    const { page } = visit
    await page.goto('/users')
    await page.getByRole('button', { name: '新增用户' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('姓名').fill('张经办')
    await dialog.getByLabel('账号').fill('zhangjb')
    await dialog.getByLabel('初始密码').fill('for the first day')
    await dialog.getByLabel('城川镇').check()
    await expectSound(visit)
    await visit.picture('newcomer-add-user')
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.getByText('用户已创建').waitFor()
    const row = page.getByRole('row', { name: /张经办/ })
    await row.getByText('城川镇').waitFor()

    await row.getByRole('button', { name: '编辑' }).click()
    await dialog.getByLabel('巡查员').check()
    await dialog.getByLabel('全部').check()
    await dialog.getByRole('button', { name: '保存' }).click()
    await row.getByText('经办人、巡查员').waitFor()
    await row.getByText('全部', { exact: true }).waitFor()

    await row.getByRole('button', { name: '重置密码' }).click()
    await dialog.getByLabel('新密码').fill('for the second day')
    await dialog.getByRole('button', { name: '重置密码' }).click()
    await page.getByText('密码已重置').waitFor()
    await expectSound(visit)
    await visit.picture('newcomer-users')
  })

  it('sees a guesser locked out, with words', async () => {
    const stranger = await startVisit(browser, url)
    stranger.expectFault(/status of 4(01|03|23|29)/)
    const { page } = stranger
    await page.goto('/sign-in')
    const refusal = page.locator('form [role=alert], form .ui-notice')
    await page.getByLabel('账号').fill('zhangjb')
    for (
      let attempt = 0;
      attempt < 12 && !(await page.getByText('登录失败次数过多').isVisible());
      attempt++
    ) {
      await page.getByLabel('密码', { exact: true }).fill(`guess number ${attempt}`)
      const answered = page.waitForResponse(/\/api\/session/)
      await page.getByRole('button', { name: '登录' }).click()
      await answered
      await refusal.first().waitFor()
    }
    await page.getByText(/登录失败次数过多，请在 \d+ 秒后再试/).waitFor()
    await expectSound(stranger)
    await stranger.picture('newcomer-locked')
    await stranger.end()
  })
})
