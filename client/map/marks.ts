import { CAUSE_CLASSES } from '#contract/codes/ledger.ts'
import { MercatorCoordinate, type GeoJSONSource, type Map as MapLibreMap } from 'maplibre-gl'
import { markRadiusPx, MARK_SOURCE } from './layers/cells.ts'
import { PARCEL_MIN_ZOOM, PARCEL_SOURCE } from './layers/parcels.ts'
import type { LonLatBox } from './tile-freshness.ts'

/** Figures that add up when marks become one. */
const SUMMED = ['n', 'areaM2', 'au', 'idle', ...CAUSE_CLASSES.map((cls) => `c_${cls}`)]
/** A tile's side holds eight cells. */
const CELLS_PER_SIDE_BITS = 3
/** Positions in a tile are whole parts of this; half of one keeps a position off the border of its cell. */
const TILE_PARTS = 4096
const PX_PER_TILE = 512
const GAP_PX = 3

export interface Mark {
  /** On the Mercator square, 0 to 1. */
  x: number
  y: number
  /** The cells it stands for, on the same square: west, north, east, south. */
  box: [number, number, number, number]
  figures: Record<string, number>
}

export function markOfCell(x: number, y: number, z: number, figures: Record<string, unknown>): Mark {
  const side = 2 ** (z + CELLS_PER_SIDE_BITS)
  const half = 0.5 / TILE_PARTS / 2 ** z
  const [column, row] = [Math.floor((x + half) * side), Math.floor((y + half) * side)]
  return {
    x,
    y,
    box: [column / side, row / side, (column + 1) / side, (row + 1) / side],
    figures: Object.fromEntries(SUMMED.map((name) => [name, Number(figures[name] ?? 0)])),
  }
}

function joined(a: Mark, b: Mark): Mark {
  const n = a.figures.n + b.figures.n
  const mean = (ofA: number, ofB: number): number => (ofA * a.figures.n + ofB * b.figures.n) / n
  return {
    x: mean(a.x, b.x),
    y: mean(a.y, b.y),
    box: [
      Math.min(a.box[0], b.box[0]),
      Math.min(a.box[1], b.box[1]),
      Math.max(a.box[2], b.box[2]),
      Math.max(a.box[3], b.box[3]),
    ],
    figures: Object.fromEntries(SUMMED.map((name) => [name, a.figures[name] + b.figures[name]])),
  }
}

/** Joins marks that would lie on each other at a zoom, so that every count can be read: cells cut through towns. */
export function joinMarks(marks: readonly Mark[], zoom: number): Mark[] {
  const worldPx = PX_PER_TILE * 2 ** zoom
  const touch = (a: Mark, b: Mark): boolean =>
    Math.hypot(a.x - b.x, a.y - b.y) * worldPx <
    markRadiusPx(a.figures.n) + markRadiusPx(b.figures.n) + GAP_PX
  const placed: Mark[] = []
  // The largest first, so that the outcome does not hang on the order tiles came in.
  const waiting = marks.toSorted((a, b) => a.figures.n - b.figures.n || a.x - b.x || a.y - b.y)
  for (let mark = waiting.pop(); mark; mark = waiting.pop()) {
    const at = placed.findIndex((other) => touch(other, mark))
    if (at === -1) placed.push(mark)
    // A joined mark is larger and elsewhere: it is held against all others again.
    else waiting.push(joined(placed.splice(at, 1)[0], mark))
  }
  return placed
}

export function lonLatBoxOf([west, north, east, south]: Mark['box']): LonLatBox {
  const northWest = new MercatorCoordinate(west, north).toLngLat()
  const southEast = new MercatorCoordinate(east, south).toLngLat()
  return [northWest.lng, southEast.lat, southEast.lng, northWest.lat]
}

function cellsInSight(map: MapLibreMap): Mark[] {
  const z = Math.floor(map.getZoom())
  return map.querySourceFeatures(PARCEL_SOURCE, { sourceLayer: 'cells' }).flatMap((cell) => {
    if (cell.geometry.type !== 'Point') return []
    const { x, y } = MercatorCoordinate.fromLngLat(cell.geometry.coordinates as [number, number])
    return [markOfCell(x, y, z, cell.properties)]
  })
}

function featureOf(mark: Mark): GeoJSON.Feature {
  const { lng, lat } = new MercatorCoordinate(mark.x, mark.y).toLngLat()
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lng, lat] },
    properties: {
      ...mark.figures,
      key: `${lng.toFixed(5)},${lat.toFixed(5)}`,
      box: lonLatBoxOf(mark.box).join(','),
    },
  }
}

/** Keeps the aggregated marks in step with the cells that the tiles in sight hold. */
export function keepMarks(map: MapLibreMap): void {
  let isStale = true
  let shown = ''

  function draw(): void {
    const isNear = map.getZoom() >= PARCEL_MIN_ZOOM
    // Until every tile is there, tiles of two zooms lie over each other and would be counted twice.
    if (!isStale || (!isNear && !map.isSourceLoaded(PARCEL_SOURCE))) return
    isStale = false
    const features = isNear ? [] : joinMarks(cellsInSight(map), map.getZoom()).map(featureOf)
    const next = JSON.stringify(features)
    if (next === shown) return
    shown = next
    void map.getSource<GeoJSONSource>(MARK_SOURCE)?.setData({ type: 'FeatureCollection', features })
  }

  const touch = (): void => {
    isStale = true
    map.triggerRepaint()
  }
  map.on('sourcedata', (event) => {
    if (event.sourceId === PARCEL_SOURCE) touch()
  })
  map.on('moveend', touch)
  map.on('webglcontextrestored', () => {
    shown = ''
    touch()
  })
  // After a frame MapLibre has let go of the tiles of the zoom before.
  map.on('render', draw)
}
