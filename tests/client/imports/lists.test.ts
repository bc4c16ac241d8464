import { afterEach, describe, expect, it } from 'vitest'
import ImportTable from '../../../client/features/imports/ImportTable.vue'
import { changeText } from '../../../client/features/imports/change-values.ts'
import { findFields, unitsOf } from '../../../client/features/imports/field-search.ts'
import { coordinateText, issueGroups, severityCounts } from '../../../client/features/imports/issue-groups.ts'
import { countStates, rowStates } from '../../../client/features/imports/row-states.ts'
import importIssues from '../../../client/text/zh-CN/import-issues.ts'
import { ISSUES_ZH } from '../../../server/imports/messages/issues.zh.ts'
import type { ImportRow } from '../../../client/state/import-list.ts'
import { importView, issue } from './import-view.ts'
import { mount, type Mounted } from './mount.ts'

const wiresOf = (typed: string, ledger: 'idle' | 'approved_unsupplied' | null = null): string[] =>
  findFields(typed, ledger).flatMap(({ fields }) => fields.map((field) => field.wire))

describe('issues', () => {
  it('are grouped by code, the gravest first', () => {
    const view = importView({
      issueCounts: { area_differs: 30, duplicate_parcel_no: 2, z_dropped: 1 },
      issues: [
        issue({ code: 'duplicate_parcel_no', severity: 'error' }),
        issue({ code: 'area_differs', severity: 'warning' }),
      ],
    })
    const groups = issueGroups(view, new Map([['z_dropped', 'note']]))
    expect(groups.map((group) => group.code)).toEqual(['duplicate_parcel_no', 'area_differs', 'z_dropped'])
    expect(severityCounts(groups)).toEqual({ error: 2, warning: 30, note: 1 })
  })

  it('give survey coordinates to the millimetre and degrees to a tenth of a metre', () => {
    expect(coordinateText(issue({ coordinate: { x: 36454500, y: 4228100.12 } }))).toBe(
      '36454500.000, 4228100.120',
    )
    expect(coordinateText(issue({ position: { lon: 107.48066646, lat: 38.18445793 } }))).toBe(
      '107.480666, 38.184458',
    )
    expect(coordinateText(issue())).toBeNull()
  })

  it('each have a short name', () => {
    expect(Object.keys(ISSUES_ZH).filter((code) => !(code in importIssues))).toEqual([])
  })
})

describe('the list of imports', () => {
  afterEach(() => mounted?.unmount())
  let mounted: Mounted | null = null
  const row = (status: ImportRow['status'], code: string | null): ImportRow => ({
    ...importView(),
    status,
    fileName: '调查.zip',
    notice: code === null ? null : { code, detail: '原因' },
  })

  it('says in a few words why one is checked again', () => {
    mounted = mount(ImportTable, {
      rows: [row('checking', 'recheck_after_restart'), row('committing', 'commit_resumed')],
    })
    const reasons = [...mounted.host.querySelectorAll('.why')].map((part) => part.textContent)
    expect(reasons).toEqual(['服务重启后重新检查', '中断后接着入库'])
  })

  it('says nothing of the kind once the import rests', () => {
    mounted = mount(ImportTable, { rows: [row('ready', 'checks_outdated'), row('checking', null)] })
    expect(mounted.host.querySelector('.why')).toBeNull()
  })
})

describe('rows on the mini-map', () => {
  it('are blocked before they overlap, and overlap before they are repaired', () => {
    const row = (number: number, state: string) => ({
      type: 'Feature' as const,
      geometry: null,
      properties: { row: number, state, label: null },
    })
    const preview = {
      type: 'FeatureCollection' as const,
      isPartial: false,
      assumed: null,
      features: [row(1, 'new'), row(2, 'new'), row(3, 'blocked'), row(4, 'changed')],
    }
    const states = rowStates(preview, [
      issue({ row: 1, otherRow: 2 }),
      issue({ row: 2, code: 'geometry_repaired' }),
      issue({ row: 3 }),
    ])
    expect([...states]).toEqual([
      [1, 'overlap'],
      [2, 'overlap'],
      [3, 'blocked'],
      [4, 'ready'],
    ])
    expect(countStates(states)).toEqual({ overlap: 2, blocked: 1, ready: 1 })
  })
})

describe('fields to map a column to', () => {
  it('are found by Chinese, English, pinyin initials and alias', () => {
    expect(wiresOf('坐落')).toContain('location')
    expect(wiresOf('ledger no')).toContain('parcelNo')
    expect(wiresOf('tdzl')).toContain('location')
    expect(wiresOf('宗地编号')).toContain('parcelNo')
  })

  it('are those of the ledger', () => {
    expect(wiresOf('', 'idle')).toContain('idleKind')
    expect(wiresOf('', 'approved_unsupplied')).not.toContain('idleKind')
  })

  it('have a unit when they are areas or money', () => {
    expect(unitsOf('documentAreaM2')).toContain('mu')
    expect(unitsOf('investedFen')).toContain('wan_yuan')
    expect(unitsOf('name')).toEqual([])
    expect(unitsOf(null)).toEqual([])
  })
})

describe('a change of a field', () => {
  it('reads in words, not in codes', () => {
    expect(changeText('documentAreaM2', 58_000)).toBe('87.00 亩（5.8000 公顷）')
    expect(changeText('cause', 'enterprise')).toBe('企业原因')
    expect(changeText('approvedOn', '2022-09-07')).toBe('2022年9月7日')
    expect(changeText('name', null)).toBe('空')
    expect(changeText('geometry', 58_000)).toContain('亩')
  })
})
