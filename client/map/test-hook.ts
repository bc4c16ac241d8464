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

/**
 * Lets end-to-end tests wait for the map and read its errors. Only a page built for them has it
 * (tests/support/story-page.ts): of what people get, the build drops all but the first line.
 */
export function exposeTestHook(map: MapLibreMap): void {
  if (import.meta.env.MODE !== 'e2e') return
  const errors: string[] = []
  map.on('error', (event) => errors.push(event.error?.message ?? 'unknown'))
  window.__qidiMap = { map, idle: () => whenIdle(map), errors }
}
