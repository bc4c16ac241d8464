import { LAST_CELL_TILE_ZOOM, MAX_ZOOM } from '../mercator.ts'
import { CELL_KEYS } from './cells.ts'
import { LABEL_KEYS } from './labels.ts'
import { PARCEL_KEYS } from './parcels.ts'

/** Every layer of a parcel tile, the zooms it stands in and all it may ever say: the allow-list. */
export const TILE_LAYERS = {
  cells: { minZoom: 0, maxZoom: LAST_CELL_TILE_ZOOM, keys: CELL_KEYS },
  parcels: { minZoom: LAST_CELL_TILE_ZOOM + 1, maxZoom: MAX_ZOOM, keys: PARCEL_KEYS },
  labels: { minZoom: 13, maxZoom: MAX_ZOOM, keys: LABEL_KEYS },
} as const satisfies Record<string, { minZoom: number; maxZoom: number; keys: readonly string[] }>
