/** A reader of Mapbox Vector Tiles, written apart from the encoder: it reads by the specification and trusts nothing. */
export interface MvtFeature {
  type: 'Point' | 'LineString' | 'Polygon'
  properties: Record<string, string | number | boolean>
  /** Rings or points as in the tile, without the closing point. */
  rings: [number, number][][]
}

export interface MvtLayer {
  name: string
  version: number
  extent: number
  features: MvtFeature[]
}

type Field = { field: number; value: number | Buffer }

function* fields(bytes: Buffer): Generator<Field> {
  let offset = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[offset++]
      if (byte === undefined) throw new Error('the tile ends inside a number')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  while (offset < bytes.length) {
    const key = varint()
    const field = Math.floor(key / 8)
    const wireType = key % 8
    if (wireType === 0) yield { field, value: varint() }
    else if (wireType === 1) {
      yield { field, value: bytes.subarray(offset, offset + 8) }
      offset += 8
    } else if (wireType === 2) {
      const length = varint()
      if (offset + length > bytes.length) throw new Error('the tile ends inside a message')
      yield { field, value: bytes.subarray(offset, offset + length) }
      offset += length
    } else throw new Error(`wire type ${wireType}`)
  }
}

const only = (bytes: Buffer, field: number): (number | Buffer)[] =>
  [...fields(bytes)].filter((entry) => entry.field === field).map((entry) => entry.value)

function packed(bytes: Buffer): number[] {
  const numbers: number[] = []
  let value = 0
  let factor = 1
  for (const byte of bytes) {
    value += (byte & 0x7f) * factor
    factor *= 128
    if (byte >= 0x80) continue
    numbers.push(value)
    value = 0
    factor = 1
  }
  return numbers
}

function readValue(bytes: Buffer): string | number | boolean {
  for (const { field, value } of fields(bytes)) {
    if (field === 1) return (value as Buffer).toString('utf8')
    if (field === 3) return (value as Buffer).readDoubleLE(0)
    if (field === 5) return value as number
    if (field === 7) return value === 1
  }
  throw new Error('a value of no known type')
}

const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)

function readGeometry(commands: readonly number[]): [number, number][][] {
  const rings: [number, number][][] = []
  let x = 0
  let y = 0
  for (let i = 0; i < commands.length;) {
    const id = commands[i]! % 8
    const count = Math.floor(commands[i]! / 8)
    i += 1
    if (id === 7) continue
    for (let step = 0; step < count; step += 1, i += 2) {
      x += unzigzag(commands[i]!)
      y += unzigzag(commands[i + 1]!)
      if (id === 1) rings.push([[x, y]])
      else rings.at(-1)!.push([x, y])
    }
  }
  return rings
}

function readFeature(bytes: Buffer, keys: string[], values: (string | number | boolean)[]): MvtFeature {
  const tags = packed((only(bytes, 2)[0] as Buffer | undefined) ?? Buffer.alloc(0))
  const properties: MvtFeature['properties'] = {}
  for (let i = 0; i < tags.length; i += 2) {
    const key = keys[tags[i]!]
    const value = values[tags[i + 1]!]
    if (key === undefined || value === undefined) throw new Error('a tag that points nowhere')
    properties[key] = value
  }
  const type = ([null, 'Point', 'LineString', 'Polygon'] as const)[only(bytes, 3)[0] as number]
  if (!type) throw new Error('a feature of no known type')
  return { type, properties, rings: readGeometry(packed(only(bytes, 4)[0] as Buffer)) }
}

export function readTile(bytes: Buffer): Map<string, MvtLayer> {
  const layers = new Map<string, MvtLayer>()
  for (const layer of only(bytes, 3) as Buffer[]) {
    const name = (only(layer, 1)[0] as Buffer).toString('utf8')
    const keys = (only(layer, 3) as Buffer[]).map((key) => key.toString('utf8'))
    const values = (only(layer, 4) as Buffer[]).map(readValue)
    layers.set(name, {
      name,
      version: only(layer, 15)[0] as number,
      extent: only(layer, 5)[0] as number,
      features: (only(layer, 2) as Buffer[]).map((feature) => readFeature(feature, keys, values)),
    })
  }
  return layers
}

/** Twice the area by the surveyor's formula in tile units; MVT 2.1: exterior rings are positive. */
export const ringArea2 = (ring: readonly [number, number][]): number =>
  ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!
    return sum + x * nextY - nextX * y
  }, 0)
