/** The generated parcels as a survey's attribute table. */
import { CAUSE_LABELS, STATUS_LABELS } from '../../../server/contract/codes/labels.ts'
import type { FixtureField } from '../../fixtures/shapefile-writer.ts'
import type { BenchAttributes } from './attributes.ts'

export const BENCH_FIELDS: readonly (FixtureField & { length: number })[] = [
  { name: '台账编号', type: 'C', length: 24 },
  { name: '项目名称', type: 'C', length: 48 },
  { name: '所在乡镇', type: 'C', length: 24 },
  { name: '土地坐落', type: 'C', length: 60 },
  { name: '文件面积', type: 'N', length: 14, decimals: 2 },
  { name: '权属性质', type: 'C', length: 8 },
  { name: '规划用途', type: 'C', length: 24 },
  { name: '形成原因', type: 'C', length: 30 },
  { name: '处置状态', type: 'C', length: 20 },
  { name: '电子监管号', type: 'C', length: 24 },
  { name: '使用权人', type: 'C', length: 40 },
  { name: '批准文号', type: 'C', length: 48 },
  { name: '批准年份', type: 'N', length: 4 },
  { name: '约定动工日', type: 'D', length: 8 },
]

const TOWN_NAMES: Readonly<Record<string, string>> = {
  '150623100': '敖勒召其镇',
  '150623101': '上海庙镇',
  '150623102': '城川镇',
  '150623103': '昂素镇',
}

/** Cells in the order of the fields. */
export function benchRecord({
  attributes: row,
}: {
  attributes: BenchAttributes
}): (string | number | null)[] {
  return [
    row.parcelNo,
    row.name,
    TOWN_NAMES[row.townCode],
    row.location,
    row.documentAreaM2,
    '国有',
    row.plannedUse,
    row.cause ? CAUSE_LABELS[row.cause].zh : null,
    STATUS_LABELS[row.status].zh,
    row.supervisionNo,
    row.holder,
    row.approvalNo,
    row.approvalYear,
    row.agreedCommencementOn,
  ]
}
