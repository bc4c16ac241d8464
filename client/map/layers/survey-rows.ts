import type {
  DataDrivenPropertyValueSpecification,
  ExpressionFilterSpecification,
  LayerSpecification,
} from 'maplibre-gl'
import { SURVEY_STATE_STYLES } from '../survey-palette.ts'

export const SURVEY_ROWS_SOURCE = 'survey-rows'
export const SURVEY_MARK_SOURCE = 'survey-mark'

export const SURVEY_DOT_RADIUS: DataDrivenPropertyValueSpecification<number> = [
  'interpolate',
  ['linear'],
  ['zoom'],
  7,
  4,
  12,
  6,
]

const MARK_COLOUR = '#ffe14d'
const MARK_EDGE = '#0b1f3a'

const colourOfState = [
  'match',
  ['get', 'state'],
  ...Object.entries(SURVEY_STATE_STYLES).flatMap(([state, { colour }]) => [state, colour]),
  SURVEY_STATE_STYLES.ready.colour,
] as unknown as DataDrivenPropertyValueSpecification<string>

const isState = (state: string) => ['==', ['get', 'state'], state] as ['==', ['get', string], string]

const isDashed = ['any', isState('blocked'), isState('open')] as ExpressionFilterSpecification

/** Rows of a file under check, coloured and hatched by what the checks say of them. Seen from afar they are dots. */
export function surveyRowLayers(): LayerSpecification[] {
  return [
    {
      id: 'survey-fill',
      type: 'fill',
      source: SURVEY_ROWS_SOURCE,
      paint: { 'fill-color': colourOfState, 'fill-opacity': 0.55 },
    },
    {
      id: 'survey-line',
      type: 'line',
      source: SURVEY_ROWS_SOURCE,
      filter: ['!', isDashed],
      paint: { 'line-color': colourOfState, 'line-width': 1.6 },
    },
    {
      id: 'survey-line-dashed',
      type: 'line',
      source: SURVEY_ROWS_SOURCE,
      filter: isDashed,
      paint: { 'line-color': colourOfState, 'line-width': 2.6, 'line-dasharray': [2, 1.2] },
    },
    {
      id: 'survey-dot',
      type: 'circle',
      source: SURVEY_ROWS_SOURCE,
      filter: ['==', ['geometry-type'], 'Point'],
      maxzoom: 11.5,
      paint: {
        'circle-radius': SURVEY_DOT_RADIUS,
        'circle-color': colourOfState,
        'circle-stroke-color': '#ffffff',
        'circle-stroke-width': 1,
      },
    },
    {
      id: 'survey-mark-edge',
      type: 'line',
      source: SURVEY_MARK_SOURCE,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': MARK_EDGE, 'line-width': 6 },
    },
    {
      id: 'survey-mark-line',
      type: 'line',
      source: SURVEY_MARK_SOURCE,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': MARK_COLOUR, 'line-width': 3 },
    },
    {
      id: 'survey-mark-point',
      type: 'circle',
      source: SURVEY_MARK_SOURCE,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 10,
        'circle-color': 'rgba(0, 0, 0, 0)',
        'circle-stroke-color': MARK_EDGE,
        'circle-stroke-width': 3,
      },
    },
  ]
}
