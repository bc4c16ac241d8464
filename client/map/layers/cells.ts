import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { ringImageId } from '../cause-rings.ts'
import { PARCEL_MIN_ZOOM, PARCEL_SOURCE, TEXT_FONT } from './parcels.ts'

/** Marks as they are drawn: cells of the tiles, those that would lie on each other joined (see marks.ts). */
export const MARK_SOURCE = 'marks'

const count: ExpressionSpecification = ['coalesce', ['get', 'n'], 1]

/** From so many parcels on, pixels. The area grows with the count, in a few steps so that rings can share an image. */
const RADII = [
  [0, 13],
  [3, 15],
  [8, 18],
  [20, 21],
  [50, 25],
  [120, 30],
  [400, 36],
  [2000, 42],
] as const

const radius = [
  'step',
  count,
  RADII[0][1],
  ...RADII.slice(1).flatMap(([from, px]) => [from, px]),
] as unknown as ExpressionSpecification

export const markRadiusPx = (n: number): number => RADII.findLast(([from]) => n >= from)?.[1] ?? RADII[0][1]

/** Aggregated marks below z11: size by count, a ring of its causes, the count in the middle. */
export function cellLayers(): LayerSpecification[] {
  return [
    {
      // Unseen: without a layer of theirs the tiles of these zooms would not be fetched.
      id: 'cells-fetched',
      type: 'circle',
      source: PARCEL_SOURCE,
      'source-layer': 'cells',
      maxzoom: PARCEL_MIN_ZOOM,
      paint: { 'circle-radius': 0, 'circle-opacity': 0 },
    },
    {
      id: 'cells-mark',
      type: 'symbol',
      source: MARK_SOURCE,
      maxzoom: PARCEL_MIN_ZOOM,
      layout: {
        'icon-image': ringImageId(radius),
        // Every mark and every count is shown, and names make room for them.
        'icon-allow-overlap': true,
        'icon-padding': 0,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
        'text-font': TEXT_FONT,
        'text-field': ['to-string', count],
        'text-size': ['step', count, 11, 20, 12, 50, 13, 120, 14, 400, 15],
        // The larger lies on top.
        'symbol-sort-key': count,
      },
      paint: {
        'text-color': '#10161e',
        'text-halo-color': 'rgba(255, 255, 255, 0.94)',
        'text-halo-width': 1.8,
      },
    },
  ]
}
