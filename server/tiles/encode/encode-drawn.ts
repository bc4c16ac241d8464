import { TILE_LAYERS } from '../layers/index.ts'
import { DrawnRows } from '../layers/drawn-rows.ts'
import { LabelsLayer } from '../layers/labels.ts'
import { ParcelsLayer } from '../layers/parcels.ts'
import type { TileAddress } from '../mercator.ts'
import { ByteWriter } from './byte-writer.ts'

/** Whether a tile of this zoom carries label points; its packed rows then carry them too. */
export const hasLabels = (z: number): boolean => z >= TILE_LAYERS.labels.minZoom

/** A tile of polygons (and labels) from packed rows. Pure: it may run in any thread. Empty when nothing is drawn. */
export function encodeDrawn(tile: TileAddress, packed: Buffer): Buffer {
  const isLabelled = hasLabels(tile.z)
  const rows = new DrawnRows(packed, isLabelled)
  const parcels = new ParcelsLayer(tile, rows)
  const labels = new LabelsLayer(tile)
  while (rows.next()) {
    parcels.add(rows)
    if (isLabelled) labels.add(rows)
  }
  const bytes = new ByteWriter()
  parcels.appendTo(bytes)
  labels.appendTo(bytes)
  return bytes.bytes()
}
