import type { Map as MapLibreMap } from 'maplibre-gl'

interface TestHook {
  map: MapLibreMap
  /** Resolves when every tile is there and drawn. */
  idle: () => Promise<void>
  errors: string[]
}

declare global {
  interface Window {
    __qidiMap?: TestHook
  }
}

/** Resolves once drawn. Subscribed first, then a repaint asked for: an idle map says nothing of itself. */
export function whenIdle(map: MapLibreMap): Promise<void> {
  return new Promise((resolve) => {
    map.once('idle', () => resolve())
    map.triggerRepaint()
  })
}

function isWanted(): boolean {
  try {
    return localStorage.getItem('qidiTestHooks') === '1'
  } catch {
    return false
  }
}

/** Lets end-to-end tests wait for the map and read its errors; only where the browser was told to. */
export function exposeTestHook(map: MapLibreMap): void {
  if (!isWanted()) return
  const errors: string[] = []
  map.on('error', (event) => errors.push(event.error?.message ?? 'unknown'))
  window.__qidiMap = { map, idle: () => whenIdle(map), errors }
}
