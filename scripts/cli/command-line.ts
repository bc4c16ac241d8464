import { resolve } from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'

/** A refusal for the person at the terminal, in both languages. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(zh: string, en: string, exitCode = 1) {
    super(`${zh}\n${en}`)
    this.exitCode = exitCode
  }
}

export const say = (zh: string, en: string): void =>
  void process.stderr.write(`${`${zh}  ${en}`.trimEnd()}\n`)

/** Runs a tool; what it throws in words is shown as words, a bug with its stack. */
export async function runTool(tool: (args: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await tool(process.argv.slice(2))
  } catch (error) {
    const isInWords = error instanceof CommandError || (error instanceof Error && 'zh' in error)
    process.stderr.write(`${isInWords ? error.message : ((error as Error).stack ?? String(error))}\n`)
    process.exitCode = error instanceof CommandError ? error.exitCode : 1
  }
}

type Options = NonNullable<ParseArgsConfig['options']>

/** Arguments by Node's own parser; an unknown option is refused with the usage. */
export function readArguments<const T extends Options>(args: string[], options: T, usage: string) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new CommandError((error as Error).message, usage, 2)
  }
}

/** Paths are meant from where the person stands, not from the project's folder. */
export const fromCaller = (path: string): string =>
  resolve(process.env.QIDI_CALLED_FROM ?? process.cwd(), path)

/** Columns aligned by display width: a Chinese character takes two cells. */
export function textTable(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column]))))
  const line = (row: string[]): string =>
    row.map((cell, column) => cell + ' '.repeat(widths[column] - displayWidth(cell))).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/
const displayWidth = (text: string): number =>
  [...text].reduce((sum, character) => sum + (WIDE.test(character) || character > '\uffff' ? 2 : 1), 0)
