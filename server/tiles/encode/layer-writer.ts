import { ByteWriter, FIXED_64, LENGTH_DELIMITED, VARINT, varintBytes } from './byte-writer.ts'

/** Tile units along a side (MVT 2.1 extent). */
export const EXTENT = 4096

/** Rings of one feature, each flat x, y, x, y … without the closing point: shells wind positive in tile units, holes negative. */
export type Rings = readonly (readonly number[])[]

export type TileValue = string | number
export type Property = readonly [key: string, value: TileValue]

/** Buffers below half of Node's pool cost nothing to get. */
const INITIAL_BYTES = 2048

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
  readonly #features = new ByteWriter(INITIAL_BYTES)
  readonly #tags = new ByteWriter(256)
  readonly #geometry = new ByteWriter()
  readonly #keys = new Map<string, number>()
  readonly #values = new Map<TileValue, number>()
  readonly #commonTags = new Map<string, number[]>()
  readonly #valueBytes = new ByteWriter(INITIAL_BYTES)
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

  /** A property of the next feature. */
  property(key: string, value: TileValue): void {
    this.#tags.varint(this.#keyIndex(key))
    this.#tags.varint(this.#valueIndex(value))
  }

  /** A text few features share (an id, a number), taken from bytes as they came, without looking for an equal one. */
  uniqueText(key: string, bytes: Buffer, span: { start: number; end: number }): void {
    this.#tags.varint(this.#keyIndex(key))
    this.#tags.varint(this.#valueCount++)
    const length = span.end - span.start
    this.#valueBytes.key(4, LENGTH_DELIMITED)
    this.#valueBytes.varint(1 + varintBytes(length) + length)
    this.#valueBytes.key(1, LENGTH_DELIMITED)
    this.#valueBytes.varint(length)
    this.#valueBytes.slice(bytes, span.start, span.end)
  }

  /** Properties many features have alike, worked out once for each `kind`. */
  commonProperties(kind: string, propertiesOf: (kind: string) => readonly Property[]): void {
    let tags = this.#commonTags.get(kind)
    if (!tags) {
      tags = []
      for (const [key, value] of propertiesOf(kind)) tags.push(this.#keyIndex(key), this.#valueIndex(value))
      this.#commonTags.set(kind, tags)
    }
    for (const tag of tags) this.#tags.varint(tag)
  }

  polygon(rings: Rings): void {
    let x = 0
    let y = 0
    for (const ring of rings) {
      this.#ring(ring, ring.length, x, y)
      x = ring[ring.length - 2]!
      y = ring[ring.length - 1]!
    }
    this.#finishFeature(POLYGON)
  }

  /** A polygon of one ring: the first `length` coordinates of an array. */
  ring(points: ArrayLike<number>, length: number): void {
    this.#ring(points, length, 0, 0)
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

  /** One ring, its first step counted from where the ring before it ended. */
  #ring(points: ArrayLike<number>, length: number, fromX: number, fromY: number): void {
    const geometry = this.#geometry
    geometry.varint(command(MOVE_TO, 1))
    geometry.zigzag(points[0]! - fromX)
    geometry.zigzag(points[1]! - fromY)
    geometry.varint(command(LINE_TO, length / 2 - 1))
    geometry.zigzagSteps(points, length)
    geometry.varint(command(CLOSE_PATH, 1))
  }

  #finishFeature(type: number): void {
    const features = this.#features
    const tags = this.#tags
    const geometry = this.#geometry
    features.key(2, LENGTH_DELIMITED)
    features.varint(
      4 + varintBytes(tags.length) + tags.length + varintBytes(geometry.length) + geometry.length,
    )
    features.message(2, tags)
    features.key(3, VARINT)
    features.varint(type)
    features.message(4, geometry)
    tags.reset()
    geometry.reset()
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
