import { extensionOf } from '../../state/import-groups.ts'

const KNOWN = new Set([
  // Other archives, and files that lost their suffix, go along: the server says what to do about them.
  '',
  'rar',
  '7z',
  'zip',
  'shp',
  'shx',
  'dbf',
  'prj',
  'cpg',
  'sbn',
  'sbx',
  'qpj',
  'qix',
  'xml',
  'txt',
  'geojson',
  'json',
  'xlsx',
  'xls',
  'csv',
])
const TABLES = new Set(['xlsx', 'xls', 'csv'])
/** What explorers and ArcGIS leave lying about; nobody needs to hear of it. */
const SILENT = new Set(['lock', 'ini', 'db', 'ds_store', 'fix', 'atx', 'tmp'])

/** Files that may be uploaded, and those to mention as left out. An .xls goes along: the server says how to save it as .xlsx. */
export function sortDropped<F extends { name: string }>(files: readonly F[]): { known: F[]; unknown: F[] } {
  const known = files.filter(({ name }) => KNOWN.has(extensionOf(name)))
  const unknown = files.filter(
    ({ name }) => !KNOWN.has(extensionOf(name)) && !SILENT.has(extensionOf(name)) && !name.startsWith('.'),
  )
  return { known, unknown }
}

/** Whether a file of an upload is its ledger table rather than a part of the survey. */
export const isTableName = (name: string): boolean => TABLES.has(extensionOf(name))

/** Lines of a pasted text that hold at least two numbers, one point each. */
export function countCoordinateLines(text: string): number {
  return text.split(/\r\n|\r|\n/).filter((line) => (line.match(/\d+(?:\.\d+)?/g) ?? []).length >= 2).length
}
