import { ProblemError } from '../platform/problems.ts'
import type { TileSource } from './sources.ts'

export interface ProxiedTile {
  bytes: Buffer
  mediaType: string
}

export interface TileAddress {
  z: number
  x: number
  y: number
}

const TILE_MAX_BYTES = 2 * 1024 * 1024
const ANSWER_WITHIN_MS = 8_000
const CACHE_MAX_BYTES = 48 * 1024 * 1024
const CACHE_MS = 7 * 24 * 3_600_000
/** A service that is down is not asked again for this long, so that every pan of the map does not wait for it. */
const REST_MS = 10_000
const MOST_AT_ONCE = 12
const LOG_EVERY_MS = 60_000

/** By content: services answer “no such tile” and “wrong key” with pages and XML under any status and type. */
function imageType(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 12)
  if (head.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))) return 'image/png'
  if (head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg'
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP')
    return 'image/webp'
  return head.toString('latin1', 0, 4) === 'GIF8' ? 'image/gif' : null
}

function addressOf(source: TileSource, { z, x, y }: TileAddress): string {
  const subdomain = source.subdomains.length > 0 ? source.subdomains[(x + y) % source.subdomains.length] : ''
  return source.url
    .replaceAll('{s}', subdomain ?? '')
    .replaceAll('{z}', String(z))
    .replaceAll('{x}', String(x))
    .replaceAll('{y}', String(y))
}

async function readLimited(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > TILE_MAX_BYTES) throw new Error('tile too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function fetchTile(source: TileSource, address: TileAddress): Promise<ProxiedTile> {
  const response = await fetch(addressOf(source, address), {
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    // A redirect could lead anywhere, into the own network too.
    redirect: 'error',
    headers: { accept: 'image/*', 'user-agent': 'Mozilla/5.0 (compatible; Qidi)' },
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`status ${response.status}`)
  }
  const bytes = await readLimited(response)
  const mediaType = imageType(bytes)
  if (mediaType === null) throw new Error('no image')
  return { bytes, mediaType }
}

interface Kept extends ProxiedTile {
  until: number
}

/** Least recently used tiles in memory, by bytes. */
function tileMemory(now: () => Date) {
  const kept = new Map<string, Kept>()
  let total = 0
  function drop(key: string): void {
    total -= kept.get(key)?.bytes.length ?? 0
    kept.delete(key)
  }
  return {
    get(key: string): ProxiedTile | null {
      const tile = kept.get(key)
      if (!tile) return null
      drop(key)
      if (tile.until < now().getTime()) return null
      kept.set(key, tile)
      total += tile.bytes.length
      return tile
    },
    set(key: string, tile: ProxiedTile): void {
      drop(key)
      kept.set(key, { ...tile, until: now().getTime() + CACHE_MS })
      total += tile.bytes.length
      for (const oldest of kept.keys()) {
        if (total <= CACHE_MAX_BYTES) break
        drop(oldest)
      }
    },
  }
}

export interface ProxyLog {
  warn(details: object, message: string): void
}

/** One line a minute and source, with how many it stands for: a map asks for dozens of tiles at every move. */
function failureLog(log: ProxyLog, now: () => Date) {
  const bySource = new Map<string, { silentUntil: number; untold: number }>()
  return (basemap: string, details: object): void => {
    const state = bySource.get(basemap) ?? { silentUntil: 0, untold: 0 }
    bySource.set(basemap, state)
    state.untold += 1
    if (now().getTime() < state.silentUntil) return
    log.warn({ basemap, ...details, tiles: state.untold }, 'basemap tile not fetched')
    state.silentUntil = now().getTime() + LOG_EVERY_MS
    state.untold = 0
  }
}

const unreachable = (id: string): ProblemError =>
  new ProblemError('basemap.unreachable', { id }, { isLogged: true })

/** Fetches tiles of configured sources only, at most so many at once, each at most once at a time. */
export function tileProxy(deps: { sources: Map<string, TileSource>; now: () => Date; log: ProxyLog }) {
  const memory = tileMemory(deps.now)
  const underWay = new Map<string, Promise<ProxiedTile>>()
  const restsUntil = new Map<string, number>()
  const noteFailure = failureLog(deps.log, deps.now)

  async function ask(source: TileSource, key: string, address: TileAddress): Promise<ProxiedTile> {
    const isResting = (restsUntil.get(source.id) ?? 0) > deps.now().getTime()
    if (isResting || underWay.size >= MOST_AT_ONCE) throw unreachable(source.id)
    try {
      const tile = await fetchTile(source, address)
      memory.set(key, tile)
      return tile
    } catch (error) {
      // The address holds the key: neither it nor an error that quotes it is logged.
      const reason = error instanceof Error ? error.name : 'unknown'
      noteFailure(source.id, { ...address, reason })
      if (reason !== 'Error') restsUntil.set(source.id, deps.now().getTime() + REST_MS)
      throw unreachable(source.id)
    }
  }

  return {
    async tile(id: string, address: TileAddress): Promise<ProxiedTile> {
      const source = deps.sources.get(id)
      const { z, x, y } = address
      const isTile = source && z <= source.maxZoom && x < 2 ** z && y < 2 ** z
      if (!isTile) throw new ProblemError('basemap.not_found', { id })
      const key = `${id}/${z}/${x}/${y}`
      const kept = memory.get(key)
      if (kept) return kept
      const known = underWay.get(key)
      if (known) return known
      const asked = ask(source, key, address).finally(() => underWay.delete(key))
      underWay.set(key, asked)
      return asked
    },
  }
}
