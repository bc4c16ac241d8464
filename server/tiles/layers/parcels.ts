import { LayerWriter, type Property } from '../encode/layer-writer.ts'
import { PolygonPlacer } from '../encode/polygon.ts'
import type { TileAddress } from '../mercator.ts'
import { classOf } from './cells.ts'
import { rememberByTraits, type DrawnRows } from './drawn-rows.ts'

/** `id` is the public id (promoteId); `unc` and `missing` are 1 or absent. */
export const PARCEL_KEYS = ['id', 'ledger', 'cause', 'status', 'cls', 'unc', 'missing'] as const

const propertiesOf = rememberByTraits((traits): Property[] => {
  const { ledger, cause, status, isUncalibrated, hasMissing } = traits
  return [
    ['ledger', ledger],
    ['cause', cause ?? 'none'],
    ['status', status],
    ['cls', classOf(ledger, cause)],
    ...(isUncalibrated ? [['unc', 1] as const] : []),
    ...(hasMissing ? [['missing', 1] as const] : []),
  ]
})

/** Polygons. A parcel no part of which lies in the tile leaves no trace. */
export class ParcelsLayer extends LayerWriter {
  readonly #placer: PolygonPlacer

  constructor(tile: TileAddress, { bytes }: DrawnRows) {
    super('parcels', PARCEL_KEYS)
    this.#placer = new PolygonPlacer(bytes, tile)
  }

  add(rows: DrawnRows): void {
    const plain = this.#placer.placePlain(rows.shape)
    const rings = plain ? null : this.#placer.place(rows.shape)
    if (rings?.length === 0) return
    this.uniqueText('id', rows.bytes, rows.id)
    this.commonProperties(rows.traits, propertiesOf)
    if (plain) this.ring(plain.points, plain.length)
    else if (rings) this.polygon(rings)
  }
}
