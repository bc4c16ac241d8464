import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_PASSWORD } from '../support/app.ts'
import { PHONE, type Visit } from '../support/browser.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { expectSound } from './import-visit.ts'

let stage: Stage
let visit: Visit
let token = ''

beforeAll(async () => {
  stage = await openStage()
  visit = await stage.enter('clerk', '/map')
}, 120_000)
afterAll(() => stage?.close())

const statusOfToken = async (): Promise<number> =>
  (await fetch(`${stage.url}/api/session`, { headers: { authorization: `Bearer ${token}` } })).status

async function expectToFit({ page }: Visit): Promise<void> {
  const overflow = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect(overflow).toBe(0)
}

describe.sequential('somebody looking after their account', () => {
  it('finds it in the account menu, and their devices in it', async () => {
    const { page } = visit
    await stage.server.signIn('clerk', TEST_PASSWORD)
    await page.getByRole('button', { name: '账号' }).click()
    await page.getByRole('link', { name: '我的账户' }).click()
    await page.waitForURL(/\/account$/)
    await page.getByText('当前设备').waitFor()
    const devices = page.getByRole('list', { name: '登录的设备' }).getByRole('listitem')
    expect(await devices.count()).toBeGreaterThan(1)
    await devices.first().getByText('来自 127.0.0.1').waitFor()
    await expectSound(visit)
    await expectToFit(visit)
    await visit.picture('account-devices')
  })

  it('signs all other devices out', async () => {
    const { page } = visit
    await page.getByRole('button', { name: '退出其他全部设备' }).click()
    await page.getByText('其他设备已全部退出').waitFor()
    expect(await page.getByRole('list', { name: '登录的设备' }).getByRole('listitem').count()).toBe(1)
  })

  it('creates a token, sees it once, and revokes it', async () => {
    const { page } = visit
    await page.getByLabel('用途').fill('办公室的 QGIS')
    await page.getByRole('button', { name: '创建令牌' }).click()
    const shown = page.getByLabel(/只显示这一次/)
    await shown.waitFor()
    token = await shown.inputValue()
    expect(await statusOfToken()).toBe(200)
    await page.getByRole('list', { name: '访问令牌' }).getByText('只能查看').waitFor()
    await expectSound(visit)
    await visit.picture('account-token')
    await page.reload()
    await page.getByText('办公室的 QGIS').waitFor()
    expect(await shown.count()).toBe(0)
    await page.getByRole('button', { name: '撤销令牌：办公室的 QGIS' }).click()
    await page.getByText('还没有访问令牌').waitFor()
    expect(await statusOfToken()).toBe(401)
  })

  it('is told what ends with the password before and after changing it', async () => {
    const { page } = visit
    await page.getByLabel('用途').fill('外业平板')
    await page.getByRole('button', { name: '创建令牌' }).click()
    await page.getByRole('list', { name: '访问令牌' }).getByText('外业平板').waitFor()
    await page.getByRole('button', { name: '账号' }).click()
    await page.getByRole('button', { name: '修改密码' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('全部访问令牌失效').waitFor()
    await dialog.getByLabel('当前密码').fill(TEST_PASSWORD)
    await dialog.getByLabel('新密码').fill('another good password')
    await dialog.getByLabel('再输一次').fill('another good password')
    await expectSound(visit)
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('原有访问令牌已全部失效').waitFor()
    await dialog.getByRole('button', { name: '关闭' }).click()
    await page.getByText('还没有访问令牌').waitFor()
  })

  it('does it on a phone and in English as well', async () => {
    const phone = await stage.enter('viewer', '/account', { viewport: PHONE, locale: 'en-US' })
    const { page } = phone
    await page.evaluate("localStorage.setItem('qidiLanguage', 'en')")
    await page.getByRole('heading', { name: /My account|我的账户/ }).waitFor()
    if (await page.getByText('English', { exact: true }).isVisible())
      await page.getByText('English', { exact: true }).click()
    await page.getByText('This device').waitFor()
    await page.getByLabel('Purpose').fill('Field tablet')
    await page.getByRole('button', { name: 'Create token' }).click()
    await page.getByLabel(/shown this once/).waitFor()
    await expectSound(phone)
    await expectToFit(phone)
    await phone.picture('account-en')
    await page.getByRole('button', { name: /^Sign out the device/ }).click()
    await page.waitForURL(/\/sign-in/)
    await phone.end()
  })
})
