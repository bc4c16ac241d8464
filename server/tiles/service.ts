import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Actor } from '../auth/actor.ts'
import { requirePermission, scopePredicate } from '../auth/permissions.ts'
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
  signal?: AbortSignal
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

/** Vector tiles of the parcels an actor may see. */
export const tileService = (deps: TileServiceDeps) => {
  const { db, versions } = deps
  const cache = new TileCache(deps.cacheBytes ?? CACHE_BYTES_DEFAULT)
  const work = new SharedWork<CachedTile>(deps.concurrency ?? CONCURRENCY_DEFAULT)
  const repository = tileRepository(db)

  async function computeCells(actor: Actor, tile: TileAddress, query: TileQuery): Promise<CachedTile> {
    const cells = cellFilterSql(query, 'c')
    const rows = cells.isCellKeyOnly
      ? await repository.findCells(tile, both(cells, scopePredicate(actor, 'c')))
      : await repository.groupCells(tile, both(parcelFilterSql(query, 'p'), scopePredicate(actor, 'p')))
    const bytes = new ByteWriter()
    cellsLayer(tile, rows).appendTo(bytes)
    return zipped(bytes.bytes())
  }

  async function computeParcels(actor: Actor, tile: TileAddress, query: TileQuery): Promise<CachedTile> {
    const where = both(parcelFilterSql(query, 'p'), scopePredicate(actor, 'p'))
    const packed = await repository.findDrawn(tile, hasLabels(tile.z), where)
    return zipped(packed ? encodeDrawn(tile, packed) : NOTHING)
  }

  const compute = (actor: Actor, tile: TileAddress, query: TileQuery): Promise<CachedTile> =>
    (tile.z <= LAST_CELL_TILE_ZOOM ? computeCells : computeParcels)(actor, tile, query)

  return {
    async tile(actor: Actor, request: TileRequest): Promise<TileAnswer> {
      requirePermission(actor, 'parcel.read')
      const { query, has, signal, z, x, y } = request
      const tile = { z, x, y }
      assertInRange(tile)
      const { v, ...filter } = query
      const view = [
        scopePredicate(actor, 'p').cacheKey,
        parcelFilterSql(filter, 'p').cacheKey,
        ATTRIBUTE_CLASS,
      ]
      const viewHash = createHash('sha256').update(view.join('\n')).digest('base64url').slice(0, 16)
      // Version first, data after: what is read later can only be newer than its version.
      const { epoch, version } = await versions.of(tile, v)
      const etag = `${epoch}-${version}-${viewHash}`
      if (has?.(etag)) return { kind: 'unchanged', etag }
      const key = `${z}/${x}/${y} ${etag}`
      let found = cache.get(key)
      if (!found) {
        found = await work.do(
          key,
          async () => {
            const computed = await compute(actor, tile, filter)
            cache.set(key, computed)
            return computed
          },
          signal,
        )
      }
      return found.body ? { kind: 'tile', etag, gzip: found.body } : { kind: 'empty', etag }
    },
  }
}
export type TileService = ReturnType<typeof tileService>
