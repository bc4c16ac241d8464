/** Sheets of an .xlsx or .csv file, within limits on what it unpacks to. */
import { readFile, stat } from 'node:fs/promises'
import readXlsx from 'read-excel-file/node'
import { detectTextEncoding } from '../detect/encoding.ts'
import type { TableSource } from '../formats/types.ts'
import { parseCsv } from './csv.ts'
import type { CellValue, Sheet, SheetGrid } from './ledger-table.ts'
import { packedAgain, WorkbookDamaged, workbookMembers, WorkbookTooLarge } from './workbook-archive.ts'
import { cellsWhenRead, isSheet } from './workbook-bounds.ts'

export type TableFaultCode =
  | 'table_xls'
  | 'table_too_large'
  | 'table_too_many_cells'
  | 'table_unreadable'
  | 'table_encrypted'
  | 'table_no_header'
  | 'table_unsupported'

export class TableFault extends Error {
  readonly code: TableFaultCode
  readonly params: Record<string, string | number>
  constructor(code: TableFaultCode, params: Record<string, string | number>) {
    super(`${code} ${JSON.stringify(params)}`)
    this.code = code
    this.params = params
  }
}

const MAX_FILE_BYTES = 40 * 1024 * 1024
/** Spreadsheet XML unpacked: read as a whole, so bounded. */
const MAX_UNPACKED_BYTES = 300 * 1024 * 1024
export const MAX_TABLE_ROWS = 200_000
const MAX_COLUMNS = 400
/** Of all sheets, the gaps counted in: a county's ledger has some ten thousand rows of a hundred columns. */
const MAX_CELLS = 20_000_000

/** Documents scrambled by document-security software, and by a password (an OLE container). */
const ENCRYPTED_MAGIC = '%TSD-Header-###%'
const OLE_MAGIC = 'd0cf11e0a1b11ae1'

/** Numbers too long for a double (监管号 typed as numbers) stay text. */
const parseLongNumber = (text: string): CellValue =>
  /^-?\d{16,}$/.test(text) ? text : Number.isFinite(Number(text)) ? Number(text) : text

function toCell(value: unknown): CellValue {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  const text = String(value).trim()
  return text === '' ? null : text
}

const withinColumns = <Row extends readonly unknown[]>(grid: readonly Row[]): Row[] =>
  grid.map((row) => (row.length > MAX_COLUMNS ? (row.slice(0, MAX_COLUMNS) as unknown as Row) : row))

async function membersOf(bytes: Buffer, name: string): Promise<Map<string, Uint8Array>> {
  try {
    return await workbookMembers(bytes, MAX_UNPACKED_BYTES)
  } catch (error) {
    if (error instanceof WorkbookDamaged) throw new TableFault('table_unreadable', { file: name })
    if (!(error instanceof WorkbookTooLarge)) throw error
    throw new TableFault('table_too_large', { file: name, limitMb: MAX_UNPACKED_BYTES / 1024 / 1024 })
  }
}

async function readWorkbook(bytes: Buffer, name: string): Promise<Sheet[]> {
  const members = await membersOf(bytes, name)
  let cells = 0
  for (const member of members.values()) {
    const xml = Buffer.from(member.buffer, member.byteOffset, member.byteLength).toString('utf8')
    const more = isSheet(xml) ? cellsWhenRead(xml) : 0
    if (more === null) throw new TableFault('table_unreadable', { file: name })
    cells += more
    if (cells > MAX_CELLS) throw new TableFault('table_too_many_cells', { file: name, limit: MAX_CELLS })
  }
  const options = { parseNumber: parseLongNumber, trim: true }
  const sheets = await readXlsx(packedAgain(members), options).catch(() => {
    throw new TableFault('table_unreadable', { file: name })
  })
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    grid: withinColumns(data.slice(0, MAX_TABLE_ROWS)).map((row): SheetGrid[number] => row.map(toCell)),
  }))
}

function refuseForeign(bytes: Buffer, name: string, format: TableSource['format']): void {
  const head = bytes.subarray(0, 16)
  if (head.toString('latin1') === ENCRYPTED_MAGIC) throw new TableFault('table_encrypted', { file: name })
  if (head.subarray(0, 8).toString('hex') !== OLE_MAGIC) return
  // The same container holds an old .xls and an .xlsx under a password.
  throw new TableFault(format === 'xlsx' ? 'table_encrypted' : 'table_xls', { file: name })
}

/** Every sheet of a table file; faults name the file and what to do. */
export async function readSheets(table: TableSource): Promise<Sheet[]> {
  const { path, name } = table.file
  if ((await stat(path)).size > MAX_FILE_BYTES)
    throw new TableFault('table_too_large', { file: name, limitMb: MAX_FILE_BYTES / 1024 / 1024 })
  const bytes = await readFile(path)
  refuseForeign(bytes, name, table.format)
  if (table.format === 'xlsx') return readWorkbook(bytes, name)
  if (table.format === 'csv')
    return [{ name: null, grid: withinColumns(parseCsv(detectTextEncoding(bytes).text, MAX_TABLE_ROWS)) }]
  throw new TableFault(table.format === 'xls' ? 'table_xls' : 'table_unsupported', { file: name })
}
