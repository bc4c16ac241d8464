/** Words of a table to codes: by code, label or alias of the code lists. */
import type { Ledger } from '../../contract/codes/ledger.ts'
import { CODE_LISTS, codesOf } from '../../contract/codes/lists.ts'
import { foldWidth } from './names.ts'

const foldWord = (word: string): string => foldWidth(word).replace(/[^\p{L}\p{N}]/gu, '')

const indexes = new Map<string, Map<string, string>>()

function indexOf(list: string): Map<string, string> {
  const known = indexes.get(list)
  if (known) return known
  const index = new Map<string, string>()
  const { labels } = CODE_LISTS[list]!
  for (const [code, label] of Object.entries(labels)) {
    for (const word of [code, label.zh, label.en, ...(label.aliases ?? [])]) {
      const key = foldWord(word)
      if (!index.has(key)) index.set(key, code)
    }
  }
  indexes.set(list, index)
  return index
}

/** The code a word means, or null. */
export function codeOf(list: string, word: string): string | null {
  const folded = foldWord(word)
  if (folded === '') return null
  const index = indexOf(list)
  // 1.政府原因, （一）政府原因 and 政府原因(1) carry a number that says nothing.
  return index.get(folded) ?? index.get(folded.replace(/^\d+/, '')) ?? null
}

/** Whether the code is one the ledger accepts: causes and measures are each ledger's own. */
export const isOfLedger = (list: string, ledger: Ledger, code: string): boolean =>
  codesOf(list, ledger).includes(code)

const TRUE_WORDS = new Set([
  '是',
  '有',
  '已',
  '真',
  '对',
  'y',
  'yes',
  't',
  'true',
  '1',
  '√',
  '✓',
  '✔',
  '完成',
  '已完成',
  '符合',
  '净地',
  '内',
])
const FALSE_WORDS = new Set([
  '否',
  '无',
  '未',
  '假',
  '不',
  '没有',
  'n',
  'no',
  'f',
  'false',
  '0',
  '×',
  'x',
  '✗',
  '未完成',
  '不符合',
  '非净地',
  '外',
])

/** 是/否 in the spellings tables use; null for anything else. */
export function parseBoolean(cell: string | number | boolean): boolean | null {
  if (typeof cell === 'boolean') return cell
  const word = foldWidth(String(cell))
  if (TRUE_WORDS.has(word)) return true
  return FALSE_WORDS.has(word) ? false : null
}
