import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const BUILT = join(ROOT, 'dist/client')
const KIB = 1024
const JS_LIMIT_BYTES = 250 * KIB
const CSS_LIMIT_BYTES = 60 * KIB

let draft: string | null = null
afterAll(() => {
  if (draft) rmSync(draft, { recursive: true, force: true })
})

/** The built page, or one built for this test. */
function builtPage(): string {
  if (existsSync(join(BUILT, 'index.html'))) return BUILT
  draft = mkdtempSync(join(tmpdir(), 'qidi-client-'))
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const args = [vite, 'build', '-c', 'client/vite.config.ts', '--outDir', draft, '--logLevel', 'error']
  execFileSync(process.execPath, args, { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } })
  return draft
}

/** Files that the page names itself, and what their scripts import at once. */
function entryFiles(directory: string): string[] {
  const page = readFileSync(join(directory, 'index.html'), 'utf8')
  const waiting = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:m?js|css))"/g)].map(
    (match) => match[1],
  )
  const found = new Set<string>()
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (found.has(file)) continue
    found.add(file)
    if (!file.endsWith('js')) continue
    const script = readFileSync(join(directory, file), 'utf8')
    const imports = script.matchAll(/(?:^|[;\n}])import(?:[\w*{}\s,$]+from)?["']\.\/([\w.-]+\.m?js)["']/g)
    for (const [, name] of imports) waiting.push(`assets/${name}`)
  }
  return [...found]
}

it('the page starts with at most 250 KB of script and 60 KB of style, compressed', () => {
  const directory = builtPage()
  const files = entryFiles(directory)
  const compressedBytes = (pattern: RegExp): number =>
    files
      .filter((file) => pattern.test(file))
      .reduce((sum, file) => sum + gzipSync(readFileSync(join(directory, file))).length, 0)
  expect(files.some((file) => file.endsWith('.js'))).toBe(true)
  expect(files.join()).not.toMatch(/maplibre/)
  expect(compressedBytes(/\.m?js$/)).toBeGreaterThan(10 * KIB)
  expect(compressedBytes(/\.m?js$/)).toBeLessThanOrEqual(JS_LIMIT_BYTES)
  expect(compressedBytes(/\.css$/)).toBeLessThanOrEqual(CSS_LIMIT_BYTES)
}, 120_000)
