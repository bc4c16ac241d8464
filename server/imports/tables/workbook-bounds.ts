/**
 * How large a sheet becomes once it is read. The reader fills every gap up to the address a cell names, whatever it
 * names: two cells, one in column A and one in row 4,000,000,000, would take all memory before anything can be counted.
 */

/** Where a sheet ends in every spreadsheet program. */
const LAST_ROW = 1_048_576
const LAST_COLUMN = 16_384

const NAME = String.raw`[\w:.-]+`
const MARKUP = new RegExp(
  String.raw`<(?:!--[\s\S]*?--|!\[CDATA\[[\s\S]*?\]\]|\?[\s\S]*?\?|/${NAME}\s*|(${NAME})((?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?))>`,
  'y',
)
const ADDRESS = /\sr\s*=\s*["']([^"']*)["']/

export const isSheet = (xml: string): boolean => /<(?:[\w.-]+:)?sheetData[\s/>]/.test(xml)

function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
}

/** Cells of the smallest rectangle that holds all values; null when the sheet is no XML or names a place no sheet has. */
export function cellsWhenRead(xml: string): number | null {
  let rows = 0
  let columns = 0
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', MARKUP.lastIndex)) {
    MARKUP.lastIndex = at
    const tag = MARKUP.exec(xml)
    if (!tag) return null
    const name = tag[1]?.split(':').pop()
    const address = name === 'c' || name === 'row' ? ADDRESS.exec(tag[2]!)?.[1] : undefined
    if (address === undefined) continue
    const [, letters = '', digits = ''] = /^([A-Z]{0,3})(\d{1,7})$/.exec(address) ?? []
    const [row, column] = [Number(digits), columnNumber(letters)]
    if (digits === '' || row < 1 || row > LAST_ROW || column > LAST_COLUMN) return null
    // An empty cell, or a row without cells, only carries a format and is dropped again.
    if (name === 'row' || tag[3] === '/') continue
    rows = Math.max(rows, row)
    columns = Math.max(columns, column)
  }
  return rows * columns
}
