import { describe, expect, it } from 'vitest'
import { PHONE } from '../support/browser.ts'
import { completeAttributes, square, surveyZip } from '../factories/surveys.ts'
import {
  chooseFiles,
  commit,
  expectSound,
  headline,
  importIdOf,
  openScene,
  settled,
  upload,
} from './import-visit.ts'

const FAULTY = '昂素镇调查_有问题.zip'
const WITHOUT_PRJ = '城川镇补充调查_无prj.zip'
const SURVEY = '上海庙经济开发区测绘.zip'
const TABLE = '上海庙经济开发区台账.xlsx'

/** A .prj of another continent, and eastings without a zone: the numbers fit one zone in the county. */
const FOREIGN_PRJ =
  'PROJCS["NAD_1983_UTM_Zone_10N",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",' +
  'SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],' +
  'PROJECTION["Transverse_Mercator"],UNIT["Meter",1.0]]'
function surveyWithoutSystem(): { name: string; mimeType: string; buffer: Buffer } {
  const features = [0, 1, 2, 3].map((index) => ({
    parts: [[square(index * 900, index * 400, 600).map(([x, y]): [number, number] => [x - 36_000_000, y])]],
    attributes: completeAttributes(index + 1),
  }))
  return {
    name: '外地坐标.zip',
    mimeType: 'application/zip',
    buffer: surveyZip(features, { prj: FOREIGN_PRJ }),
  }
}

const { enter } = openScene()

describe('a survey with faults', () => {
  it('names each of them, shows it on the map and goes in without the blocked rows', async () => {
    const visit = await enter('clerk', '/imports')
    const { page } = visit
    await upload(page, FAULTY)
    expect(await headline(page)).toBe('19 宗可入库，3 宗有问题')
    const issues = page.locator('[data-step=issues]')
    await issues.getByRole('button', { name: /台账编号重复/ }).click()
    await issues.getByText('请改正其中一个编号').first().waitFor()
    await issues
      .getByRole('button', { name: /在图上看/ })
      .first()
      .click()
    await page.locator('.picked').waitFor()
    await page.locator('.legend').getByText('有问题').waitFor()
    await expectSound(visit)
    await visit.picture('import-faulty')

    await page.getByRole('radio', { name: /整份退回/ }).check()
    expect(await page.locator('.commit').isDisabled()).toBe(true)
    await page.getByRole('radio', { name: /先入库没有问题的/ }).check()
    const [report] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /下载检查报告/ }).click(),
    ])
    expect(report.suggestedFilename()).toMatch(/\.xlsx$/)

    await commit(page)
    expect(await headline(page)).toContain('19 宗已入库')
    expect(await page.locator('.left-out').innerText()).toBe('3 宗有问题，没有入库')
    expect(visit.faults()).toEqual([])
  })

  it('reads as well on a phone', async () => {
    const visit = await enter('clerk', '/imports', { viewport: PHONE })
    const { page } = visit
    await page.locator('.drop').waitFor()
    await expectSound(visit)
    await visit.picture('import-list')
    await upload(page, FAULTY)
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBe(PHONE.width)
    await page.locator('[data-step=mapping] button').first().click()
    await expectSound(visit)
    await visit.picture('import-faulty')
  })

  it('is told in English too', async () => {
    const visit = await enter('clerk', '/imports?lang=en')
    const { page } = visit
    await page.getByRole('heading', { name: 'Import', exact: true }).waitFor()
    await upload(page, FAULTY)
    expect(await headline(page)).toMatch(/parcels? can go in|have problems/)
    await expectSound(visit)
    await visit.picture('import-english')
  })
})

describe('a survey without a .prj', () => {
  it('asks for the datum, and takes it in as uncalibrated where nobody knows better', async () => {
    const visit = await enter('clerk', '/imports')
    const { page } = visit
    await upload(page, WITHOUT_PRJ)
    expect(await headline(page)).toBe('需要您确认')
    const reading = page.locator('[data-step=reading]')
    expect(await reading.innerText()).toContain('3度带第36带')
    const map = page.locator('.preview-map')
    await map.getByText('按“国家2000坐标系，3度带第36带”试画，还没有采用').waitFor()
    expect(await map.locator('.plausible').innerText()).toMatch(/\d% 的地块落在鄂托克前旗内/)
    expect(await map.locator('.legend').innerText()).toContain('待确认')
    await page.getByRole('button', { name: '去确认' }).click()
    await page.locator('[data-step=reading] button[aria-expanded]:focus').first().waitFor()
    await reading.getByRole('radio', { name: /西安80/ }).check()
    await reading.getByText(/不能直接换算/).waitFor()
    await map.getByText('未校准，位置约差几十到上百米').waitFor()
    await map.getByText('按“西安80坐标系，3度带第36带”试画').waitFor()
    await expectSound(visit)
    await visit.picture('import-datum')
    await reading.getByRole('radio', { name: /位置未校准/ }).check()
    await reading.getByRole('button', { name: '采用' }).click()
    await page.locator('.summary.ready').waitFor()
    await reading.getByText('当前按“位置未校准”处理').waitFor()

    await reading.getByRole('radio', { name: /国家2000/ }).check()
    await reading.getByText('正在使用：国家2000坐标系，3度带第36带').waitFor()
    await page.locator('.summary.ready').waitFor()
    expect(await headline(page)).toBe('30 宗全部可入库')
    expect(visit.faults()).toEqual([])
  })
})

