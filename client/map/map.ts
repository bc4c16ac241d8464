import type { BasemapConfig, CountyReference } from '#contract/reference.ts'
import type { FeatureCollection } from 'geojson'
import {
  Map as MapLibreMap,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
  type VectorTileSource,
} from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { applyBasemap } from './basemaps.ts'
import { drawRingsOnDemand } from './cause-rings.ts'
import { watchFailedTiles } from './failed-tiles.ts'
import { graticule } from './graticule.ts'
import { listenToPointer, type InteractionEvents } from './interaction.ts'
import type { ReferenceSource } from './layers/basemap.ts'
import { PARCEL_SOURCE } from './layers/parcels.ts'
import { SELECTION_SOURCE } from './layers/selection.ts'
import { localeOf, type MapWords } from './locale.ts'
import { keepMarks } from './marks.ts'
import { patternImages } from './patterns.ts'
import { mapStyle, parcelTileUrl } from './style.ts'
import { exposeTestHook, whenIdle } from './test-hook.ts'
import { tileFreshness, type LonLatBox } from './tile-freshness.ts'
import { orderedLayers, type LayerGroup } from './z-order.ts'

setWorkerUrl(workerUrl)

export interface MapView {
  lon: number
  lat: number
  zoom: number
}

export interface MapEvents extends InteractionEvents {
  onView: (view: MapView) => void
  onBusy: (isBusy: boolean) => void
  onTrouble: (trouble: 'context_lost' | 'tiles' | null) => void
  /** A tile was refused with this status; 0 when nobody answered. */
  onTileFailed: (status: number) => void
}

export interface MapOptions {
  container: HTMLElement
  view: MapView | null
  county: CountyReference | null
  filterQuery: string
  words: MapWords & { uncalibrated: string }
  events: MapEvents
}

/** What is drawn exactly over the tiles. */
export interface SelectedShape {
  id: string
  cls: string
  geometry: GeoJSON.Geometry | null
  /** Marks it where the polygon itself is too small to be seen. */
  point: { lon: number; lat: number } | null
}

/** Pixels at each side that panels cover. */
export interface Obscured {
  right?: number
  bottom?: number
}

const EDGE_PX = 30
const FIT_MAX_ZOOM = 16
const FIT_PADDING_PX = 60
const DEFAULT_VIEW: MapView = { lon: 107.5, lat: 38.2, zoom: 8 }
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }

function initialCamera({ view, county }: MapOptions) {
  const extent = county?.extent
  if (view || !extent) {
    const { lon, lat, zoom } = view ?? DEFAULT_VIEW
    return { center: [lon, lat] as [number, number], zoom }
  }
  return {
    bounds: [extent.minLon, extent.minLat, extent.maxLon, extent.maxLat] as [number, number, number, number],
    fitBoundsOptions: { padding: 30 },
  }
}

function feature(geometry: unknown, properties: Record<string, unknown>): GeoJSON.Feature {
  return { type: 'Feature', geometry: geometry as GeoJSON.Geometry, properties }
}

