/** The park's ledger as an office keeps it: merged title, unit line, header in row 4, 合计 at the end. */
import { unzipSync } from 'fflate'
import writeExcelFile from 'write-excel-file/node'
import { zipOf } from '../../fixtures/zip-writer.ts'
import type { SampleRecord } from './unsupplied-table.ts'

/** Column title, key of the record it comes from, how it is written, and its width. */
const COLUMNS = [
  { title: '地块编号', key: '地块编号', kind: 'text', width: 14 },
  { title: '项目名称', key: '项目名称', kind: 'text', width: 34 },
  { title: '使用权人', key: '国有建设用地使用权人', kind: 'text', width: 30 },
  { title: '所属镇（园区）', key: '所属镇', kind: 'text', width: 18 },
  { title: '土地坐落', key: '土地坐落', kind: 'text', width: 36 },
  { title: '宗地面积', key: '宗地面积', kind: 'mu', width: 12 },
  { title: '权属性质', key: '权属性质', kind: 'text', width: 10 },
  { title: '规划用途', key: '土地用途', kind: 'text', width: 16 },
  { title: '供应方式', key: '供应方式', kind: 'text', width: 12 },
  { title: '合同编号', key: '合同编号', kind: 'text', width: 24 },
  { title: '电子监管号', key: '电子监管号', kind: 'text', width: 20 },
  { title: '签订日期', key: '签订日期', kind: 'date', width: 12 },
  { title: '约定动工时间', key: '约定动工日期', kind: 'date', width: 14 },
  { title: '约定竣工时间', key: '约定竣工日期', kind: 'date', width: 14 },
  { title: '成交价款（万元）', key: '成交价款', kind: 'number', width: 16 },
  { title: '闲置类型', key: '闲置类型', kind: 'text', width: 14 },
  { title: '闲置原因', key: '闲置原因', kind: 'text', width: 14 },
  { title: '处置状态', key: '处置状态', kind: 'text', width: 14 },
  { title: '处置方式', key: '处置方式', kind: 'text', width: 18 },
  { title: '计划年度', key: '计划年度', kind: 'number', width: 10 },
  { title: '申报面积', key: '申报面积', kind: 'mu', width: 12 },
  { title: '认定面积', key: '认定面积', kind: 'mu', width: 12 },
  { title: '认定年度', key: '认定年度', kind: 'number', width: 10 },
  { title: '认定级别', key: '认定级别', kind: 'text', width: 12 },
  { title: '认定文号', key: '认定文号', kind: 'text', width: 26 },
  { title: '认定日期', key: '认定日期', kind: 'date', width: 12 },
  { title: '责任单位', key: '责任单位', kind: 'text', width: 18 },
] as const

const BORDER = { borderStyle: 'thin', borderColor: '#808080' } as const

type Column = (typeof COLUMNS)[number]

function cell(record: SampleRecord, { key, kind }: Column) {
  const value = record[key]
  if (value === null || value === undefined || value === '') return { ...BORDER }
  if (kind === 'text') return { ...BORDER, type: String, value: String(value) }
  if (kind === 'date')
    return { ...BORDER, type: Date, value: new Date(`${String(value)}T00:00:00Z`), format: 'yyyy-mm-dd' }
  if (kind === 'mu') return { ...BORDER, type: Number, value: muOf(Number(value)), format: '0.00' }
  return { ...BORDER, type: Number, value: Number(value) }
}

const muOf = (areaM2: number) => Math.round(((areaM2 * 15) / 10_000) * 100) / 100

const sumOf = (records: readonly SampleRecord[], key: string) =>
  Math.round(records.reduce((sum, record) => sum + muOf(Number(record[key] ?? 0)), 0) * 100) / 100

function totals(records: readonly SampleRecord[]) {
  return COLUMNS.map(({ kind, key }, index) => {
    if (index === 0) return { ...BORDER, type: String, value: '合计', fontWeight: 'bold' as const }
    if (kind !== 'mu') return { ...BORDER }
    return {
      ...BORDER,
      type: Number,
      value: sumOf(records, key),
      format: '0.00',
      fontWeight: 'bold' as const,
    }
  })
}

export async function parkWorkbook(records: readonly SampleRecord[]): Promise<Buffer> {
  const merged = (value: string, style: object) => [
    { type: String, value, columnSpan: COLUMNS.length, ...style },
  ]
  const data = [
    merged('上海庙经济开发区闲置土地台账（示例）', { fontWeight: 'bold', fontSize: 16, align: 'center' }),
    merged('填报单位：上海庙经济开发区（示例）    填报日期：2024年5月20日', { align: 'left' }),
    merged('单位：亩、万元', { align: 'right' }),
    COLUMNS.map(({ title }) => ({
      ...BORDER,
      type: String,
      value: title,
      fontWeight: 'bold' as const,
      align: 'center' as const,
      backgroundColor: '#E7EEF7',
    })),
    ...records.map((record) => COLUMNS.map((column) => cell(record, column))),
    totals(records),
  ]
  const columns = COLUMNS.map(({ width }) => ({ width }))
  return restamped(await writeExcelFile(data, { sheet: '闲置土地台账', columns }).toBuffer())
}

/** The same members in a fixed order and with a fixed date: the writer stamps the time of writing. */
function restamped(workbook: Buffer): Buffer {
  const members = Object.entries(unzipSync(workbook)).sort(([a], [b]) => (a < b ? -1 : 1))
  return zipOf(members.map(([name, data]) => ({ name, data: Buffer.from(data) })))
}
