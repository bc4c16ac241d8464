import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Actor } from '../auth/actor.ts'
import { requirePermission, scopePredicate } from '../auth/permissions.ts'
import type { ParcelFilter } from '../contract/parcel.ts'
import type { TileQuery } from '../contract/tile.ts'
import { cellFilterSql, parcelFilterSql } from '../parcels/filter.ts'
import { ProblemError } from '../platform/problems.ts'
import { ByteWriter } from './encode/byte-writer.ts'
import { compressTile } from './encode/compress.ts'
import { encodeDrawn, hasLabels } from './encode/encode-drawn.ts'
import { cellsLayer } from './layers/cells.ts'
import { LAST_CELL_TILE_ZOOM, MAX_ZOOM, type TileAddress } from './mercator.ts'
import { tileRepository, type SqlPart } from './repository.ts'
import { SharedWork } from './shared-work.ts'
import { TileCache, type CachedTile } from './tile-cache.ts'
import type { TileVersions } from './versions.ts'

export interface TileServiceDeps {
  db: Knex
  versions: TileVersions
  /** Bytes of gzipped tiles kept in memory. */
  cacheBytes?: number
  /** Tiles computed at once. */
  concurrency?: number
}

export interface TileRequest extends TileAddress {
  query: TileQuery
  /** Whether the asker has this ETag. */
  has?: (etag: string) => boolean
  /** Asked for a signal that the asker has gone, when the answer has to wait its turn. */
  whenGone?: () => AbortSignal
}

export type TileAnswer =
  | { kind: 'unchanged'; etag: string }
  | { kind: 'empty'; etag: string }
  | { kind: 'tile'; etag: string; gzip: Buffer }

const CACHE_BYTES_DEFAULT = 64 * 1024 * 1024
const CONCURRENCY_DEFAULT = 8
/** Tiles carry general attributes only; the class stands in the key so that another one can never be served for it. */
const ATTRIBUTE_CLASS = 'general'

const NOTHING = Buffer.alloc(0)

async function zipped(bytes: Buffer): Promise<CachedTile> {
  return { body: bytes.length === 0 ? null : await compressTile(bytes) }
}

const both = (...parts: SqlPart[]): SqlPart => ({
  sql: parts.map((part) => `(${part.sql})`).join(' AND '),
  bindings: parts.flatMap((part) => [...part.bindings]),
})

export function assertInRange({ z, x, y }: TileAddress): void {
  const isInside = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** z
  if (!Number.isInteger(z) || z < 0 || z > MAX_ZOOM || !isInside(x) || !isInside(y)) {
    throw new ProblemError('tile.out_of_range', { z, x, y })
  }
}

/** What an asker sees of the parcels: scope and filter. */
interface View {
  actor: Actor
  filter: ParcelFilter
  /** Both as SQL over `parcels p`. */
  where: SqlPart
  /** Equal for equal views. */
  hash: string
}

/** The same few views are asked for again and again: digests by what they are made of. */
const digests = new Map<string, string>()
const MOST_DIGESTS = 1000

function digestOf(text: string): string {
  let digest = digests.get(text)
  if (digest === undefined) {
    digest = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    if (digests.size >= MOST_DIGESTS) digests.clear()
    digests.set(text, digest)
  }
  return digest
}

function viewOf(actor: Actor, filter: ParcelFilter): View {
  const scope = scopePredicate(actor, 'p')
  const wanted = parcelFilterSql(filter, 'p')
  const hash = digestOf([scope.cacheKey, wanted.cacheKey, ATTRIBUTE_CLASS].join('\n'))
  return { actor, filter, where: both(wanted, scope), hash }
}

/** Vector tiles of the parcels an actor may see. */
export const tileService = (deps: TileServiceDeps) => {
  const { db, versions } = deps
  const cache = new TileCache(deps.cacheBytes ?? CACHE_BYTES_DEFAULT)
  const work = new SharedWork<CachedTile>(deps.concurrency ?? CONCURRENCY_DEFAULT)
  const repository = tileRepository(db)

  async function computeCells(tile: TileAddress, view: View): Promise<CachedTile> {
    const cells = cellFilterSql(view.filter, 'c')
    const rows = cells.isCellKeyOnly
      ? await repository.findCells(tile, both(cells, scopePredicate(view.actor, 'c')))
      : await repository.groupCells(tile, view.where)
    const bytes = new ByteWriter()
    cellsLayer(tile, rows).appendTo(bytes)
    return zipped(bytes.bytes())
  }

  async function computeParcels(tile: TileAddress, view: View): Promise<CachedTile> {
    const packed = await repository.findDrawn(tile, hasLabels(tile.z), view.where)
    return zipped(packed ? encodeDrawn(tile, packed) : NOTHING)
  }

  const compute = (tile: TileAddress, view: View): Promise<CachedTile> =>
    (tile.z <= LAST_CELL_TILE_ZOOM ? computeCells : computeParcels)(tile, view)

  return {
    async tile(actor: Actor, request: TileRequest): Promise<TileAnswer> {
      requirePermission(actor, 'parcel.read')
      const { query, has, whenGone, z, x, y } = request
      const tile = { z, x, y }
      assertInRange(tile)
      const { v, ...filter } = query
      const view = viewOf(actor, filter)
      // Version first, data after: what is read later can only be newer than its version.
      const { epoch, version } = await versions.of(tile, v)
      const etag = `${epoch}-${version}-${view.hash}`
      if (has?.(etag)) return { kind: 'unchanged', etag }
      const key = `${z}/${x}/${y} ${etag}`
      let found = cache.get(key)
      if (!found) {
        found = await work.do(
          key,
          async () => {
            const computed = await compute(tile, view)
            cache.set(key, computed)
            return computed
          },
          whenGone,
        )
      }
      return found.body ? { kind: 'tile', etag, gzip: found.body } : { kind: 'empty', etag }
    },
  }
}
export type TileService = ReturnType<typeof tileService>
