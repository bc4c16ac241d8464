import type { CountyReference } from '#contract/reference.ts'
import type { FeatureCollection } from 'geojson'
import {
  LngLatBounds,
  Map as MapLibreMap,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
  type StyleSpecification,
} from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { graticule } from './graticule.ts'
import {
  builtinGroundLayers,
  builtinLabelLayers,
  GROUND_COLOUR,
  outlineLayers,
  REFERENCE_SOURCES,
  type ReferenceSource,
} from './layers/basemap.ts'
import {
  SURVEY_DOT_RADIUS,
  SURVEY_ROWS_SOURCE,
  SURVEY_MARK_SOURCE,
  surveyRowLayers,
} from './layers/survey-rows.ts'
import { localeOf, type MapWords } from './locale.ts'
import { exposeTestHook } from './test-hook.ts'

setWorkerUrl(workerUrl)

type Box = readonly [number, number, number, number]

export interface MiniMapOptions {
  container: HTMLElement
  county: CountyReference | null
  /** What a finger on the map is told: one finger scrolls the page. */
  words: MapWords & { twoFingers: string }
  /** A row under the pointer was clicked; null for open ground. */
  onPick: (row: number | null) => void
}

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }
const ROW_ZOOM = 16
const MARK_ZOOM = 17
const FINGER_PX = 8
/** From so many rows on, dots of the usual size would run into one. */
const CROWD = 800
const START = { center: [107.5, 38.2] as [number, number], zoom: 7 }

const emptySource = () => ({ type: 'geojson' as const, data: EMPTY })

function miniStyle(): StyleSpecification {
  return {
    version: 8,
    sources: Object.fromEntries(
      [...REFERENCE_SOURCES, SURVEY_ROWS_SOURCE, SURVEY_MARK_SOURCE].map((id) => [id, emptySource()]),
    ),
    layers: [
      { id: 'background', type: 'background', paint: { 'background-color': GROUND_COLOUR } },
      ...builtinGroundLayers(),
      ...outlineLayers(),
      ...builtinLabelLayers(),
      ...surveyRowLayers(),
    ],
  }
}

const feature = (geometry: unknown, properties: Record<string, unknown>): GeoJSON.Feature => ({
  type: 'Feature',
  geometry: geometry as GeoJSON.Geometry,
  properties,
})

function eachPosition(coordinates: unknown, visit: (lon: number, lat: number) => void): void {
  if (!Array.isArray(coordinates)) return
  if (typeof coordinates[0] === 'number') visit(coordinates[0], Number(coordinates[1]))
  else for (const part of coordinates) eachPosition(part, visit)
}

function boundsOf(features: readonly GeoJSON.Feature[]): LngLatBounds {
  const bounds = new LngLatBounds()
  for (const { geometry } of features) {
    if (geometry && 'coordinates' in geometry)
      eachPosition(geometry.coordinates, (lon, lat) => bounds.extend([lon, lat]))
  }
  return bounds
}

/** A point in the middle of each row, for views in which its shape is smaller than a pixel. */
function dotsOf(features: readonly GeoJSON.Feature[]): GeoJSON.Feature[] {
  return features.flatMap((row) => {
    const bounds = boundsOf([row])
    if (bounds.isEmpty()) return []
    return [feature({ type: 'Point', coordinates: bounds.getCenter().toArray() }, row.properties ?? {})]
  })
}

