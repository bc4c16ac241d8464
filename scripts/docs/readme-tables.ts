import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CONFIG_VARIABLES } from '../../server/platform/config-variables.ts'

const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const BLOCK = /(?<=<!-- configuration: begin -->\n)[^]*?(?=<!-- configuration: end -->)/

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The README's table of settings, made from the one table the server reads. */
export function configurationTable(): string {
  const rows = CONFIG_VARIABLES.map(
    ({ name, default: value, zh, en }) =>
      `| \`${name}\` | ${value === null ? '' : `\`${value}\``} | ${cell(zh)}<br>${cell(en)} |`,
  )
  return ['\n| variable | default | meaning |', '| --- | --- | --- |', ...rows, '\n'].join('\n')
}

export const readmeAsItShouldBe = (readme: string): string =>
  readme.replace(BLOCK, () => configurationTable())

/** Called as a script it writes the table in place; the formatter aligns it. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(README, readmeAsItShouldBe(readFileSync(README, 'utf8')))
}
