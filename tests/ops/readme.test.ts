import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readmeAsItShouldBe } from '../../scripts/docs/readme-tables.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

/** The formatter aligns tables: blanks and the length of rules say nothing. */
const unaligned = (text: string): string =>
  text
    .replaceAll(/ +/g, ' ')
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/\n{2,}/g, '\n')

it('the README lists every setting as the server reads it', () => {
  expect(unaligned(readme)).toBe(unaligned(readmeAsItShouldBe(readme)))
  expect(readme).toContain('`DATA_DIR`')
})

it('the README names commands, folders and files that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const commands = [...readme.matchAll(/`npm (?:run )?([a-z]+)/g)].map(([, name]) => name)
  expect(commands.filter((name) => !(name in scripts))).toEqual([])
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path)
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  const tree = /## The tree\n+```\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const folders = [...tree.matchAll(/^([a-z]+)\//gm)].map(([, folder]) => folder)
  expect(folders).toHaveLength(6)
  expect(folders.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([])
})
