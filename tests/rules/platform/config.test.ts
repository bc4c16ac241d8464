import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  effectiveConfig,
  isPlainHttpBeyondLoopback,
  loadConfig,
} from '../../../server/platform/config.ts'
import { CONFIG_VARIABLES, envExample } from '../../../server/platform/config-variables.ts'

function faultsOf(env: Record<string, string>): ConfigError['faults'] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

describe('configuration', () => {
  it('needs nothing to be set', () => {
    const config = loadConfig({})
    expect(config).toMatchObject({
      mode: 'live',
      port: 8080,
      host: '0.0.0.0',
      divisionCode: '150623',
      databaseUrl: null,
    })
    expect(config.dataDir).toMatch(/\.qidi.live$/)
  })

  it('keeps a demo on loopback unless told otherwise', () => {
    expect(loadConfig({ QIDI_MODE: 'demo' }).host).toBe('127.0.0.1')
    expect(loadConfig({ QIDI_MODE: 'demo', HOST: '0.0.0.0' }).host).toBe('0.0.0.0')
  })

  it.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['QIDI_MODE', 'prod'],
    ['PUBLIC_URL', 'qidi.example.cn'],
    ['PUBLIC_URL', 'https://qidi.example.cn/app'],
    ['DATABASE_URL', 'mysql://somewhere/qidi'],
    ['DIVISION_CODE', '1506'],
    ['BASEMAPS', '{'],
    ['BASEMAPS', '[{"id":"a","kind":"xyz","url":"ftp://x/{z}/{x}/{y}"}]'],
    ['BASEMAPS', '[{"id":"a","kind":"pmtiles","url":"../secrets.pmtiles"}]'],
    ['TRUST_PROXY', 'maybe'],
    ['LOG_LEVEL', 'loud'],
    ['HOST', 'a b'],
  ])('refuses %s=%s by name and in both languages', (name, value) => {
    const [fault, ...others] = faultsOf({ [name]: value })
    expect(others).toEqual([])
    expect(fault?.name).toBe(name)
    expect(fault?.zh).toMatch(/[\u4e00-\u9fff]/)
    expect(fault?.en).toMatch(/^["a-z]/)
  })

  it('names every bad variable at once', () => {
    expect(faultsOf({ PORT: 'x', LOG_LEVEL: 'y', DIVISION_CODE: 'z' }).map(({ name }) => name)).toEqual([
      'PORT',
      'DIVISION_CODE',
      'LOG_LEVEL',
    ])
  })

  it('never shows a secret, neither in effect nor when it is wrong', () => {
    const secret = 'hunter2hunter2'
    const shown = JSON.stringify(
      effectiveConfig(
        loadConfig({
          QIDI_MODE: 'demo',
          DATABASE_URL: `postgresql://qidi:${secret}@db/qidi`,
          TIANDITU_KEY: secret,
          DEMO_PASSWORD: secret,
          BASEMAPS: JSON.stringify([{ id: 'a', kind: 'xyz', url: `https://t/{z}/{x}/{y}?key=${secret}` }]),
        }),
      ),
    )
    expect(shown).not.toContain(secret)
    expect(JSON.stringify(faultsOf({ DATABASE_URL: `mysql://qidi:${secret}@db/qidi` }))).not.toContain(secret)
  })

  it('prints every variable it reads', () => {
    const printed = Object.keys(effectiveConfig(loadConfig({}))).sort()
    expect(printed).toEqual(CONFIG_VARIABLES.map(({ name }) => name).sort())
  })

  it.each([
    [{ QIDI_MODE: 'demo' }, false],
    [{}, true],
    [{ HOST: '127.0.0.1' }, false],
    [{ PUBLIC_URL: 'https://qidi.example.cn' }, false],
    [{ PUBLIC_URL: 'http://qidi.example.cn' }, true],
    [{ PUBLIC_URL: 'http://localhost:8080' }, false],
  ])('warns of plain http for %j: %s', (env, expected) => {
    expect(isPlainHttpBeyondLoopback(loadConfig(env))).toBe(expected)
  })

  it('stands in .env.example as it is', () => {
    expect(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8')).toBe(envExample())
  })
})
