import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import {
  CAUSE_STYLES,
  CLOSED_FRAME_COLOUR,
  OUTLINE_OF_STATUS,
  OUTLINE_STYLES,
  UNCALIBRATED_COLOUR,
  type OutlineName,
} from '../palette.ts'

export const PARCEL_SOURCE = 'parcels'
/** Below this zoom the tiles carry aggregated cells instead of parcels. */
export const PARCEL_MIN_ZOOM = 11
/**
 * Lines and patterns cost most and say little while a parcel is a few pixels wide. What is worked off is outlined before:
 * by its colour alone it would be taken for an open case.
 */
const DETAIL_MIN_ZOOM = 12
/** A plot of ordinary size is as wide as its number from here on. */
const WHOLE_NUMBER_ZOOM = 17.3

export const TEXT_FONT = ['Noto Sans CJK SC', 'Microsoft YaHei', 'sans-serif']

export const causeColour: ExpressionSpecification = [
  'match',
  ['get', 'cls'],
  ...Object.entries(CAUSE_STYLES).flatMap(([cls, style]) => [cls, style.colour]),
  CAUSE_STYLES.none.colour,
] as unknown as ExpressionSpecification

/** Hidden while the parcel is drawn from its exact geometry by the selection overlay. */
const unlessOverlaid = (opacity: ExpressionSpecification | number): ExpressionSpecification => [
  'case',
  ['boolean', ['feature-state', 'overlaid'], false],
  0,
  opacity,
]

function statusesOf(outline: OutlineName): string[] {
  return Object.keys(OUTLINE_OF_STATUS).filter((status) => OUTLINE_OF_STATUS[status] === outline)
}

/** The same for all: a paler fill is taken for another cause. What is under the pointer comes forward. */
const fillOpacity: ExpressionSpecification = [
  'case',
  ['boolean', ['feature-state', 'hover'], false],
  0.95,
  0.78,
]

/** Dash patterns can't follow data within a layer, so each outline has a layer of its own. */
function outlineLayer(outline: OutlineName): LayerSpecification {
  const style = OUTLINE_STYLES[outline]
  const isOfGroup: ExpressionSpecification = ['in', ['get', 'status'], ['literal', statusesOf(outline)]]
  const isUnknown: ExpressionSpecification = [
    '!',
    ['in', ['get', 'status'], ['literal', Object.keys(OUTLINE_OF_STATUS)]],
  ]
  return {
    id: `parcels-outline-${outline}`,
    type: 'line',
    source: PARCEL_SOURCE,
    'source-layer': 'parcels',
    minzoom: outline === 'closed' ? PARCEL_MIN_ZOOM : DETAIL_MIN_ZOOM,
    filter: outline === 'open' ? ['any', isOfGroup, isUnknown] : isOfGroup,
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': style.colour,
      'line-width': [
        'interpolate',
        ['linear'],
        ['zoom'],
        12,
        style.width * 0.5,
        14,
        style.width,
        17,
        style.width * 1.5,
      ],
      'line-opacity': unlessOverlaid(0.9),
      ...(style.dash ? { 'line-dasharray': style.dash } : {}),
    },
  }
}

export function parcelFillLayers(): LayerSpecification[] {
  return [
    {
      id: 'parcels-fill',
      type: 'fill',
      source: PARCEL_SOURCE,
      'source-layer': 'parcels',
      minzoom: PARCEL_MIN_ZOOM,
      paint: { 'fill-color': causeColour, 'fill-opacity': unlessOverlaid(fillOpacity) },
    },
    {
      id: 'parcels-pattern',
      type: 'fill',
      source: PARCEL_SOURCE,
      'source-layer': 'parcels',
      minzoom: DETAIL_MIN_ZOOM,
      filter: ['!=', ['get', 'cls'], 'enterprise'],
      paint: { 'fill-pattern': ['concat', 'cause-', ['get', 'cls']], 'fill-opacity': unlessOverlaid(1) },
    },
  ]
}

