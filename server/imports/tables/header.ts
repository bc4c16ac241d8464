/** The header row under merged titles, names over two rows, the unit line, and the rows that are data. */
import { bareName, foldWidth, NameIndex, unitOfName, type ColumnUnit } from '../mapping/names.ts'
import type { CellValue, LedgerTable, Sheet, SheetGrid, TableRow } from './ledger-table.ts'

/** A header stands within the first rows; titles, unit lines and remarks above it. */
const HEADER_SEARCH_ROWS = 30
const TOTAL_WORDS = /^(合计|小计|总计|共计|累计|total)/
const REMARK_WORDS = /^(注|备注|说明|填表|制表|审核|填报|单位负责|联系)[:：人单]/

const isText = (cell: CellValue | undefined): cell is string => typeof cell === 'string'
const filled = (row: readonly CellValue[]): CellValue[] => row.filter((cell) => cell !== null)

interface HeaderPlace {
  /** 0-based; the last row of the header. */
  index: number
  names: (string | null)[]
  score: number
}

function nameScore(names: readonly (string | null)[], index: NameIndex): number {
  let known = 0
  let plain = 0
  for (const name of names) {
    if (name === null || bareName(name) === '') continue
    if (index.find(name).length > 0 || /^序号$/.test(bareName(name))) known++
    else if (name.length <= 20 && !/\d{4}/.test(name)) plain++
  }
  return known * 3 + plain * 0.5
}

/** Merged parents repeat to the right until the next one; a child name alone is enough when a field knows it. */
function joinedNames(
  parent: readonly CellValue[],
  child: readonly CellValue[],
  index: NameIndex,
): (string | null)[] {
  let current: string | null = null
  return Array.from({ length: Math.max(parent.length, child.length) }, (_unused, column) => {
    const own = parent[column]
    const under = child[column]
    if (isText(own)) current = own
    if (!isText(under)) return isText(own) ? own : null
    if (index.find(under).length > 0 || current === null) return under
    const joined = current + under
    return index.find(joined).length > 0 || !isText(own) || own !== under ? joined : under
  })
}

function isHeaderLike(row: readonly CellValue[]): boolean {
  const cells = filled(row)
  return cells.length >= 2 && cells.every((cell) => isText(cell) && cell.length <= 40)
}

function findHeader(grid: SheetGrid, index: NameIndex): HeaderPlace | null {
  let best: HeaderPlace | null = null
  const consider = (place: HeaderPlace): void => {
    if (best === null || place.score > best.score) best = place
  }
  for (let row = 0; row < Math.min(grid.length, HEADER_SEARCH_ROWS); row++) {
    const cells = grid[row]!
    if (!isHeaderLike(cells)) continue
    const names = cells.map((cell) => (isText(cell) ? cell : null))
    consider({ index: row, names, score: nameScore(names, index) })
    const under = grid[row + 1]
    const hasGaps = cells.some((cell, column) => cell === null && under?.[column] != null)
    if (under && hasGaps && isHeaderLike(under)) {
      const joined = joinedNames(cells, under, index)
      consider({ index: row + 1, names: joined, score: nameScore(joined, index) + 0.25 })
    }
  }
  return best
}

/** 单位：亩、万元 above the header, for columns that name no unit themselves. */
function unitLine(grid: SheetGrid, headerIndex: number): Pick<LedgerTable, 'areaUnit' | 'moneyUnit'> {
  const units = { areaUnit: null as ColumnUnit | null, moneyUnit: null as ColumnUnit | null }
  for (const row of grid.slice(0, headerIndex)) {
    for (const cell of row) {
      const match = isText(cell) ? /单位[:：](.{1,20})/.exec(foldWidth(cell)) : null
      if (!match) continue
      for (const word of match[1]!.split(/[、,，;；/]/)) {
        const unit = unitOfName(word)
        if (unit === 'yuan' || unit === 'wan_yuan') units.moneyUnit ??= unit
        else if (unit) units.areaUnit ??= unit
      }
    }
  }
  return units
}