/** The small map beside an import: the rows of the file over the same basemap as the big one. */
export function createMiniMap({ container, county, words, onPick }: MiniMapOptions) {
  const map = new MapLibreMap({
    container,
    style: miniStyle(),
    ...START,
    minZoom: 3,
    maxZoom: 20,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    // On a phone the map fills the screen's width: one finger has to get past it.
    cooperativeGestures: matchMedia('(pointer: coarse)').matches,
    locale: { ...localeOf(words), 'CooperativeGesturesHandler.MobileHelpText': words.twoFingers },
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new ScaleControl({ maxWidth: 100, unit: 'metric' }), 'bottom-left')
  const isReady = new Promise<void>((resolve) => map.once('style.load', () => resolve()))
  const dataOf = (id: string) => map.getSource(id) as GeoJSONSource
  let rows: FeatureCollection = EMPTY

  function fit(bounds: LngLatBounds, duration: number): void {
    if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 28, maxZoom: ROW_ZOOM, duration })
  }

  function setReference(id: ReferenceSource, data: FeatureCollection | GeoJSON.Feature): void {
    void isReady.then(() => dataOf(id).setData(data))
  }

  function showCounty(reference: CountyReference): void {
    const { outline, extent, neighbours, name } = reference
    if (outline) setReference('county', feature(outline, { name }))
    setReference('neighbours', {
      type: 'FeatureCollection',
      features: neighbours.map((neighbour) => feature(neighbour.geometry, { name: neighbour.name })),
    })
    if (!extent) return
    setReference('graticule', graticule(extent))
    const middle = [(extent.minLon + extent.maxLon) / 2, (extent.minLat + extent.maxLat) / 2]
    setReference('county-name', feature({ type: 'Point', coordinates: middle }, { name }))
    fitCounty(0)
  }

  function fitCounty(duration = 400): void {
    const extent = county?.extent
    if (extent)
      fit(new LngLatBounds([extent.minLon, extent.minLat], [extent.maxLon, extent.maxLat]), duration)
  }

  function markRow(row: number | null): void {
    const target = row === null ? [] : rows.features.filter(({ properties }) => properties?.row === row)
    void dataOf(SURVEY_MARK_SOURCE).setData({ type: 'FeatureCollection', features: target })
    if (target.length > 0) fit(boundsOf(target), 400)
  }

  if (county) showCounty(county)
  map.on('click', (event) => {
    const { x, y } = event.point
    const found = map.queryRenderedFeatures(
      [
        [x - FINGER_PX, y - FINGER_PX],
        [x + FINGER_PX, y + FINGER_PX],
      ],
      { layers: ['survey-fill', 'survey-dot'] },
    )
    onPick(found.length > 0 ? Number(found[0].properties.row) : null)
  })
  map.on('mousemove', ({ point }) => {
    const isOver = map.queryRenderedFeatures(point, { layers: ['survey-fill', 'survey-dot'] }).length > 0
    map.getCanvas().style.cursor = isOver ? 'pointer' : ''
  })
  exposeTestHook(map)

  return {
    isReady,
    setReference,
    fitCounty,

    setRows(next: FeatureCollection): void {
      rows = next
      void isReady.then(() => {
        void dataOf(SURVEY_ROWS_SOURCE).setData({
          ...rows,
          features: [...rows.features, ...dotsOf(rows.features)],
        })
        void dataOf(SURVEY_MARK_SOURCE).setData(EMPTY)
        const isCrowd = rows.features.length > CROWD
        map.setPaintProperty('survey-dot', 'circle-radius', isCrowd ? 1.5 : SURVEY_DOT_RADIUS)
        map.setPaintProperty('survey-dot', 'circle-stroke-width', isCrowd ? 0 : 1)
      })
    },

    fitRows: (): void => fit(boundsOf(rows.features), 400),

    markRow: (row: number | null): void => void isReady.then(() => markRow(row)),

    /** A place inside a row, where two shapes overlap say. */
    markPlace(lon: number, lat: number): void {
      void isReady.then(() => {
        const point = feature({ type: 'Point', coordinates: [lon, lat] }, {})
        void dataOf(SURVEY_MARK_SOURCE).setData({ type: 'FeatureCollection', features: [point] })
        map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), MARK_ZOOM), duration: 400 })
      })
    },

    /** Whether the view shows all of a box; tells if “back to all” is worth offering. */
    shows(box: Box): boolean {
      const bounds = map.getBounds()
      return bounds.contains([box[0], box[1]]) && bounds.contains([box[2], box[3]])
    },

    zoomBy: (steps: number): void => void map.easeTo({ zoom: map.getZoom() + steps, duration: 200 }),
    resize: (): void => void map.resize(),
    remove: (): void => map.remove(),
  }
}

export type MiniMap = ReturnType<typeof createMiniMap>
