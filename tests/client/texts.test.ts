import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '../../client/text/en.ts'
import zhCn from '../../client/text/zh-CN.ts'

type Sentences = { [key: string]: string | Sentences }

function keysOf(sentences: Sentences, prefix = ''): string[] {
  return Object.entries(sentences).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  )
}
function sentenceOf(sentences: Sentences, key: string): string {
  return String(
    key.split('.').reduce<string | Sentences>((part, step) => (part as Sentences)[step], sentences),
  )
}
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted()

const CLIENT = join(import.meta.dirname, '../../client')
const sources = readdirSync(CLIENT, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !/^text[\\/](zh-CN|en)/.test(name))
  .map((name) => [name, readFileSync(join(CLIENT, name), 'utf8')] as const)

const chinese = new Set(keysOf(zhCn))

describe('the sentences of the screen', () => {
  it('stand in both languages with the same placeholders', () => {
    expect(keysOf(en).toSorted()).toEqual([...chinese].toSorted())
    for (const key of chinese) {
      expect(placeholders(sentenceOf(en, key)), key).toEqual(placeholders(sentenceOf(zhCn, key)))
    }
  })

  it('exist wherever the code asks for one', () => {
    const asked = sources.flatMap(([name, text]) =>
      [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => `${name}: ${match[1]}`),
    )
    expect(asked.length).toBeGreaterThan(50)
    expect(asked.filter((entry) => !chinese.has(entry.split(': ')[1]))).toEqual([])
  })
})
