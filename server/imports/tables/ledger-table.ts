/** A ledger table as read from a spreadsheet: header found, rows under it, units of its unit line. */
import type { AttributeValue } from '../formats/types.ts'
import type { ColumnUnit } from '../mapping/names.ts'

export type CellValue = string | number | boolean | null
export type SheetGrid = CellValue[][]

export interface Sheet {
  name: string | null
  grid: SheetGrid
}

export interface TableRow {
  /** 1-based row of the sheet. */
  row: number
  cells: Record<string, AttributeValue>
}

export interface LedgerTable {
  /** File name. */
  name: string
  sheet: string | null
  /** What stands above the header: 2022年闲置土地台账. */
  title: string
  /** 1-based row of the sheet the column names stand in (the lower one when there are two). */
  headerRow: number
  columns: string[]
  rows: TableRow[]
  /** From a line like 单位：亩 above the header. */
  areaUnit: ColumnUnit | null
  moneyUnit: ColumnUnit | null
  /** 合计 and 小计 rows that were left out. */
  skippedTotals: number
}
