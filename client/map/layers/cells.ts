import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { ringImageId } from '../cause-rings.ts'
import { PARCEL_MIN_ZOOM, PARCEL_SOURCE, TEXT_FONT } from './parcels.ts'

const count: ExpressionSpecification = ['coalesce', ['get', 'n'], 1]

/** Pixels. The area grows with the count, in a few steps so that rings can share an image. */
const radius: ExpressionSpecification = [
  'step',
  count,
  13,
  3,
  15,
  8,
  18,
  20,
  21,
  50,
  25,
  120,
  30,
  400,
  36,
  2000,
  42,
]

/** Aggregated marks below z11: size by count, a ring of its causes, the count in the middle. */
export function cellLayers(): LayerSpecification[] {
  return [
    {
      id: 'cells-mark',
      type: 'symbol',
      source: PARCEL_SOURCE,
      'source-layer': 'cells',
      maxzoom: PARCEL_MIN_ZOOM,
      layout: {
        'icon-image': ringImageId(radius),
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-padding': 0,
        // The larger lies on top.
        'symbol-sort-key': count,
      },
      paint: {},
    },
    {
      id: 'cells-count',
      type: 'symbol',
      source: PARCEL_SOURCE,
      'source-layer': 'cells',
      maxzoom: PARCEL_MIN_ZOOM,
      layout: {
        'text-font': TEXT_FONT,
        'text-field': ['to-string', count],
        'text-size': ['step', count, 11, 20, 12, 50, 13, 120, 14, 400, 15],
        // The larger count is placed first; one that would be written over it is left out until the map is nearer.
        'symbol-sort-key': ['-', count],
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
