import type { Cause, Ledger } from '../../contract/codes/ledger.ts'
import { LayerWriter } from '../encode/layer-writer.ts'
import { placePolygon } from '../encode/polygon.ts'
import type { TileAddress } from '../mercator.ts'
import { classOf } from './cells.ts'

/** A drawn parcel with what everybody in scope may see of it. */
export interface ParcelTileRow {
  id: string
  ledger: Ledger
  cause: Cause | null
  status: string
  is_uncalibrated: boolean
  has_missing: boolean
  /** WKB, little-endian, EPSG:4490. */
  wkb: Buffer
}

/** `id` is the public id (promoteId); `unc` and `missing` are 1 or absent. */
export const PARCEL_KEYS = ['id', 'ledger', 'cause', 'status', 'cls', 'unc', 'missing'] as const

/** Polygons. A parcel no part of which lies in the tile leaves no trace. */
export function parcelsLayer(tile: TileAddress, rows: readonly ParcelTileRow[]): LayerWriter {
  const layer = new LayerWriter('parcels', PARCEL_KEYS)
  for (const row of rows) {
    const rings = placePolygon(row.wkb, tile)
    if (rings.length === 0) continue
    layer.property('id', row.id, true)
    layer.property('ledger', row.ledger)
    layer.property('cause', row.cause ?? 'none')
    layer.property('status', row.status)
    layer.property('cls', classOf(row.ledger, row.cause))
    if (row.is_uncalibrated) layer.property('unc', 1)
    if (row.has_missing) layer.property('missing', 1)
    layer.polygon(rings)
  }
  return layer
}
