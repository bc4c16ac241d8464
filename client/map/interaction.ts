import { CAUSE_CLASSES } from '#contract/codes/ledger.ts'
import type { Map as MapLibreMap, MapGeoJSONFeature, MapMouseEvent, PointLike } from 'maplibre-gl'
import { PARCEL_SOURCE } from './layers/parcels.ts'
import type { LonLatBox } from './tile-freshness.ts'

export interface HoveredParcel {
  kind: 'parcel'
  id: string
  no: string | null
  name: string | null
  ledger: string
  cls: string
  status: string
  isUncalibrated: boolean
  x: number
  y: number
}

export interface HoveredCell {
  kind: 'cell'
  count: number
  areaM2: number | null
  unsuppliedCount: number
  idleCount: number
  /** Cause classes with their counts, commonest first. */
  causes: { cls: string; count: number }[]
  x: number
  y: number
}

export type Hovered = HoveredParcel | HoveredCell

export interface InteractionEvents {
  onHover: (hovered: Hovered | null) => void
  /** Distinct ids under the pointer, topmost first; empty on open ground. */
  onPick: (ids: string[]) => void
  /** A mark was clicked: the box of the cells it stands for. */
  onMark: (box: LonLatBox) => void
}

const FINGER_PX = 10

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const count = (value: unknown): number => (typeof value === 'number' ? value : 0)

function labelOf(map: MapLibreMap, id: string): { no: string | null; name: string | null } {
  const [label] = map.querySourceFeatures(PARCEL_SOURCE, {
    sourceLayer: 'labels',
    filter: ['==', ['get', 'id'], id],
  })
  return { no: text(label?.properties.no), name: text(label?.properties.name) }
}

function hoveredParcel(map: MapLibreMap, feature: MapGeoJSONFeature, event: MapMouseEvent): HoveredParcel {
  const { properties } = feature
  const id = String(properties.id)
  return {
    kind: 'parcel',
    id,
    ...labelOf(map, id),
    ledger: String(properties.ledger),
    cls: String(properties.cls),
    status: String(properties.status),
    isUncalibrated: properties.unc === 1,
    x: event.point.x,
    y: event.point.y,
  }
}

function hoveredCell(feature: MapGeoJSONFeature, event: MapMouseEvent): HoveredCell {
  const { properties } = feature
  return {
    kind: 'cell',
    count: count(properties.n),
    areaM2: typeof properties.areaM2 === 'number' ? properties.areaM2 : null,
    unsuppliedCount: count(properties.au),
    idleCount: count(properties.idle),
    causes: CAUSE_CLASSES.map((cls) => ({ cls, count: count(properties[`c_${cls}`]) }))
      .filter((cause) => cause.count > 0)
      .toSorted((a, b) => b.count - a.count),
    x: event.point.x,
    y: event.point.y,
  }
}

/** A parcel that crosses a tile border is found once per tile: ids are made distinct here. */
function parcelIdsAt(map: MapLibreMap, where: PointLike | [PointLike, PointLike]): string[] {
  const features = map.queryRenderedFeatures(where, { layers: ['parcels-fill', 'selection-fill'] })
  return [...new Set(features.map((feature) => String(feature.properties.id)))]
}

function pickAt(map: MapLibreMap, event: MapMouseEvent): string[] {
  const exact = parcelIdsAt(map, event.point)
  if (exact.length > 0 || !('touches' in event.originalEvent || matchMedia('(pointer: coarse)').matches))
    return exact
  const { x, y } = event.point
  return parcelIdsAt(map, [
    [x - FINGER_PX, y - FINGER_PX],
    [x + FINGER_PX, y + FINGER_PX],
  ]).slice(0, 1)
}

/** Hover by feature-state (no layer is filtered again), click to pick, a mark to see what it stands for. */
export function listenToPointer(map: MapLibreMap, events: InteractionEvents): void {
  let hoveredId: string | null = null

  function markHover(id: string | null): void {
    if (id === hoveredId) return
    const target = { source: PARCEL_SOURCE, sourceLayer: 'parcels' }
    if (hoveredId !== null) map.setFeatureState({ ...target, id: hoveredId }, { hover: false })
    if (id !== null) map.setFeatureState({ ...target, id }, { hover: true })
    hoveredId = id
  }

  map.on('mousemove', (event) => {
    const [feature] = map.queryRenderedFeatures(event.point, {
      layers: ['cells-mark', 'selection-fill', 'parcels-fill'],
    })
    map.getCanvas().style.cursor = feature ? 'pointer' : ''
    const isCell = feature?.layer.id === 'cells-mark'
    markHover(feature && !isCell ? String(feature.properties.id) : null)
    if (!feature) events.onHover(null)
    else events.onHover(isCell ? hoveredCell(feature, event) : hoveredParcel(map, feature, event))
  })
  map.on('mouseout', () => {
    markHover(null)
    events.onHover(null)
  })
  map.on('movestart', () => events.onHover(null))
  map.on('click', (event) => {
    const [cell] = map.queryRenderedFeatures(event.point, { layers: ['cells-mark'] })
    if (cell) {
      const box = String(cell.properties.box).split(',').map(Number)
      events.onMark([box[0], box[1], box[2], box[3]])
      return
    }
    events.onPick(pickAt(map, event))
  })
}
