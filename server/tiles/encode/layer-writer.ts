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

/** A key or a value as it stands in the layer's table, and where; before it is used in a tile, nowhere. */
interface Entry {
  readonly encoded: Buffer
  index: number
}
const NOWHERE = -1

/** Properties of a kind of feature; the tags hold for one tile. */
interface CommonProperties {
  readonly entries: readonly { key: Entry; value: Entry }[]
  tags: number[]
  tile: number
}

/** One layer of a Mapbox Vector Tile 2.1. Property names outside `allowed` are refused: tiles carry nothing by accident. */
export class LayerWriter {
  readonly #name: string
  readonly #nameBytes: number
  readonly #features = new ByteWriter(INITIAL_BYTES)
  readonly #tags = new ByteWriter(256)
  readonly #geometry = new ByteWriter()
  readonly #keys: ReadonlyMap<string, Entry>
  readonly #keyBytes = new ByteWriter(256)
  readonly #values = new Map<TileValue, Entry>()
  readonly #valueBytes = new ByteWriter(INITIAL_BYTES)
  readonly #common = new Map<string, CommonProperties>()
  readonly #used: Entry[] = []
  #keyCount = 0
  #valueCount = 0
  #count = 0
  #tile = 0

  constructor(name: string, allowed: readonly string[]) {
    this.#name = name
    this.#nameBytes = Buffer.byteLength(name)
    this.#keys = new Map(allowed.map((key) => [key, { encoded: encodeKey(key), index: NOWHERE }]))
  }

  /** Starts the layer of another tile on the same memory. */
  reset(): void {
    for (const entry of this.#used) entry.index = NOWHERE
    this.#used.length = 0
    for (const writer of [this.#features, this.#tags, this.#geometry, this.#keyBytes, this.#valueBytes])
      writer.reset()
    this.#keyCount = 0
    this.#valueCount = 0
    this.#count = 0
    this.#tile += 1
  }

  get count(): number {
    return this.#count
  }

  /** A property of the next feature. */
  property(key: string, value: TileValue): void {
    this.#tags.varint(this.#keyIndex(this.#keyOf(key)))
    this.#tags.varint(this.#valueIndex(this.#valueOf(value)))
  }

  /** A text few features share (an id, a number), taken from bytes as they came, without looking for an equal one. */
  uniqueText(key: string, bytes: Buffer, span: { start: number; end: number }): void {
    this.#tags.varint(this.#keyIndex(this.#keyOf(key)))
    this.#tags.varint(this.#valueCount++)
    const length = span.end - span.start
    this.#valueBytes.key(4, LENGTH_DELIMITED)
    this.#valueBytes.varint(1 + varintBytes(length) + length)
    this.#valueBytes.key(1, LENGTH_DELIMITED)
    this.#valueBytes.varint(length)
    this.#valueBytes.slice(bytes, span.start, span.end)
  }

  /** Properties many features have alike, asked for once for each `kind`: of kinds there must be few. */
  commonProperties(kind: string, propertiesOf: (kind: string) => readonly Property[]): void {
    let common = this.#common.get(kind)
    if (!common) {
      const entries = propertiesOf(kind).map(([key, value]) => ({
        key: this.#keyOf(key),
        value: this.#valueOf(value),
      }))
      common = { entries, tags: [], tile: NOWHERE }
      this.#common.set(kind, common)
    }
    if (common.tile !== this.#tile) {
      common.tile = this.#tile
      common.tags = []
      for (const { key, value } of common.entries)
        common.tags.push(this.#keyIndex(key), this.#valueIndex(value))
    }
    for (const tag of common.tags) this.#tags.varint(tag)
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

  /** What `appendTo` appends. */
  get byteLength(): number {
    if (this.#count === 0) return 0
    const body = this.#bodyBytes()
    return 1 + varintBytes(body) + body
  }

  /** Appends the layer to a tile; a layer without features leaves no trace. */
  appendTo(tile: ByteWriter): void {
    if (this.#count === 0) return
    tile.key(3, LENGTH_DELIMITED)
    tile.varint(this.#bodyBytes())
    tile.text(1, this.#name)
    tile.append(this.#features)
    tile.append(this.#keyBytes)
    tile.append(this.#valueBytes)
    tile.key(5, VARINT)
    tile.varint(EXTENT)
    tile.key(15, VARINT)
    tile.varint(MVT_VERSION)
  }

  #bodyBytes(): number {
    const tables = this.#features.length + this.#keyBytes.length + this.#valueBytes.length
    return 1 + varintBytes(this.#nameBytes) + this.#nameBytes + tables + 1 + varintBytes(EXTENT) + 2
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

  #keyOf(key: string): Entry {
    const entry = this.#keys.get(key)
    if (!entry) throw new Error(`layer ${this.#name} may not carry ${key}`)
    return entry
  }

  #valueOf(value: TileValue): Entry {
    let entry = this.#values.get(value)
    if (!entry) {
      entry = { encoded: encodeValue(value), index: NOWHERE }
      this.#values.set(value, entry)
    }
    return entry
  }

  #keyIndex(key: Entry): number {
    if (key.index !== NOWHERE) return key.index
    key.index = this.#keyCount++
    this.#used.push(key)
    this.#keyBytes.raw(key.encoded)
    return key.index
  }

  #valueIndex(value: Entry): number {
    if (value.index !== NOWHERE) return value.index
    value.index = this.#valueCount++
    this.#used.push(value)
    this.#valueBytes.raw(value.encoded)
    return value.index
  }
}

function encodeKey(key: string): Buffer {
  const bytes = new ByteWriter(64)
  bytes.text(3, key)
  return bytes.bytes()
}

const scratch = new ByteWriter(64)

function encodeValue(value: TileValue): Buffer {
  const body = scratch
  body.reset()
  if (typeof value === 'string') body.text(1, value)
  else if (Number.isSafeInteger(value) && value >= 0) {
    body.key(5, VARINT)
    body.varint(value)
  } else {
    body.key(3, FIXED_64)
    body.double(value)
  }
  const bytes = new ByteWriter(body.length + 8)
  bytes.message(4, body)
  return bytes.bytes()
}