describe('a survey whose system nobody can tell', () => {
  it('is drawn under each candidate before one is taken, on a phone beside the choice', async () => {
    const visit = await enter('clerk', '/imports', { viewport: PHONE })
    const { page } = visit
    await page.goto('/imports')
    await page.locator('.drop').waitFor()
    await page.locator('input[type=file]').setInputFiles(surveyWithoutSystem())
    await settled(page)
    expect(await headline(page)).toBe('需要您确认')
    const map = page.locator('.preview-map')
    const reading = page.locator('[data-step=reading]')
    await map.locator('.assumed').waitFor()
    await page.getByRole('button', { name: '去确认' }).click()
    await reading.getByRole('button', { name: '其他坐标系' }).click()
    await reading.getByLabel('横坐标前面带有带号').uncheck()
    await reading.getByLabel('带号', { exact: true }).selectOption({ label: '第37带（中央经线111度）' })
    await map.getByText('按“国家2000坐标系，3度带，中央经线111度，不带带号”试画').waitFor()
    await map.getByText('没有地块落在鄂托克前旗内').waitFor()
    expect((await map.boundingBox())?.y).toBeGreaterThanOrEqual(0)
    await expectSound(visit)
    await visit.picture('import-candidates')
    await reading.getByRole('radio', { name: /中央经线108度/ }).check()
    await map.getByText('100% 的地块落在鄂托克前旗内').waitFor()
    await reading.getByRole('button', { name: '采用' }).first().click()
    await page.locator('.summary.ready').waitFor()
    await page.locator('.plausible').getByText('100% 的地块落在鄂托克前旗内').waitFor()
    expect(visit.faults()).toEqual([])
  })
})

describe('a ledger table beside the survey', () => {
  it('waits for its survey, joins it and shows what does not match', async () => {
    const visit = await enter('clerk', '/imports')
    const { page } = visit
    await page.locator('.drop').waitFor()
    await chooseFiles(page, TABLE)
    await page.getByText('请再拖入对应的测绘成果').waitFor()
    await chooseFiles(page, SURVEY)
    await settled(page)
    expect(await headline(page)).toBe('34 宗全部可入库')
    const join = page.locator('[data-step=join]')
    expect(await join.innerText()).toContain('匹配 32 宗')
    for (const name of ['KFQ-XZ-033', 'KFQ-XZ-034', 'KFQ-XZ-099']) await join.getByText(name).waitFor()
    await expectSound(visit)
    await visit.picture('import-join')
    await join.getByRole('button', { name: '没有问题，就这样' }).click()
    await join.getByText('正常').waitFor()
    await page.locator('[data-step=join] button:focus').waitFor()
    await page.locator('.summary.ready').waitFor()
    await commit(page)
    expect(await headline(page)).toContain('34 宗已入库')
    expect(visit.faults()).toEqual([])
  })
})

describe('coordinates from a table or a chat', () => {
  it('are pasted and become a parcel', async () => {
    const visit = await enter('clerk', '/imports')
    const { page } = visit
    await page.getByRole('button', { name: '粘贴坐标' }).click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByLabel('界址点坐标')
      .fill('示例地块\n4228100 36454500\n4228100 36454800\n4227900 36454800\n4227900 36454500')
    await dialog.getByText('已识别 4 行坐标').waitFor()
    await dialog.getByRole('button', { name: '开始检查' }).click()
    await settled(page)
    expect(await headline(page)).toBe('需要您确认')
    // The step folds as soon as the checks are through: nothing is left to look at the mark of.
    await page
      .locator('[data-step=reading]')
      .getByRole('radio', { name: /国家2000/ })
      .click()
    await page.locator('.summary.ready').waitFor()
    expect(await headline(page)).toBe('1 宗全部可入库')
    expect(visit.faults()).toEqual([])
  })
})

describe('a mapping', () => {
  it('is changed, kept as a template and used again', async () => {
    const visit = await enter('clerk', '/imports')
    const { page } = visit
    await upload(page, FAULTY)
    const mapping = page.locator('[data-step=mapping]')
    await mapping.getByRole('button').first().click()
    const picker = mapping.getByRole('combobox', { name: '“OBJECTID”对应的字段' })
    await picker.click()
    await picker.fill('备注')
    await picker.press('Enter')
    await page.locator('.summary.ready').waitFor()
    await mapping.getByText('您选的').first().waitFor()
    await mapping.getByRole('button', { name: '存为模板' }).click()
    await mapping.getByLabel('模板名称').fill('昂素镇测绘')
    await mapping.getByRole('button', { name: '保存' }).click()
    await mapping.getByText('模板“昂素镇测绘”已保存').waitFor()
    await expectSound(visit)
    await upload(page, FAULTY)
    expect(await page.locator('[data-step=mapping]').innerText()).toContain('按模板“昂素镇测绘”对应')
    expect(visit.faults()).toEqual([])
  })
})

describe('somebody who may only look', () => {
  it('sees the checks and no button', async () => {
    const clerk = await enter('clerk', '/imports')
    await upload(clerk.page, FAULTY)
    const visit = await enter('auditor', `/imports/${importIdOf(clerk.page)}`)
    const { page } = visit
    await settled(page)
    expect(await page.locator('.commit').count()).toBe(0)
    await page.getByText('入库由有权限的人员完成').waitFor()
    await page.goto('/imports')
    await page.getByText('不能上传').waitFor()
    expect(await page.locator('.drop').count()).toBe(0)
    await expectSound(visit)
  })
})
