import { posix } from 'node:path'
import type { Entry } from 'yauzl'
import { SurveyFault } from './types.ts'

export interface Member {
  /** Decoded path inside the archive, with forward slashes. */
  name: string
  entry: Entry
  /** Could be part of a survey or a table; others are not even unpacked. */
  isWanted: boolean
}

const WANTED = new Set([
  '.shp',
  '.shx',
  '.dbf',
  '.prj',
  '.cpg',
  '.cst',
  '.txt',
  '.csv',
  '.xlsx',
  '.xls',
  '.geojson',
  '.json',
])
const NESTED = new Set(['.zip', '.rar', '.7z'])

/** Files (not folders) of the archive; throws the fault that refuses all of it. */
export function inspectMembers(entries: readonly Entry[], archive: string): Member[] {
  const seen = new Set<string>()
  const members: Member[] = []
  const isUtf8 = namesAreUtf8(entries)
  for (const entry of entries) {
    const name = entryName(entry, isUtf8)
    if (isDangerousPath(name))
      throw new SurveyFault('archive_path', { name: archive, member: printable(name) })
    if (isSymlink(entry)) throw new SurveyFault('archive_symlink', { name: archive, member: printable(name) })
    if (name.endsWith('/')) continue
    const isWanted = WANTED.has(posix.extname(name).toLowerCase()) && !isByTheWay(name)
    if (isWanted && entry.isEncrypted())
      throw new SurveyFault('archive_encrypted', { name: archive, member: name })
    if (NESTED.has(posix.extname(name).toLowerCase())) {
      throw new SurveyFault('archive_nested', { name: archive, member: name })
    }
    const key = posix.normalize(name).toLowerCase()
    if (seen.has(key)) throw new SurveyFault('archive_duplicate', { name: archive, member: name })
    seen.add(key)
    members.push({ name: posix.normalize(name), entry, isWanted })
  }
  if (members.length === 0) throw new SurveyFault('archive_empty', { name: archive })
  return members
}

/** Mac resource forks, ArcGIS locks and metadata, Office's lock files. */
function isByTheWay(name: string): boolean {
  const base = posix.basename(name)
  return (
    name.startsWith('__MACOSX/') ||
    name.includes('/__MACOSX/') ||
    base.startsWith('._') ||
    base.startsWith('~$')
  )
}

const UTF8_FLAG = 0x800
/** Info-ZIP Unicode Path extra field: version, crc of the plain name, the name in UTF-8. */
const UNICODE_PATH = 0x7075

function namesAreUtf8(entries: readonly Entry[]): boolean {
  const strict = new TextDecoder('utf-8', { fatal: true })
  try {
    for (const entry of entries) strict.decode(entry.fileName)
    return true
  } catch {
    return false
  }
}

/** One program wrote all the names: unless all of them are strict UTF-8, unflagged ones are GBK. */
function entryName(entry: Entry, areAllUtf8: boolean): string {
  const unicode = entry.extraFields.find(({ id, data }) => id === UNICODE_PATH && data.length > 5)
  const isUtf8 = areAllUtf8 || (entry.generalPurposeBitFlag & UTF8_FLAG) !== 0
  const raw = unicode
    ? new TextDecoder('utf-8').decode(unicode.data.subarray(5))
    : new TextDecoder(isUtf8 ? 'utf-8' : 'gb18030').decode(entry.fileName)
  // Windows programs of old wrote their own separator.
  return raw.replaceAll('\\', '/')
}

function isDangerousPath(name: string): boolean {
  if (name === '' || name.startsWith('/') || /^[a-z]:/i.test(name)) return true
  return name.split('/').includes('..') || /\p{Cc}/u.test(name)
}

/** What stands in the message must not carry the control characters on. */
const printable = (name: string): string => name.replace(/\p{Cc}/gu, '?').slice(0, 200)

/** Unix file type in the upper half of the external attributes; 0o12 is a symbolic link. */
function isSymlink(entry: Entry): boolean {
  const mode = entry.externalFileAttributes >>> 16
  return (mode & 0o170000) === 0o120000
}
