import type { FilterSpecification, LayerSpecification, SymbolLayerSpecification } from 'maplibre-gl'
import { TEXT_FONT } from './parcels.ts'

export const REFERENCE_SOURCES = [
  'county',
  'county-name',
  'neighbours',
  'rivers',
  'places',
  'graticule',
] as const
export type ReferenceSource = (typeof REFERENCE_SOURCES)[number]

export const GROUND_COLOUR = '#e9edf1'
const WATER = '#8fb6d6'
const HALO = { 'text-halo-color': 'rgba(255, 255, 255, 0.9)', 'text-halo-width': 1.5 }

/** Beside the dot; where an aggregated mark stands on the town, clear of the mark. */
const BESIDE_DOT_OR_MARK = [
  ...['left', [0.6, 0], 'right', [-0.6, 0], 'top', [0, 0.5], 'bottom', [0, -0.5]],
  ...['top', [0, 1.8], 'bottom', [0, -1.8], 'left', [2, 0], 'right', [-2, 0]],
  ...['top', [0, 2.6], 'bottom', [0, -2.6], 'left', [2.8, 0], 'right', [-2.8, 0]],
] as NonNullable<SymbolLayerSpecification['layout']>['text-variable-anchor-offset']

/** Whole degrees always; 30′ from z8, 10′ from z10, single minutes from z13. */
const isGraticuleShown: FilterSpecification = [
  '<=',
  ['get', 'rank'],
  ['step', ['zoom'], 1, 8, 2, 10, 3, 13, 4],
]

/** The basemap that needs no network: land, rivers, grid. Drawn under the parcels. */
export function builtinGroundLayers(): LayerSpecification[] {
  return [
    { id: 'base-neighbours', type: 'fill', source: 'neighbours', paint: { 'fill-color': '#eff2f5' } },
    { id: 'base-county', type: 'fill', source: 'county', paint: { 'fill-color': '#fbfaf6' } },
    {
      id: 'base-graticule',
      type: 'line',
      source: 'graticule',
      filter: isGraticuleShown,
      paint: { 'line-color': '#b5c0cc', 'line-width': 0.7, 'line-opacity': 0.55 },
    },
    {
      id: 'base-graticule-label',
      type: 'symbol',
      source: 'graticule',
      minzoom: 6,
      filter: isGraticuleShown,
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 600,
        'text-field': ['get', 'label'],
        'text-font': TEXT_FONT,
        'text-size': 10,
        'text-padding': 20,
      },
      paint: { 'text-color': '#67727f', 'text-halo-color': '#ffffff', 'text-halo-width': 1.2 },
    },
    {
      id: 'base-rivers',
      type: 'line',
      source: 'rivers',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': WATER,
        'line-width': [
          'interpolate',
          ['linear'],
          ['zoom'],
          6,
          ['case', ['==', ['get', 'level'], 1], 2, 0.8],
          14,
          ['case', ['==', ['get', 'level'], 1], 8, 3],
        ],
      },
    },
    {
      id: 'base-neighbours-line',
      type: 'line',
      source: 'neighbours',
      paint: { 'line-color': '#a9b3bf', 'line-width': 1, 'line-dasharray': [4, 3] },
    },
  ]
}

/** 县界, shown over any basemap when wanted. */
export function outlineLayers(): LayerSpecification[] {
  return [
    {
      id: 'outline-band',
      type: 'line',
      source: 'county',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': '#8a5bb0',
        'line-width': ['interpolate', ['linear'], ['zoom'], 6, 4, 12, 9],
        'line-opacity': 0.18,
      },
    },
    {
      id: 'outline-line',
      type: 'line',
      source: 'county',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': '#6b3f92', 'line-width': 1.4, 'line-dasharray': [6, 2, 1.5, 2] },
    },
  ]
}

/** Names over the parcels' fill, under their labels. */
export function builtinLabelLayers(): LayerSpecification[] {
  return [
    {
      id: 'base-river-label',
      type: 'symbol',
      source: 'rivers',
      filter: ['has', 'name'],
      layout: {
        'symbol-placement': 'line',
        'text-field': ['coalesce', ['get', 'name'], ''],
        'text-font': TEXT_FONT,
        'text-size': 12,
        'text-letter-spacing': 0.3,
      },
      paint: { 'text-color': '#2f668f', ...HALO },
    },
    {
      id: 'base-neighbour-label',
      type: 'symbol',
      source: 'neighbours',
      maxzoom: 11,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': TEXT_FONT,
        'text-size': 13,
        'text-letter-spacing': 0.15,
      },
      paint: { 'text-color': '#66717e', ...HALO },
    },
    {
      id: 'base-county-label',
      type: 'symbol',
      source: 'county-name',
      // As long as the county can be seen whole, on a large screen too.
      maxzoom: 10,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': TEXT_FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 6, 15, 9, 20],
        'text-variable-anchor-offset': ['bottom', [0, -2], 'top', [0, 2], 'left', [2, 0], 'right', [-2, 0]],
        'text-letter-spacing': 0.2,
      },
      paint: { 'text-color': '#51306f', ...HALO },
    },
    {
      id: 'base-place-dot',
      type: 'circle',
      source: 'places',
      minzoom: 7,
      filter: ['<=', ['coalesce', ['get', 'rank'], 3], 2],
      maxzoom: 13,
      paint: {
        'circle-radius': ['case', ['==', ['get', 'rank'], 1], 4, 3],
        'circle-color': '#ffffff',
        'circle-stroke-color': '#3a4552',
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'base-place-label',
      type: 'symbol',
      source: 'places',
      minzoom: 7,
      filter: ['any', ['<=', ['coalesce', ['get', 'rank'], 3], 2], ['>=', ['zoom'], 10]],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': TEXT_FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 7, 11.5, 13, 15],
        'text-variable-anchor-offset': BESIDE_DOT_OR_MARK,
        'text-justify': 'auto',
        'text-padding': 1,
        'symbol-sort-key': ['coalesce', ['get', 'rank'], 3],
      },
      paint: { 'text-color': '#333d49', ...HALO },
    },
  ]
}
