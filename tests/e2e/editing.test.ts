import { describe, expect, it } from 'vitest'
import type { ParcelDetail } from '#contract/parcel.ts'
import { TEST_PASSWORD } from '../support/app.ts'
import { PHONE } from '../support/browser.ts'
import { expectSound } from './import-visit.ts'
import { tellMapStories } from './map-visit.ts'

const stories = tellMapStories()
const { enter, asked } = stories

describe('editing', () => {
  it('shows at once, grows the history, and lets one choose field by field when two collide', async () => {
    const visit = await enter('clerk', `/map?sel=${stories.sample.id}`)
    const { page } = visit
    const panel = page.getByRole('complementary', { name: '地块信息' })
    await panel.getByRole('button', { name: '编辑' }).click()
    await panel.getByLabel('备注').fill('现场已核实')
    await expectSound(visit)
    await visit.picture('map-editor')
    await panel.getByRole('button', { name: '保存', exact: true }).click()
    await panel.getByText('已保存').waitFor()
    await panel.getByText('现场已核实').first().waitFor()
    await panel.getByRole('tab', { name: '变更记录' }).click()
    await panel.getByText('编辑', { exact: true }).last().waitFor()

    await panel.getByRole('button', { name: '编辑' }).click()
    await panel.getByLabel('备注').fill('我的备注')
    const { version } = await asked<ParcelDetail>(`/api/parcels/${stories.sample.id}`)
    const chief = await stories.stage.server.as('chief')
    const meanwhile = await chief.inject({
      method: 'PATCH',
      url: `/api/parcels/${stories.sample.id}`,
      headers: { 'if-match': `"${version}"` },
      payload: { attributes: { remark: '股室已复核' } },
    })
    expect(meanwhile.statusCode).toBe(200)
    visit.expectFault(/412/)
    await panel.getByRole('button', { name: '保存', exact: true }).click()
    const merge = panel.locator('.merge')
    await merge.getByText('股室已复核').waitFor()
    // The history has told who it was.
    await merge.getByText(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}/).waitFor()
    expect(await panel.getByRole('button', { name: '保存', exact: true }).isDisabled()).toBe(true)
    await expectSound(visit)
    await visit.picture('map-conflict')
    await merge.getByLabel('我的备注').check()
    await panel.getByRole('button', { name: '保存', exact: true }).click()
    await panel.getByText('已保存').waitFor()
    expect((await asked<ParcelDetail>(`/api/parcels/${stories.sample.id}`)).attributes.remark).toBe(
      '我的备注',
    )
    expect(visit.faults()).toEqual([])
  })

  it('asks before another parcel or another page takes it away, and outlives the session', async () => {
    const visit = await enter('clerk', `/map?sel=${stories.sample.id}`)
    const { page } = visit
    const panel = page.getByRole('complementary', { name: '地块信息' })
    await panel.getByRole('button', { name: '编辑' }).click()
    await panel.getByLabel('备注').fill('还没有保存')

    const question = page.getByRole('dialog', { name: '放弃修改？' })
    await panel.getByRole('button', { name: '关闭地块信息' }).click()
    await question.waitFor()
    await expectSound(visit)
    await visit.picture('map-discard')
    await question.getByRole('button', { name: '继续编辑' }).last().click()
    await page.getByRole('link', { name: '数据入库' }).click()
    await question.getByRole('button', { name: '继续编辑' }).last().click()
    expect(new URL(page.url()).pathname).toBe('/map')
    expect(await panel.getByLabel('备注').inputValue()).toBe('还没有保存')

    await visit.context.clearCookies()
    visit.expectFault(/401/)
    await panel.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByLabel('账号').fill('clerk')
    await page.getByLabel('密码', { exact: true }).fill(TEST_PASSWORD)
    await page.getByRole('button', { name: '登录' }).click()
    await panel.getByText('已恢复您未保存的修改').waitFor()
    expect(await panel.getByLabel('备注').inputValue()).toBe('还没有保存')
    await visit.picture('map-restored')

    await panel.getByRole('button', { name: '取消' }).click()
    await question.getByRole('button', { name: '放弃修改' }).click()
    await panel.getByRole('tab', { name: '基本信息' }).waitFor()
    expect((await asked<ParcelDetail>(`/api/parcels/${stories.sample.id}`)).attributes.remark).not.toBe(
      '还没有保存',
    )
    expect(visit.faults()).toEqual([])
  })

  it('says beside the button what is wrong, and leads there, on a phone too', async () => {
    const visit = await enter('clerk', `/map?sel=${stories.sample.id}`, { viewport: PHONE })
    const { page } = visit
    const panel = page.getByRole('complementary', { name: '地块信息' })
    await panel.getByRole('button', { name: '编辑' }).click()
    const save = panel.getByRole('button', { name: '保存', exact: true })
    expect(await save.isDisabled()).toBe(true)
    await panel.getByText('没有改动').waitFor()
    await expect.poll(async () => (await panel.boundingBox())?.height).toBeGreaterThan(PHONE.height * 0.9)
    await panel.getByText('必填').first().waitFor()
    await panel.getByLabel('文件面积', { exact: true }).fill('abc')
    await panel.getByLabel('备注').scrollIntoViewIfNeeded()
    await save.click()
    await panel.getByText('有 1 处要改正').waitFor()
    await panel.locator('input[aria-invalid="true"]:focus').waitFor()
    await expectSound(visit)
    await visit.picture('map-faulty')
    expect(visit.faults()).toEqual([])
  })

  it('is not offered to those who may only look', async () => {
    const visit = await enter('viewer', `/map?sel=${stories.sample.id}`)
    await visit.page.getByText('文件面积').first().waitFor()
    expect(await visit.page.getByRole('button', { name: '编辑' }).count()).toBe(0)
    await expectSound(visit)
  })
})
