import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import MappingStep from '../../../client/features/imports/MappingStep.vue'
import { detected, importView } from './import-view.ts'
import { mount, type Mounted } from './mount.ts'

let mounted: Mounted | null = null
beforeEach(() => {
  vi.stubGlobal('fetch', async () => Response.json({ items: [] }))
})
afterEach(() => {
  mounted?.unmount()
  vi.unstubAllGlobals()
})

const unit = (source: string, code: string, message = '') => ({
  kind: 'unit',
  source,
  code,
  params: {},
  agrees: true,
  message,
})
const area = (source: string, field: string) => ({ source, field, unit: 'mu', by: 'exact' }) as const

it('says beside every area column what speaks for its unit, and doubts in a sentence', () => {
  const view = importView({
    ledger: 'approved_unsupplied',
    mapping: [
      area('批准面积（亩）', 'approvedAreaM2'),
      area('剩余未供面积', 'unsuppliedAreaM2'),
      area('table:已供面积', 'suppliedAreaM2'),
      { source: '备注', field: 'remark', unit: null, by: 'exact' },
    ],
    detected: detected({
      evidence: [
        unit('批准面积（亩）', 'unit_by_name'),
        unit('剩余未供面积', 'unit_by_shapes'),
        unit('table:已供面积', 'unit_by_default', '“已供面积”未注明单位，按数值大小判断为亩，请核对'),
      ],
    }),
  })
  mounted = mount(MappingStep, { view, isLocked: false })
  const { host } = mounted
  const units = [...host.querySelectorAll('td.unit')].map(
    (cell) => cell.querySelector('small')?.textContent ?? '',
  )
  expect(units).toEqual(['列名写明', '与图形吻合', '按大小判断', ''])
  expect([...host.querySelectorAll('.evidence li')].map((piece) => piece.textContent)).toEqual([
    expect.stringContaining('“已供面积”未注明单位'),
  ])
  // The area of the parcel is not missing: 剩余未供面积 stands in for it.
  expect(host.querySelector('.missing')?.textContent).not.toContain('文件面积')
})
