import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import type { BasemapList } from '../contract/reference.ts'
import type { Clock } from '../platform/clock.ts'
import { ProblemError } from '../platform/problems.ts'
import { offeredBasemaps, tileSources, type BasemapSettings } from './sources.ts'
import { tileProxy, type ProxiedTile, type ProxyLog, type TileAddress } from './tile-proxy.ts'

export interface BasemapFile {
  path: string
  bytes: number
  etag: string
}

/** Background maps: nothing configured, nothing asked of the outside. */
export const basemapService = (deps: {
  settings: BasemapSettings & { dataDir: string }
  clock: Clock
  log: ProxyLog
}) => {
  const { settings, clock, log } = deps
  const proxy = tileProxy({ sources: tileSources(settings), now: () => clock.now(), log })
  const offered = offeredBasemaps(settings)

  return {
    list(actor: Actor): BasemapList {
      requirePermission(actor, 'reference.read')
      return { items: offered }
    },

    async tile(actor: Actor, id: string, address: TileAddress): Promise<ProxiedTile> {
      requirePermission(actor, 'reference.read')
      return proxy.tile(id, address)
    },

    /** A configured PMTiles archive under DATA_DIR/basemaps; other names are unknown whatever lies there. */
    async file(actor: Actor, id: string): Promise<BasemapFile> {
      requirePermission(actor, 'reference.read')
      const source = settings.basemaps.find((entry) => entry.kind === 'pmtiles' && entry.id === id)
      const path = source && join(settings.dataDir, 'basemaps', source.url)
      const found = path ? await stat(path).catch(() => null) : null
      if (!path || !found?.isFile()) throw new ProblemError('basemap.not_found', { id })
      return {
        path,
        bytes: found.size,
        etag: `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}"`,
      }
    },
  }
}
export type BasemapService = ReturnType<typeof basemapService>