/** The one owner of the map: nothing else in the client touches MapLibre. */
export function createMap(options: MapOptions) {
  const { events } = options
  const freshness = tileFreshness()
  const layers = orderedLayers(options.words)
  const origin = location.origin
  const map = new MapLibreMap({
    container: options.container,
    style: mapStyle({ origin, filterQuery: options.filterQuery, words: options.words }),
    ...initialCamera(options),
    minZoom: 4,
    maxZoom: 20,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    fadeDuration: 120,
    locale: localeOf(options.words),
    transformRequest: (url) => ({ url: freshness.freshUrl(url) }),
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new ScaleControl({ maxWidth: 120, unit: 'metric' }), 'bottom-left')
  for (const [id, image] of patternImages(2)) {
    map.once('style.load', () => map.addImage(id, image, { pixelRatio: 2 }))
  }
  drawRingsOnDemand(map)
  keepMarks(map)
  const isStyleReady = new Promise<void>((resolve) => map.once('style.load', () => resolve()))
  let overlaidId: string | null = null

  const fill = (id: ReferenceSource | typeof SELECTION_SOURCE, data: GeoJSON.GeoJSON): void => {
    void (map.getSource(id) as GeoJSONSource).setData(data)
  }
  const tell = () => {
    const { lng, lat } = map.getCenter()
    events.onView({ lon: lng, lat, zoom: map.getZoom() })
  }
  map.on('moveend', tell)
  map.once('load', tell)
  map.on('dataloading', () => events.onBusy(true))
  map.on('idle', () => events.onBusy(false))
  let isContextLost = false
  const failedTiles = watchFailedTiles(map, PARCEL_SOURCE, {
    onFailed: (status) => {
      if (!isContextLost) events.onTrouble('tiles')
      events.onTileFailed(status)
    },
    onHealed: () => {
      if (!isContextLost) events.onTrouble(null)
    },
  })
  map.on('webglcontextlost', () => {
    isContextLost = true
    events.onTrouble('context_lost')
  })
  // The style is built anew after a restore; until it stands no layer may be touched.
  map.on('webglcontextrestored', () => {
    void whenIdle(map).then(() => {
      isContextLost = false
      events.onTrouble(null)
    })
  })
  listenToPointer(map, events)
  exposeTestHook(map)

  function markOverlaid(id: string | null): void {
    const target = { source: PARCEL_SOURCE, sourceLayer: 'parcels' }
    if (overlaidId !== null) map.setFeatureState({ ...target, id: overlaidId }, { overlaid: false })
    if (id !== null) map.setFeatureState({ ...target, id }, { overlaid: true })
    overlaidId = id
  }

  return {
    isStyleReady,

    setCounty(county: CountyReference): void {
      const { outline, extent, neighbours } = county
      if (outline) fill('county', feature(outline, { name: county.name }))
      fill('neighbours', {
        type: 'FeatureCollection',
        features: neighbours.map((neighbour) => feature(neighbour.geometry, { name: neighbour.name })),
      })
      if (!extent) return
      const middle = [(extent.minLon + extent.maxLon) / 2, (extent.minLat + extent.maxLat) / 2]
      fill('county-name', feature({ type: 'Point', coordinates: middle }, { name: county.name }))
      fill('graticule', graticule(extent))
    },

    /** MapLibre takes its texts once: after the language was switched the canvas is named anew. */
    rename: (title: string): void => map.getCanvas().setAttribute('aria-label', title),

    setReferenceData(id: ReferenceSource, data: FeatureCollection): void {
      fill(id, data)
    },

    setFilter(filterQuery: string): void {
      const source = map.getSource(PARCEL_SOURCE) as VectorTileSource
      source.setTiles([parcelTileUrl(origin, filterQuery)])
      failedTiles.ask()
    },

    /** After a write: tiles under the box are fetched anew, no older than `version`; the old ones stay until then. */
    noteEdit(box: LonLatBox, version: string): void {
      freshness.noteEdit(box, version)
      failedTiles.ask()
      map.refreshTiles(PARCEL_SOURCE)
    },

    /** Asks again for the tiles that failed. */
    refresh: (): void => failedTiles.ask(),

    setSelection(shape: SelectedShape | null): void {
      const properties = { id: shape?.id, cls: shape?.cls }
      const features = shape?.geometry ? [feature(shape.geometry, properties)] : []
      if (shape?.point) {
        const { lon, lat } = shape.point
        features.push(feature({ type: 'Point', coordinates: [lon, lat] }, properties))
      }
      fill(SELECTION_SOURCE, { ...EMPTY, features })
      markOverlaid(shape?.geometry ? shape.id : null)
    },

    setGroupVisible(group: LayerGroup, isVisible: boolean): void {
      for (const { group: ofLayer, layer } of layers) {
        if (ofLayer === group) map.setLayoutProperty(layer.id, 'visibility', isVisible ? 'visible' : 'none')
      }
    },

    setBasemap: (basemap: BasemapConfig | null): Promise<void> => applyBasemap(map, basemap),

    view(): MapView {
      const { lng, lat } = map.getCenter()
      return { lon: lng, lat, zoom: map.getZoom() }
    },

    /** The box of ground in sight; `obscured` are the pixels at each side that panels cover. */
    visibleBox(obscured: Obscured = {}): LonLatBox {
      const { offsetWidth, offsetHeight } = map.getContainer()
      const northWest = map.unproject([0, 0])
      const southEast = map.unproject([
        Math.max(1, offsetWidth - (obscured.right ?? 0)),
        Math.max(1, offsetHeight - (obscured.bottom ?? 0)),
      ])
      return [northWest.lng, southEast.lat, southEast.lng, northWest.lat]
    },

    jumpTo({ lon, lat, zoom }: MapView): void {
      map.jumpTo({ center: [lon, lat], zoom })
    },

    /** Shows a box; `obscured` are the pixels at each side that panels cover. */
    fit(box: LonLatBox, obscured: Obscured = {}): void {
      const { offsetWidth, offsetHeight } = map.getContainer()
      const [right, bottom] = [obscured.right ?? 0, obscured.bottom ?? 0]
      // A phone with a panel open has little room left: the margin must not eat all of it.
      const margin = Math.max(
        8,
        Math.min(FIT_PADDING_PX, (offsetWidth - right) / 6, (offsetHeight - bottom) / 6),
      )
      const padding = { top: margin, left: margin, right: margin + right, bottom: margin + bottom }
      map.fitBounds([box[0], box[1], box[2], box[3]], { padding, maxZoom: FIT_MAX_ZOOM, duration: 600 })
    },

    /** Moves just enough that a box is not hidden under a panel; one too large for what is left is shown whole. */
    keepVisible(box: LonLatBox, obscured: Obscured = {}): void {
      const { offsetWidth, offsetHeight } = map.getContainer()
      const [right, bottom] = [offsetWidth - (obscured.right ?? 0), offsetHeight - (obscured.bottom ?? 0)]
      const northWest = map.project([box[0], box[3]])
      const southEast = map.project([box[2], box[1]])
      const isIn = (from: number, to: number, edge: number): boolean =>
        from >= EDGE_PX && to <= edge - EDGE_PX
      if (isIn(northWest.x, southEast.x, right) && isIn(northWest.y, southEast.y, bottom)) return
      const isTooLarge =
        southEast.x - northWest.x > right - 2 * EDGE_PX || southEast.y - northWest.y > bottom - 2 * EDGE_PX
      if (isTooLarge) return this.fit(box, obscured)
      const x = (northWest.x + southEast.x) / 2
      const y = (northWest.y + southEast.y) / 2
      map.panBy([x - right / 2, y - bottom / 2], { duration: 400 })
    },

    zoomBy: (steps: number): void => void map.easeTo({ zoom: map.getZoom() + steps, duration: 250 }),
    resize: (): void => void map.resize(),
    remove: (): void => map.remove(),
  }
}

export type MapOwner = ReturnType<typeof createMap>
