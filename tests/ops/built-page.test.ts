import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const ASSETS = join(ROOT, 'dist/client/assets')

function builtScripts(): string {
  if (!existsSync(ASSETS))
    throw new Error('the page is not built: npm run build, or run the tests by npm test')
  const scripts = readdirSync(ASSETS).filter((name) => /\.m?js$/.test(name))
  return scripts.map((name) => readFileSync(join(ASSETS, name), 'utf8')).join('\n')
}

describe('the page as npm run build leaves it', () => {
  it('holds the map, and not the hook that end-to-end tests wait by', () => {
    const [, hook] = /window\.(\w+) =/.exec(readFileSync(join(ROOT, 'client/map/test-hook.ts'), 'utf8')) ?? []
    expect(hook).toBe('__qidiMap')
    const scripts = builtScripts()
    expect(scripts).toContain('parcels-closed-frame')
    expect(scripts).not.toContain(hook)
  })
})
