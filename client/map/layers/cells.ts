import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { causeColour, PARCEL_MIN_ZOOM, PARCEL_SOURCE, TEXT_FONT } from './parcels.ts'

/** Area of the mark grows with the count, so that 100 parcels look like ten times ten. */
const radius: ExpressionSpecification = [
  'interpolate',
  ['linear'],
  ['sqrt', ['coalesce', ['get', 'n'], 1]],
  1,
  9,
  10,
  20,
  40,
  34,
  300,
  44,
]

/** Aggregated marks below z11: size by count, colour by the commonest cause, the count written on it. */
export function cellLayers(): LayerSpecification[] {
  return [
    {
      id: 'cells-mark',
      type: 'circle',
      source: PARCEL_SOURCE,
      'source-layer': 'cells',
      maxzoom: PARCEL_MIN_ZOOM,
      layout: { 'circle-sort-key': ['coalesce', ['get', 'n'], 1] },
      paint: {
        'circle-color': causeColour,
        'circle-radius': radius,
        'circle-opacity': 0.92,
        'circle-stroke-color': '#ffffff',
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'cells-count',
      type: 'symbol',
      source: PARCEL_SOURCE,
      'source-layer': 'cells',
      maxzoom: PARCEL_MIN_ZOOM,
      layout: {
        'text-font': TEXT_FONT,
        'text-field': ['to-string', ['get', 'n']],
        'text-size': [
          'interpolate',
          ['linear'],
          ['sqrt', ['coalesce', ['get', 'n'], 1]],
          1,
          11,
          10,
          14,
          40,
          17,
        ],
        // The larger count is placed first; one that would be written over it is left out until the map is nearer.
        'symbol-sort-key': ['-', ['coalesce', ['get', 'n'], 1]],
        'text-padding': 0,
      },
      paint: {
        'text-color': '#10161e',
        'text-halo-color': 'rgba(255, 255, 255, 0.94)',
        'text-halo-width': 1.8,
      },
    },
  ]
}
