import { describe, expect, it } from 'vitest'
import { sweepStaging } from '../../server/imports/sweep.ts'
import { PHONE } from '../support/browser.ts'
import { expectSound, headline, importIdOf, openScene, sample, settled, upload } from './import-visit.ts'

const SURVEY = '上海庙经济开发区测绘.zip'
const TABLE = '上海庙经济开发区台账.xlsx'
const FAULTY = '昂素镇调查_有问题.zip'

const scene = openScene()
const { enter } = scene

describe('a ledger table that comes later', () => {
  it.each([undefined, PHONE])(
    'is added to the uploaded survey, replaced and taken away',
    async (viewport) => {
      const visit = await enter('clerk', '/imports', viewport ? { viewport } : {})
      const { page } = visit
      await upload(page, SURVEY)
      const bar = page.locator('.table-bar')
      await bar.getByRole('button', { name: '补充台账表格' }).waitFor()
      await expectSound(visit)
      await visit.picture('import-table-missing')
      await bar.locator('input[type=file]').setInputFiles(sample(TABLE))
      const join = page.locator('[data-step=join]')
      await join.getByText('匹配 32 宗').first().waitFor()
      await page.locator('.summary.ready').waitFor()
      await join.getByText(`台账表格：${TABLE}`).waitFor()
      await expectSound(visit)
      await visit.picture('import-table-added')

      const replacement = {
        name: '台账.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('没有用的,表\n1,2\n'),
      }
      await join.locator('input[type=file]').setInputFiles(replacement)
      await page.getByText('台账表格：台账.csv').waitFor()
      await page.locator('.summary.ready').waitFor()
      await page.getByRole('button', { name: '去掉表格' }).click()
      await page.getByRole('button', { name: '补充台账表格' }).waitFor()
      await page.locator('.summary.ready').waitFor()
      expect(await page.locator('[data-step=join]').count()).toBe(0)
      expect(visit.faults()).toEqual([])
    },
  )
})

describe('an import that nobody came back to for long', () => {
  it('says that its results were cleared, and is checked again for whoever opens it', async () => {
    const visit = await enter('clerk', '/imports')
    const { page } = visit
    await upload(page, FAULTY)
    const id = importIdOf(page)
    await page.goto('/imports')
    const swept = await sweepStaging(scene.stage.server.database.knex, new Date('2999-01-01T00:00:00Z'))
    expect(swept).toBeGreaterThan(0)

    const auditor = await enter('auditor', `/imports/${id}`)
    await auditor.page.getByText('检查结果已清理，由有权限的人员重新检查后可以查看').waitFor()
    await auditor.page.getByText('重新检查后在这里显示位置').waitFor()
    expect(await auditor.page.getByRole('link', { name: /下载检查报告/ }).count()).toBe(0)
    await expectSound(auditor)
    await auditor.picture('import-cleared')

    await page.goto(`/imports/${id}`)
    await page.locator('[data-step=changes]').waitFor()
    await settled(page)
    expect(await headline(page)).toBe('19 宗可入库，3 宗有问题')
    expect(await page.getByText('检查结果已清理').count()).toBe(0)
    await page.getByRole('link', { name: /下载检查报告/ }).waitFor()
    expect(visit.faults()).toEqual([])
  })
})

describe('an upload somebody gives up', () => {
  it('is gone after a confirmation, with its rows', async () => {
    const visit = await enter('clerk', '/imports')
    const { page } = visit
    await upload(page, FAULTY)
    const id = importIdOf(page)
    await page.getByRole('button', { name: '放弃这次入库' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('已经入库的宗地不受影响').waitFor()
    await dialog.getByRole('button', { name: '放弃', exact: true }).click()
    await page.waitForURL(/\/imports$/)
    const { knex } = scene.stage.server.database
    expect(await knex('imports').where({ id })).toEqual([])
    expect(await knex('import_rows').where({ import_id: id })).toEqual([])
    expect(visit.faults()).toEqual([])
  })
})
