import { EXTENT, LayerWriter } from '../encode/layer-writer.ts'
import { worldX, worldY, type TileAddress } from '../mercator.ts'
import { classOf } from './cells.ts'
import type { ParcelTileRow } from './parcels.ts'

export interface LabelRow extends ParcelTileRow {
  parcel_no: string | null
  name: string | null
  lon: number
  lat: number
}

export const LABEL_KEYS = ['id', 'no', 'name', 'ledger', 'status', 'cls'] as const

/** Label points inside the parcels, each in the one tile that contains it: polygons would repeat their label per tile. */
export function labelsLayer(tile: TileAddress, rows: readonly LabelRow[]): LayerWriter {
  const layer = new LayerWriter('labels', LABEL_KEYS)
  const side = 2 ** tile.z
  for (const row of rows) {
    const x = Math.floor((worldX(row.lon) * side - tile.x) * EXTENT)
    const y = Math.floor((worldY(row.lat) * side - tile.y) * EXTENT)
    if (x < 0 || y < 0 || x >= EXTENT || y >= EXTENT) continue
    layer.property('id', row.id, true)
    if (row.parcel_no !== null) layer.property('no', row.parcel_no, true)
    if (row.name !== null) layer.property('name', row.name)
    layer.property('ledger', row.ledger)
    layer.property('status', row.status)
    layer.property('cls', classOf(row.ledger, row.cause))
    layer.point(x, y)
  }
  return layer
}
