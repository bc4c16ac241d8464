import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../support/app.ts'

const PNG = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.from('pixels'),
])
const ARCHIVE = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251))

let upstream: Server
let test: TestApp
const asked: string[] = []
const logged: { level: number; msg: string; basemap?: string; tiles?: number; err?: unknown }[] = []
const WARN = 40

/** A tile service with every fault one meets: wrong key as a page, redirects, endless tiles, silence. */
function answer(url: string): { status: number; type: string; body: Buffer | string; location?: string } {
  if (url.startsWith('/page/')) return { status: 200, type: 'image/png', body: '<html>key is wrong</html>' }
  if (url.startsWith('/huge/'))
    return { status: 200, type: 'image/png', body: Buffer.concat([PNG, Buffer.alloc(3e6)]) }
  if (url.startsWith('/moved/')) return { status: 302, type: 'text/plain', body: '', location: '/good/1/1/1' }
  if (url.startsWith('/gone/')) return { status: 404, type: 'text/plain', body: 'no' }
  return { status: 200, type: 'text/plain', body: PNG }
}

beforeAll(async () => {
  upstream = createServer((request, response) => {
    asked.push(request.url!)
    const { status, type, body, location } = answer(request.url!)
    response.writeHead(status, { 'content-type': type, ...(location ? { location } : {}) })
    response.end(body)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const xyz = (id: string) => ({
    id,
    kind: 'xyz',
    url: `${base}/${id}/{z}/{x}/{y}?key=hidden-key`,
    maxZoom: 17,
  })
  test = await createTestApp({
    logger: { level: 'info', stream: { write: (line: string) => void logged.push(JSON.parse(line)) } },
    env: {
      BASEMAPS: JSON.stringify([
        { ...xyz('good'), name: { zh: '影像', en: 'Imagery' }, attribution: '© 某测绘院', default: true },
        ...['page', 'huge', 'moved', 'gone'].map(xyz),
        { id: 'dead', kind: 'xyz', url: 'http://127.0.0.1:9/{z}/{x}/{y}' },
        { id: 'county', kind: 'pmtiles', url: 'county.pmtiles' },
        { id: 'absent', kind: 'pmtiles', url: 'absent.pmtiles' },
      ]),
    },
  })
  mkdirSync(join(test.config.dataDir, 'basemaps'), { recursive: true })
  writeFileSync(join(test.config.dataDir, 'basemaps/county.pmtiles'), ARCHIVE)
  writeFileSync(join(test.config.dataDir, 'basemaps/other.pmtiles'), ARCHIVE)
}, 60_000)
afterAll(async () => {
  await test?.close()
  await new Promise((resolve) => upstream.close(resolve))
})

const get = async (url: string, headers: Record<string, string> = {}) =>
  (await test.as('viewer')).inject({ url, headers })

describe('the proxy', () => {
  it('serves nothing to those who have not signed in', async () => {
    expect((await test.app.inject('/basemaps/good/5/1/1')).statusCode).toBe(401)
    expect((await test.app.inject('/basemaps/county.pmtiles')).statusCode).toBe(401)
  })

  it.each([
    '/basemaps/unknown/5/1/1',
    '/basemaps/good/18/1/1',
    '/basemaps/good/2/4/0',
    '/basemaps/good/2/0/4',
    '/basemaps/good/-1/0/0',
    '/basemaps/good/a/0/0',
    '/basemaps/good/5/1.5/1',
    '/basemaps/http:%2f%2f127.0.0.1/5/1/1',
    '/basemaps/county/5/1/1',
  ])('asks nobody for %s', async (url) => {
    const before = asked.length
    expect((await get(url)).statusCode).toBe(404)
    expect(asked.length).toBe(before)
  })

  it.each(['page', 'huge', 'moved', 'gone', 'dead'])(
    'passes nothing on from a service that is %s',
    async (id) => {
      const before = asked.length
      const response = await get(`/basemaps/${id}/5/1/1`)
      expect(response.statusCode).toBe(502)
      expect(response.json().code).toBe('basemap.unreachable')
      expect(response.body).not.toContain('hidden-key')
      expect(asked.slice(before).filter((url) => url.startsWith('/good/'))).toEqual([])
    },
  )

  it('tells the log of a service that is down once a minute, without a stack', async () => {
    const aboutDead = () => logged.filter((line) => line.basemap === 'dead')
    test.clock.advance(61_000)
    const before = aboutDead().length
    for (const x of [1, 2, 3]) {
      // Past the rest that a service gets, within the minute.
      test.clock.advance(11_000)
      expect((await get(`/basemaps/dead/5/${x}/1`)).statusCode).toBe(502)
    }
    expect(aboutDead().slice(before)).toMatchObject([
      { level: WARN, msg: 'basemap tile not fetched', tiles: 1 },
    ])
    test.clock.advance(61_000)
    await get('/basemaps/dead/5/4/1')
    expect(aboutDead().slice(before + 1)).toMatchObject([{ tiles: 3 }])
    expect(logged.filter((line) => line.level > WARN || line.err !== undefined)).toEqual([])
  })

  it('fetches a tile once, and lets the browser keep it', async () => {
    const first = await Promise.all([get('/basemaps/good/5/3/4'), get('/basemaps/good/5/3/4')])
    const again = await get('/basemaps/good/5/3/4')
    for (const response of [...first, again]) {
      expect(response.rawPayload.equals(PNG)).toBe(true)
      expect(response.headers).toMatchObject({
        'content-type': 'image/png',
        'cache-control': 'private, max-age=86400',
      })
    }
    expect(asked.filter((url) => url === '/good/5/3/4?key=hidden-key')).toHaveLength(1)
  })
})

describe('the list of basemaps', () => {
  it('gives addresses on this host only, and no key', async () => {
    const response = await get('/api/basemaps')
    const { items } = response.json<{ items: { id: string; url: string | null; default: boolean }[] }>()
    expect(items.map(({ id }) => id)).toEqual([
      'builtin',
      'good',
      'page',
      'huge',
      'moved',
      'gone',
      'dead',
      'county',
      'absent',
      'none',
    ])
    expect(items.filter((item) => item.default).map(({ id }) => id)).toEqual(['good'])
    expect(items.filter(({ url }) => url !== null && !url.startsWith('/basemaps/'))).toEqual([])
    expect(response.body).not.toMatch(/hidden-key|http/)
  })

  it('has only the built-in one and none where nothing is configured, and 天地图 with a key', async () => {
    const { offeredBasemaps, tileSources } = await import('../../server/basemaps/sources.ts')
    const ids = (tiandituKey: string | null) =>
      offeredBasemaps({ tiandituKey, basemaps: [] }).map(({ id }) => id)
    expect(ids(null)).toEqual(['builtin', 'none'])
    expect(tileSources({ tiandituKey: null, basemaps: [] }).size).toBe(0)
    expect(ids('k')).toEqual(['builtin', 'tianditu-vec', 'tianditu-img', 'none'])
    expect(JSON.stringify(offeredBasemaps({ tiandituKey: 'secret-key', basemaps: [] }))).not.toContain(
      'secret-key',
    )
    expect([...tileSources({ tiandituKey: 'k', basemaps: [] }).keys()]).toEqual([
      'tianditu-vec',
      'tianditu-cva',
      'tianditu-img',
      'tianditu-cia',
    ])
  })
})

describe('a PMTiles archive', () => {
  it.each([
    ['bytes=0-99', 206, 0, 100],
    ['bytes=990-', 206, 990, 1000],
    ['bytes=990-5000', 206, 990, 1000],
    ['bytes=-10', 206, 990, 1000],
    ['bytes=0-0', 206, 0, 1],
  ])('gives %s', async (range, status, from, to) => {
    const response = await get('/basemaps/county.pmtiles', { range })
    expect(response.statusCode).toBe(status)
    expect(response.rawPayload.equals(ARCHIVE.subarray(from, to))).toBe(true)
    expect(response.headers['content-range']).toBe(`bytes ${from}-${to - 1}/1000`)
  })

  it('gives the whole, refuses what lies beyond, and knows only configured names', async () => {
    expect((await get('/basemaps/county.pmtiles')).rawPayload.equals(ARCHIVE)).toBe(true)
    expect((await get('/basemaps/county.pmtiles', { range: 'bytes=1000-' })).statusCode).toBe(416)
    for (const name of ['other', 'absent', 'good', '..%2fqidi'])
      expect((await get(`/basemaps/${name}.pmtiles`)).statusCode).toBe(404)
  })
})
