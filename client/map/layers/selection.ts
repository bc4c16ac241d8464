import type { LayerSpecification } from 'maplibre-gl'
import { SELECTION_COLOUR, SELECTION_EDGE } from '../palette.ts'
import { causeColour } from './parcels.ts'

export const SELECTION_SOURCE = 'selection'

/** The selected parcel from its exact geometry: shows an edit at once, before any tile is fetched again. */
export function selectionLayers(): LayerSpecification[] {
  return [
    {
      id: 'selection-fill',
      type: 'fill',
      source: SELECTION_SOURCE,
      paint: { 'fill-color': causeColour, 'fill-opacity': 0.8 },
    },
    {
      id: 'selection-pattern',
      type: 'fill',
      source: SELECTION_SOURCE,
      filter: ['!=', ['get', 'cls'], 'enterprise'],
      paint: { 'fill-pattern': ['concat', 'cause-', ['get', 'cls']] },
    },
    {
      id: 'selection-edge',
      type: 'line',
      source: SELECTION_SOURCE,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': SELECTION_EDGE,
        'line-width': ['interpolate', ['linear'], ['zoom'], 13, 5, 16, 7],
      },
    },
    {
      id: 'selection-line',
      type: 'line',
      source: SELECTION_SOURCE,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': SELECTION_COLOUR,
        'line-width': ['interpolate', ['linear'], ['zoom'], 13, 2.5, 16, 3.5],
      },
    },
    {
      id: 'selection-point',
      type: 'circle',
      source: SELECTION_SOURCE,
      maxzoom: 12,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 9,
        'circle-color': SELECTION_COLOUR,
        'circle-stroke-color': SELECTION_EDGE,
        'circle-stroke-width': 3,
      },
    },
  ]
}