/** What is worked off is framed in white inside its outline, so that its colour still tells the cause. */
function closedFrameLayer(): LayerSpecification {
  return {
    id: 'parcels-closed-frame',
    type: 'line',
    source: PARCEL_SOURCE,
    'source-layer': 'parcels',
    minzoom: PARCEL_MIN_ZOOM,
    filter: ['in', ['get', 'status'], ['literal', statusesOf('closed')]],
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': CLOSED_FRAME_COLOUR,
      'line-width': ['interpolate', ['linear'], ['zoom'], 12, 1, 14, 2.5, 17, 5],
      'line-offset': ['interpolate', ['linear'], ['zoom'], 12, 0.8, 14, 2.2, 17, 4],
      'line-opacity': unlessOverlaid(0.92),
    },
  }
}

export function parcelOutlineLayers(): LayerSpecification[] {
  return [
    closedFrameLayer(),
    ...(Object.keys(OUTLINE_STYLES) as OutlineName[]).map(outlineLayer),
    {
      id: 'parcels-uncalibrated',
      type: 'line',
      source: PARCEL_SOURCE,
      'source-layer': 'parcels',
      minzoom: PARCEL_MIN_ZOOM,
      filter: ['==', ['get', 'unc'], 1],
      paint: {
        'line-color': UNCALIBRATED_COLOUR,
        'line-width': 2,
        'line-offset': 3,
        'line-dasharray': [2, 2],
      },
    },
    {
      id: 'parcels-hover',
      type: 'line',
      source: PARCEL_SOURCE,
      'source-layer': 'parcels',
      minzoom: PARCEL_MIN_ZOOM,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': '#0b1f3a',
        'line-width': 3,
        'line-opacity': ['case', ['boolean', ['feature-state', 'hover'], false], 1, 0],
      },
    },
  ]
}

const number: ExpressionSpecification = ['coalesce', ['get', 'no'], ['get', 'name'], '']
/** Of PEWG-150623-2022-0001 the 0001: neighbours share the rest, and whole it would cross them. */
const lastOfNumber = [
  'let',
  'parts',
  ['split', ['coalesce', ['get', 'no'], ''], '-'],
  [
    'case',
    ['has', 'no'],
    ['to-string', ['at', ['-', ['length', ['var', 'parts']], 1], ['var', 'parts']]],
    number,
  ],
] as unknown as ExpressionSpecification

/** The number's end, whole and with the name once there is room; a badge where the position is not calibrated. */
export function parcelLabelLayers(uncalibratedText: string): LayerSpecification[] {
  return [
    {
      id: 'parcels-label',
      type: 'symbol',
      source: PARCEL_SOURCE,
      'source-layer': 'labels',
      minzoom: 14.7,
      layout: {
        'text-font': TEXT_FONT,
        'text-field': [
          'step',
          ['zoom'],
          lastOfNumber,
          WHOLE_NUMBER_ZOOM,
          [
            'case',
            ['all', ['has', 'no'], ['has', 'name']],
            ['concat', number, '\n', ['get', 'name']],
            number,
          ],
        ],
        'text-size': ['interpolate', ['linear'], ['zoom'], 14.7, 10.5, 17, 13.5],
        'text-max-width': 12,
        'text-line-height': 1.25,
        'text-padding': 4,
      },
      paint: {
        'text-color': '#14202e',
        'text-halo-color': 'rgba(255, 255, 255, 0.92)',
        'text-halo-width': 1.6,
      },
    },
    {
      // From the polygons themselves: the label points do not say how far a position can be trusted.
      id: 'parcels-uncalibrated-label',
      type: 'symbol',
      source: PARCEL_SOURCE,
      'source-layer': 'parcels',
      minzoom: 13.5,
      filter: ['==', ['get', 'unc'], 1],
      layout: {
        'text-font': TEXT_FONT,
        'text-field': uncalibratedText,
        'text-size': 11,
        'text-anchor': 'top',
        'text-offset': [0, 0.9],
        'text-padding': 2,
      },
      paint: { 'text-color': UNCALIBRATED_COLOUR, 'text-halo-color': '#ffffff', 'text-halo-width': 1.8 },
    },
  ]
}
