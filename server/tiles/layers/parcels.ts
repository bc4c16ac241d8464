import { LayerWriter, type Property } from '../encode/layer-writer.ts'
import { PlainRing } from '../encode/plain-ring.ts'
import { PolygonPlacer } from '../encode/polygon.ts'
import type { TileAddress } from '../mercator.ts'
import { classOf } from './cells.ts'
import { readTraits, type DrawnRows } from './drawn-rows.ts'

/** `id` is the public id (promoteId); `unc` and `missing` are 1 or absent. */
export const PARCEL_KEYS = ['id', 'ledger', 'cause', 'status', 'cls', 'unc', 'missing'] as const

function propertiesOf(traits: string): Property[] {
  const { ledger, cause, status, isUncalibrated, hasMissing } = readTraits(traits)
  return [
    ['ledger', ledger],
    ['cause', cause ?? 'none'],
    ['status', status],
    ['cls', classOf(ledger, cause)],
    ...(isUncalibrated ? [['unc', 1] as const] : []),
    ...(hasMissing ? [['missing', 1] as const] : []),
  ]
}

/** Polygons. A parcel no part of which lies in the tile leaves no trace. */
export class ParcelsLayer extends LayerWriter {
  readonly #plain = new PlainRing()
  #placer: PolygonPlacer | null = null

  constructor() {
    super('parcels', PARCEL_KEYS)
  }

  begin(tile: TileAddress, { bytes }: DrawnRows): void {
    this.reset()
    this.#placer = new PolygonPlacer(bytes, tile, this.#plain)
  }

  add(rows: DrawnRows): void {
    const placer = this.#placer!
    const plain = placer.placePlain(rows.shape)
    const rings = plain ? null : placer.place(rows.shape)
    if (rings?.length === 0) return
    this.uniqueText('id', rows.bytes, rows.id)
    this.commonProperties(rows.traits, propertiesOf)
    if (plain) this.ring(plain.points, plain.length)
    else if (rings) this.polygon(rings)
  }
}