const TITLE_LENGTH = 200

const titleOf = (grid: SheetGrid, headerIndex: number): string =>
  [...new Set(grid.slice(0, headerIndex).flatMap((row) => row.filter(isText)))]
    .join(' ')
    .slice(0, TITLE_LENGTH)

/** Equal names get _1, _2 behind them; columns without a name but with values are called by their number. */
function uniqueNames(
  names: readonly (string | null)[],
  grid: SheetGrid,
  headerIndex: number,
): (string | null)[] {
  const seen = new Map<string, number>()
  return names.map((name, column) => {
    const isUsed = grid.slice(headerIndex + 1, headerIndex + 50).some((row) => row[column] != null)
    const plain = name?.replace(/\s+/g, '')
    // `__proto__` cannot be a key of an ordinary object.
    const own = plain === '__proto__' ? undefined : plain
    const base = own ?? (isUsed ? `列${column + 1}` : null)
    if (base === null) return null
    const count = seen.get(base) ?? 0
    seen.set(base, count + 1)
    return count === 0 ? base : `${base}_${count}`
  })
}

const isDataRow = (
  row: readonly CellValue[],
  names: ReadonlySet<string | null>,
): 'data' | 'total' | 'other' => {
  const cells = filled(row)
  const first = cells[0]
  if (first === undefined) return 'other'
  const word = isText(first) ? foldWidth(first) : ''
  const second = isText(cells[1]) ? foldWidth(cells[1]) : ''
  if (TOTAL_WORDS.test(word) || TOTAL_WORDS.test(second)) return 'total'
  if (REMARK_WORDS.test(word) || cells.length === 1) return 'other'
  const repeatsHeader = cells.every((cell) => isText(cell) && names.has(cell.replace(/\s+/g, '')))
  return repeatsHeader ? 'other' : 'data'
}

/** Reads a sheet as a ledger table; null when no row looks like a header. */
export function tableOfSheet(sheet: Sheet, fileName: string, chosenHeaderRow?: number): LedgerTable | null {
  const index = new NameIndex(null)
  const { grid } = sheet
  const chosen = chosenHeaderRow ? grid[chosenHeaderRow - 1] : undefined
  const place: HeaderPlace | null = chosen
    ? {
        index: chosenHeaderRow! - 1,
        names: chosen.map((cell) => (cell === null ? null : String(cell))),
        score: 1,
      }
    : findHeader(grid, index)
  if (!place || place.score === 0) return null
  const names = uniqueNames(place.names, grid, place.index)
  const known = new Set(names)
  const rows: TableRow[] = []
  let skippedTotals = 0
  for (let row = place.index + 1; row < grid.length; row++) {
    const kind = isDataRow(grid[row]!, known)
    if (kind === 'total') skippedTotals++
    if (kind !== 'data') continue
    const cells: TableRow['cells'] = {}
    names.forEach((name, column) => {
      const value = grid[row]![column]
      if (name !== null && value != null) cells[name] = value
    })
    rows.push({ row: row + 1, cells })
  }
  const columns = names.filter((name): name is string => name !== null && bareName(name) !== '序号')
  return {
    name: fileName,
    sheet: sheet.name,
    title: titleOf(grid, place.index),
    headerRow: place.index + 1,
    columns,
    rows,
    skippedTotals,
    ...unitLine(grid, place.index),
  }
}

/** The sheet that reads best as a ledger: most recognised columns, then most rows. */
export function bestTable(sheets: readonly Sheet[], fileName: string): LedgerTable | null {
  const index = new NameIndex(null)
  const tables = sheets
    .map((sheet) => tableOfSheet(sheet, fileName))
    .filter((table): table is LedgerTable => table !== null && table.rows.length > 0)
  const score = (table: LedgerTable): number =>
    nameScore(table.columns, index) * 1000 + Math.min(table.rows.length, 999)
  return tables.reduce<LedgerTable | null>(
    (best, next) => (best && score(best) >= score(next) ? best : next),
    null,
  )
}
