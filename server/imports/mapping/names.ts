/** Column names as tables write them, made comparable: width, case, units, DBF cuts and `_1` suffixes. */
import { FIELDS, type FieldDefinition } from '../../contract/fields.ts'
import type { Ledger } from '../../contract/codes/ledger.ts'

export type ColumnUnit = 'm2' | 'mu' | 'ha' | 'wan_mu' | 'yuan' | 'wan_yuan'

/** DBF field names hold this many bytes. */
const DBF_NAME_BYTES = 10

const UNIT_WORDS: readonly [RegExp, ColumnUnit][] = [
  [/万亩/, 'wan_mu'],
  [/亩|(^|[^a-z])mu$/, 'mu'],
  [/公顷|hm2|hm²|(^|[^a-z])ha$|hectares?/, 'ha'],
  [/平方米|平米|㎡|m2|m²|sqm/, 'm2'],
  [/万元/, 'wan_yuan'],
  [/(^|[^万])元/, 'yuan'],
]

/** Full-width forms to half-width, case folded, white space and invisible characters gone. */
export function foldWidth(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u200b-\u200f\ufeff\u0000]/g, '')
}

/** Unit named in a header, as in 面积（亩） or AREA_HA; null without one. */
export function unitOfName(name: string): ColumnUnit | null {
  const folded = foldWidth(name)
  const bracket = /[([{（【]([^)\]}）】]*)[)\]}）】]/.exec(folded)?.[1]
  for (const candidate of bracket === undefined ? [folded] : [bracket, folded]) {
    for (const [pattern, unit] of UNIT_WORDS) if (pattern.test(candidate)) return unit
  }
  return null
}

/** The bare name: brackets with a unit dropped, punctuation gone. 用地面积（公顷） → 用地面积. */
export function bareName(name: string): string {
  return foldWidth(name)
    .replace(/[([{【](?:单位[::]?)?(万亩|亩|公顷|hm2|ha|平方米|平米|m2|sqm|万元|元|年|米)[)\]}】]/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

const gbkLength = (character: string): number => (character.codePointAt(0)! < 0x80 ? 1 : 2)
const utf8Length = (character: string): number => Buffer.byteLength(character, 'utf8')

function cut(text: string, bytes: number, lengthOf: (character: string) => number): string {
  let used = 0
  let kept = ''
  for (const character of text) {
    used += lengthOf(character)
    if (used > bytes) break
    kept += character
  }
  return kept
}

/** What is left of a name in a DBF header, in GBK and in UTF-8; the name itself is not among them. */
export function cutNames(name: string, bytes: number = DBF_NAME_BYTES): string[] {
  const cuts = new Set([cut(name, bytes, gbkLength), cut(name, bytes, utf8Length)])
  cuts.delete(name)
  cuts.delete('')
  return [...cuts]
}

export type NameMatch = 'exact' | 'alias' | 'cut' | 'cut_numbered'

interface IndexedName {
  field: FieldDefinition
  match: NameMatch
}

/** Fields of the ledger (all without one) that a column could fill, status and ledger words included. */
export function mappableFields(ledger: Ledger | null): FieldDefinition[] {
  return FIELDS.filter(
    (field) =>
      (!field.readOnly || field.wire === 'status' || field.wire === 'ledger') &&
      (ledger === null || field.ledger === undefined || field.ledger === ledger),
  )
}

const RANK: Record<NameMatch, number> = { exact: 4, alias: 3, cut: 2, cut_numbered: 1 }

export class NameIndex {
  readonly #names = new Map<string, IndexedName[]>()

  constructor(ledger: Ledger | null) {
    for (const field of mappableFields(ledger)) {
      for (const name of [field.zh, field.dbf, field.wire, field.en, field.column])
        this.#add(name, field, 'exact')
      for (const name of field.aliases ?? []) this.#add(name, field, 'alias')
      for (const name of [field.zh, ...(field.aliases ?? [])]) this.#addCuts(name, field)
    }
  }

  #addCuts(name: string, field: FieldDefinition): void {
    if (!/[^\x20-\x7e]/.test(name)) return
    for (const short of cutNames(name)) this.#add(short, field, 'cut')
    // ArcGIS shortens the second of two equal cuts by two more bytes and numbers it.
    for (const short of cutNames(name, DBF_NAME_BYTES - 2)) this.#add(`${short}_1`, field, 'cut_numbered')
  }

  #add(name: string, field: FieldDefinition, match: NameMatch): void {
    const key = bareName(name)
    if (key.length === 0) return
    const known = this.#names.get(key) ?? []
    if (!known.some((entry) => entry.field === field)) known.push({ field, match })
    this.#names.set(key, known)
  }

  /** Fields the column name can mean, best match first. */
  find(columnName: string): IndexedName[] {
    const bare = bareName(columnName)
    const plain = this.#names.get(bare) ?? []
    const numbered = /^(.*)_(\d)$/u.exec(columnName.normalize('NFKC').trim())
    const stem = numbered ? [`${bareName(numbered[1]!)}1`, bareName(numbered[1]!)] : []
    const further = stem.flatMap((key) =>
      (this.#names.get(key) ?? []).map((entry) => ({ ...entry, match: 'cut_numbered' as const })),
    )
    return [...plain, ...further].sort((a, b) => RANK[b.match] - RANK[a.match])
  }
}
