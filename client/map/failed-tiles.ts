import type { Map as MapLibreMap, MapSourceDataEvent } from 'maplibre-gl'

export interface TileId {
  z: number
  x: number
  y: number
}

export interface FailedTilesEvents {
  /** A tile was refused with this status; 0 when nobody answered. */
  onFailed: (status: number) => void
  /** Nothing in sight is missing any more. */
  onHealed: () => void
}

const keyOf = ({ z, x, y }: TileId): string => `${z}/${x}/${y}`

/** An event of a tile of the source; errors and data events tell it alike. */
function tileOf(event: object, source: string): TileId | null {
  const { sourceId, tile } = event as Partial<MapSourceDataEvent>
  if (sourceId !== source || !tile) return null
  const { z, x, y } = tile.tileID.canonical
  return { z, x, y }
}

/**
 * Remembers the tiles that failed. MapLibre asks for such a tile again only when it is named: a reload of the whole
 * source puts it into a waiting state that nothing ends, so it must be asked for by name before any such reload.
 */
export function watchFailedTiles(map: MapLibreMap, source: string, events: FailedTilesEvents) {
  const failed = new Map<string, TileId>()

  function forget(keys: Iterable<string>): void {
    const had = failed.size
    for (const key of keys) failed.delete(key)
    if (had > 0 && failed.size === 0) events.onHealed()
  }

  map.on('error', (event) => {
    const tile = tileOf(event, source)
    if (!tile) return
    failed.set(keyOf(tile), tile)
    const { status } = event.error as { status?: unknown }
    events.onFailed(typeof status === 'number' ? status : 0)
  })
  map.on('sourcedata', (event) => {
    const tile = tileOf(event, source)
    if (tile) forget([keyOf(tile)])
  })
  // A tile of a zoom that was left is dropped by MapLibre too, and fetched anew on coming back.
  map.on('zoomend', () => {
    const zoom = Math.floor(map.getZoom())
    const maxZoom = map.getSource(source)?.maxzoom ?? zoom
    const shown = Math.min(zoom, maxZoom)
    forget([...failed].filter(([, { z }]) => z !== shown).map(([key]) => key))
  })

  return {
    /** Asks for what is missing; what fails again is told again. */
    ask(): void {
      const asked = [...failed.values()]
      forget([...failed.keys()])
      if (asked.length > 0) map.refreshTiles(source, asked)
    },
  }
}
