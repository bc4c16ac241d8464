import { EXTENT, LayerWriter, type Property } from '../encode/layer-writer.ts'
import { worldX, worldY, type TileAddress } from '../mercator.ts'
import { classOf } from './cells.ts'
import { readTraits, type DrawnRows } from './drawn-rows.ts'

/** `no` and `name` are absent when the parcel has none. */
export const LABEL_KEYS = ['id', 'no', 'name', 'ledger', 'status', 'cls'] as const

function propertiesOf(traits: string): Property[] {
  const { ledger, cause, status } = readTraits(traits)
  return [
    ['ledger', ledger],
    ['status', status],
    ['cls', classOf(ledger, cause)],
  ]
}

/** Label points inside the parcels, each in the one tile that contains it: polygons would repeat their label per tile. */
export class LabelsLayer extends LayerWriter {
  #tile: TileAddress = { z: 0, x: 0, y: 0 }
  #side = 1

  constructor() {
    super('labels', LABEL_KEYS)
  }

  begin(tile: TileAddress): void {
    this.reset()
    this.#tile = tile
    this.#side = 2 ** tile.z
  }

  add(rows: DrawnRows): void {
    const x = Math.floor((worldX(rows.lon) * this.#side - this.#tile.x) * EXTENT)
    const y = Math.floor((worldY(rows.lat) * this.#side - this.#tile.y) * EXTENT)
    if (x < 0 || y < 0 || x >= EXTENT || y >= EXTENT) return
    this.uniqueText('id', rows.bytes, rows.id)
    if (rows.no.end > rows.no.start) this.uniqueText('no', rows.bytes, rows.no)
    if (rows.name.end > rows.name.start) this.uniqueText('name', rows.bytes, rows.name)
    this.commonProperties(rows.traits, propertiesOf)
    this.point(x, y)
  }
}
