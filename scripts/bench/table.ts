export type Cell = string | number

const shown = (cell: Cell): string =>
  typeof cell === 'string' ? cell : cell.toLocaleString('en', { maximumFractionDigits: cell < 10 ? 2 : 0 })

/** A table as people read it in a terminal and as Markdown takes it. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const texts = [head, ...rows].map((row) => row.map(shown))
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  console.log(`\n${title}\n\n${[line(texts[0]!), rule, ...texts.slice(1).map(line)].join('\n')}`)
}

/** The value a share of the samples does not exceed. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5)
