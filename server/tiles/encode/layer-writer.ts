import { ByteWriter, FIXED_64, LENGTH_DELIMITED, VARINT } from './byte-writer.ts'

/** Tile units along a side (MVT 2.1 extent). */
export const EXTENT = 4096

/** Rings of one feature, each flat x, y, x, y … without the closing point: shells wind positive in tile units, holes negative. */
export type Rings = readonly (readonly number[])[]

export type TileValue = string | number

const MVT_VERSION = 2
const POINT = 1
const POLYGON = 3
const MOVE_TO = 1
const LINE_TO = 2
const CLOSE_PATH = 7
const command = (id: number, count: number): number => (count << 3) | id

/** One layer of a Mapbox Vector Tile 2.1. Property names outside `allowed` are refused: tiles carry nothing by accident. */
export class LayerWriter {
  readonly #name: string
  readonly #allowed: ReadonlySet<string>
  readonly #features = new ByteWriter(16 * 1024)
  readonly #feature = new ByteWriter()
  readonly #tags = new ByteWriter(256)
  readonly #geometry = new ByteWriter()
  readonly #keys = new Map<string, number>()
  readonly #values = new Map<TileValue, number>()
  readonly #valueBytes = new ByteWriter(4096)
  readonly #scratch = new ByteWriter(64)
  #valueCount = 0
  #count = 0

  constructor(name: string, allowed: readonly string[]) {
    this.#name = name
    this.#allowed = new Set(allowed)
  }

  get count(): number {
    return this.#count
  }

  /** The next feature's property; `isUnique` skips the search for an equal value written before. */
  property(key: string, value: TileValue, isUnique = false): void {
    this.#tags.varint(this.#keyIndex(key))
    this.#tags.varint(isUnique ? this.#addValue(value) : this.#valueIndex(value))
  }

  polygon(rings: Rings): void {
    let x = 0
    let y = 0
    const geometry = this.#geometry
    for (const ring of rings) {
      geometry.varint(command(MOVE_TO, 1))
      geometry.zigzag(ring[0]! - x)
      geometry.zigzag(ring[1]! - y)
      geometry.varint(command(LINE_TO, ring.length / 2 - 1))
      for (let i = 2; i < ring.length; i += 2) {
        geometry.zigzag(ring[i]! - ring[i - 2]!)
        geometry.zigzag(ring[i + 1]! - ring[i - 1]!)
      }
      geometry.varint(command(CLOSE_PATH, 1))
      x = ring[ring.length - 2]!
      y = ring[ring.length - 1]!
    }
    this.#finishFeature(POLYGON)
  }

  point(x: number, y: number): void {
    this.#geometry.varint(command(MOVE_TO, 1))
    this.#geometry.zigzag(x)
    this.#geometry.zigzag(y)
    this.#finishFeature(POINT)
  }

  /** Appends the layer to a tile; a layer without features leaves no trace. */
  appendTo(tile: ByteWriter): void {
    if (this.#count === 0) return
    const layer = new ByteWriter(this.#features.length + this.#valueBytes.length + 256)
    layer.text(1, this.#name)
    layer.raw(this.#features.bytes())
    for (const key of this.#keys.keys()) layer.text(3, key)
    layer.raw(this.#valueBytes.bytes())
    layer.key(5, VARINT)
    layer.varint(EXTENT)
    layer.key(15, VARINT)
    layer.varint(MVT_VERSION)
    tile.message(3, layer)
  }

  #finishFeature(type: number): void {
    const feature = this.#feature
    feature.reset()
    feature.message(2, this.#tags)
    feature.key(3, VARINT)
    feature.varint(type)
    feature.message(4, this.#geometry)
    this.#features.message(2, feature)
    this.#tags.reset()
    this.#geometry.reset()
    this.#count += 1
  }

  #keyIndex(key: string): number {
    const known = this.#keys.get(key)
    if (known !== undefined) return known
    if (!this.#allowed.has(key)) throw new Error(`layer ${this.#name} may not carry ${key}`)
    this.#keys.set(key, this.#keys.size)
    return this.#keys.size - 1
  }

  #valueIndex(value: TileValue): number {
    const known = this.#values.get(value)
    if (known !== undefined) return known
    const index = this.#addValue(value)
    this.#values.set(value, index)
    return index
  }

  #addValue(value: TileValue): number {
    const body = this.#scratch
    body.reset()
    if (typeof value === 'string') body.text(1, value)
    else if (Number.isSafeInteger(value) && value >= 0) {
      body.key(5, VARINT)
      body.varint(value)
    } else {
      body.key(3, FIXED_64)
      body.double(value)
    }
    this.#valueBytes.key(4, LENGTH_DELIMITED)
    this.#valueBytes.varint(body.length)
    this.#valueBytes.raw(body.bytes())
    return this.#valueCount++
  }
}
