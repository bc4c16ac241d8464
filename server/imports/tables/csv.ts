/** CSV and TSV text to cells: quotes, doubled quotes, line breaks inside quotes (RFC 4180). */
import type { SheetGrid } from './ledger-table.ts'

function separatorOf(text: string): string {
  const head = text.slice(0, 4096).split(/\r?\n/, 20).join('\n')
  const counts = [',', '\t', ';'].map((separator) => ({ separator, count: head.split(separator).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).separator
}

/** Reads the grid; stops at `maxRows`. Cells stay text: only the mapping knows which are numbers. */
export function parseCsv(text: string, maxRows: number): SheetGrid {
  const separator = separatorOf(text)
  const grid: SheetGrid = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const endCell = (): void => {
    row.push(cell)
    cell = ''
  }
  const endRow = (): void => {
    endCell()
    grid.push(row.map((value) => (value.trim() === '' ? null : value.trim())))
    row = []
  }
  for (let index = text.charCodeAt(0) === 0xfeff ? 1 : 0; index < text.length; index++) {
    const character = text[index]!
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text[index + 1] === '"') {
        cell += '"'
        index++
      } else isQuoted = false
    } else if (character === '"' && cell === '') isQuoted = true
    else if (character === separator) endCell()
    else if (character === '\n') {
      endRow()
      if (grid.length >= maxRows) return grid
    } else if (character !== '\r') cell += character
  }
  if (cell !== '' || row.length > 0) endRow()
  return grid
}
