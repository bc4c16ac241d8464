import type { SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { REFERENCE_SOURCES } from './layers/basemap.ts'
import { MARK_SOURCE } from './layers/cells.ts'
import { PARCEL_SOURCE } from './layers/parcels.ts'
import { SELECTION_SOURCE } from './layers/selection.ts'
import { orderedLayers } from './z-order.ts'

const emptyGeoJson = (): SourceSpecification => ({
  type: 'geojson',
  data: { type: 'FeatureCollection', features: [] },
})

/** Tiles of the parcels for a filter; the version travels outside (see map.ts). */
export function parcelTileUrl(origin: string, filterQuery: string): string {
  return `${origin}/tiles/parcels/{z}/{x}/{y}.mvt${filterQuery ? `?${filterQuery}` : ''}`
}

/**
 * The whole style. There is no `glyphs` and no `sprite`: text is drawn from the machine's fonts and patterns on a
 * canvas, so nothing is fetched but our own tiles.
 */
export function mapStyle(options: {
  origin: string
  filterQuery: string
  words: { uncalibrated: string }
}): StyleSpecification {
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(REFERENCE_SOURCES.map((id) => [id, emptyGeoJson()])),
      [PARCEL_SOURCE]: {
        type: 'vector',
        tiles: [parcelTileUrl(options.origin, options.filterQuery)],
        minzoom: 0,
        maxzoom: 16,
        promoteId: { parcels: 'id', labels: 'id' },
      },
      [MARK_SOURCE]: emptyGeoJson(),
      [SELECTION_SOURCE]: emptyGeoJson(),
    },
    layers: orderedLayers(options.words).map((entry) => entry.layer),
  }
}
