import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, test } from 'vitest'
import { CAUSES, STATUSES } from '#contract/codes/ledger.ts'
import { CAUSE_LABELS, STATUS_LABELS } from '#contract/codes/labels.ts'
import { sampleFiles, type SampleFiles } from '../../scripts/data/sample/files.ts'
import { sampleSurveys, type SampleSurveys } from '../../scripts/data/sample/surveys.ts'
import { overlaps, type PlaneParcel } from './plane-overlap.ts'

const committed = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../data/sample/${name}`, import.meta.url)))

const HECTARE = 10_000
/** 0.42 万亩 in m², the target of the plan. */
const TARGET_M2 = 280 * HECTARE

let built: SampleFiles
let surveys: SampleSurveys
beforeAll(async () => {
  built = await sampleFiles()
  surveys = sampleSurveys()
})

const cleanSurveys = () => [surveys.unsupplied, surveys.idle, surveys.park, surveys.chengchuan, surveys.txt]

describe('demo surveys', () => {
  test('come out the same on every run', async () => {
    const again = await sampleFiles()
    for (const [name, data] of built.files) expect(again.files.get(name)?.equals(data), name).toBe(true)
    expect(again.manifest).toEqual(built.manifest)
  })

  // Members are compared unpacked: another build of zlib may pack the same bytes differently.
  test('are the committed ones', () => {
    expect(JSON.parse(committed('manifest.json').toString('utf8'))).toEqual(built.manifest)
    for (const [name, data] of built.files) {
      if (name.endsWith('.txt')) expect(committed(name).equals(data), name).toBe(true)
      else expect(unzipSync(committed(name)), name).toEqual(unzipSync(data))
    }
  })

  test('exceed the target, both ledgers, with part of it recognised in each year', () => {
    const all = Object.values(surveys)
    const areaM2 = all.flatMap(({ parcels }) => parcels).reduce((sum, parcel) => sum + parcel.areaM2, 0)
    expect(areaM2).toBeGreaterThan(TARGET_M2 * 1.3)
    expect(areaM2).toBeLessThan(TARGET_M2 * 1.6)
    for (const ledger of ['approved_unsupplied', 'idle']) {
      const years = all
        .filter((survey) => survey.ledger === ledger)
        .flatMap(({ records }) => records.flatMap(({ 认定年度: year }) => (year ? [Number(year)] : [])))
      expect([...new Set(years)].sort((a, b) => a - b)).toEqual([2022, 2023, 2024, 2025])
    }
  })

  test('lie beside each other, never on each other', () => {
    const parcels = cleanSurveys().flatMap(({ parcels: each }, survey) =>
      each.map(({ parts }, row): PlaneParcel => ({ label: `${survey}/${row + 1}`, parts })),
    )
    expect(overlaps(parcels)).toEqual([])
    const corners = parcels.flatMap(({ parts }) => parts.flat(2).map(([x, y]) => `${x} ${y}`))
    expect(corners.length - new Set(corners).size, 'shared corners').toBeGreaterThan(300)
  })

  test('have lots of 0.1 to 20 公顷, some with holes and some of several parts', () => {
    const parcels = cleanSurveys().flatMap(({ parcels: each }) => each)
    for (const { areaM2 } of parcels) {
      expect(areaM2).toBeGreaterThanOrEqual(1000)
      expect(areaM2).toBeLessThanOrEqual(20 * HECTARE)
    }
    expect(parcels.filter(({ parts }) => parts.length > 1).length).toBeGreaterThan(8)
    expect(parcels.filter(({ parts }) => parts.some((rings) => rings.length > 1)).length).toBeGreaterThan(8)
  })

  test('use every cause and every status a survey can carry', () => {
    const records = Object.values(surveys).flatMap(({ records: each }) => each)
    const causes = new Set(records.flatMap((record) => [record.未供原因, record.闲置原因]))
    for (const cause of CAUSES) expect(causes, cause).toContain(CAUSE_LABELS[cause].zh)
    const statuses = new Set(records.map((record) => record.处置状态))
    // 待补录 is what the importer makes of a parcel that lacks something.
    for (const status of STATUSES.filter((each) => each !== 'draft'))
      expect(statuses, status).toContain(STATUS_LABELS[status].zh)
  })

  test('number every parcel once', () => {
    for (const { records } of [surveys.unsupplied, surveys.idle, surveys.park, surveys.chengchuan]) {
      const numbers = records.map((record) => record.台账编号)
      expect(new Set(numbers).size).toBe(numbers.length)
      const supervisionNos = records.flatMap((record) =>
        record.电子监管号 ? [String(record.电子监管号)] : [],
      )
      expect(new Set(supervisionNos).size).toBe(supervisionNos.length)
      for (const number of supervisionNos) expect(number).toMatch(/^150623\d{4}[AB]\d{5}$/)
    }
  })

  test('differ from their shapes by more than 1 % in a few documents only', () => {
    for (const { records, parcels } of [surveys.unsupplied, surveys.idle]) {
      const far = records.filter((record, i) => {
        const areaM2 = Number(record.文件面积 ?? record.宗地面积)
        return Math.abs(areaM2 / parcels[i].areaM2 - 1) > 0.01
      })
      expect(far.length).toBeGreaterThanOrEqual(5)
      expect(far.length).toBeLessThanOrEqual(6)
    }
  })

  test('keep the idle dates in their order', () => {
    for (const record of [...surveys.idle.records, ...surveys.park.records]) {
      const dates = [record.签订日期, record.约定交地日期, record.约定动工日期, record.约定竣工日期].map(
        String,
      )
      expect([...dates].sort()).toEqual(dates)
    }
  })

  test('overlap in the faulty one with a neighbour and with an earlier survey', () => {
    const [, , , , , faulty] = built.manifest.surveys
    const overlapping = faulty.faults.filter(({ kind }) => kind.startsWith('overlap'))
    expect(overlapping.map(({ otherRow }) => typeof otherRow)).toEqual(['number', 'undefined'])
    const existing = surveys.unsupplied.parcels.filter(({ townCode }) => townCode === '150623103')
    const doubled = existing.map(({ parts }, i): PlaneParcel => ({ label: String(i), parts }))
    expect(overlaps([...doubled, { ...doubled[0], label: 'again' }])).toEqual([
      { a: '0', b: 'again', areaM2: expect.closeTo(existing[0].areaM2, 1) as number },
    ])
  })

  test('plant each fault on the row the manifest names', () => {
    const faulty = built.manifest.surveys.find(({ faults }) => faults.length > 0)
    expect(faulty?.faults.map(({ kind }) => kind).sort()).toEqual([
      'area_mismatch',
      'duplicate_parcel_no',
      'invalid_date',
      'missing_ownership',
      'missing_planned_use',
      'null_shape',
      'overlap_in_file',
      'overlap_with_existing',
      'self_intersection',
      'sliver',
      'unclosed_ring',
      'unknown_code',
      'unknown_code',
    ])
    for (const { row } of faulty?.faults ?? [])
      expect(row).toBeLessThanOrEqual(faulty?.expected.features ?? 0)
  })
})
