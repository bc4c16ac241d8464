import { describe, expect, it } from 'vitest'
import { encodeDrawn } from '../../../server/tiles/encode/encode-drawn.ts'
import { latOfWorldY, lonOfWorldX, type TileAddress } from '../../../server/tiles/mercator.ts'
import { readTile } from '../../support/mvt.ts'

const TILE: TileAddress = { z: 15, x: 26_250, y: 12_600 }
const UNLABELLED: TileAddress = { z: 12, x: 3281, y: 1575 }

interface Row {
  id: string
  traits: string[]
  no?: string
  name?: string
}

const numbers = (write: (bytes: Buffer) => void, length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  write(bytes)
  return bytes
}
const header = (type: number): Buffer =>
  numbers((bytes) => {
    bytes.writeUInt8(1, 0)
    bytes.writeUInt32LE(type, 1)
  }, 5)
const count = (value: number): Buffer => numbers((bytes) => bytes.writeUInt32LE(value, 0), 4)
const place = ({ z, x, y }: TileAddress, dx: number, dy: number): Buffer =>
  numbers((bytes) => {
    bytes.writeDoubleLE(lonOfWorldX((x + dx) / 2 ** z), 0)
    bytes.writeDoubleLE(latOfWorldY((y + dy) / 2 ** z), 8)
  }, 16)

/** A row as the database packs it: a square in the middle of the tile. */
function packRow(tile: TileAddress, row: Row): Buffer {
  const corners = [
    [0.4, 0.4],
    [0.6, 0.4],
    [0.6, 0.6],
    [0.4, 0.6],
    [0.4, 0.4],
  ].map(([dx, dy]) => place(tile, dx!, dy!))
  const shape = [header(6), count(1), header(3), count(1), count(5), ...corners]
  const label = row.no === undefined ? [] : [header(1), place(tile, 0.5, 0.5)]
  const text = [row.id, ...row.traits, row.no, row.name].filter((field) => field !== undefined).join('\x1f')
  return Buffer.concat([...shape, ...label, Buffer.from(text)])
}

const pack = (tile: TileAddress, rows: readonly Row[]): Buffer =>
  Buffer.concat(rows.flatMap((row, i) => [Buffer.alloc(i === 0 ? 0 : 1), packRow(tile, row)]))

const IDLE = ['idle', 'verified', 'government', 'surveyed', 'f']
const ROUGH = ['approved_unsupplied', 'draft', '', 'uncalibrated', 't']

const propertiesOf = (tile: Buffer, layer: string): unknown[] =>
  readTile(tile)
    .get(layer)
    ?.features.map(({ properties }) => properties) ?? []

describe('packed rows', () => {
  it('say who a parcel is, with and without a number and a name', () => {
    const rows = [
      { id: 'a', traits: IDLE, no: '甲-1', name: '示例地块' },
      { id: 'b', traits: ROUGH, no: '', name: '只有名称' },
      { id: 'c', traits: IDLE, no: '乙-2' },
    ]
    const tile = encodeDrawn(TILE, pack(TILE, rows))
    expect(propertiesOf(tile, 'labels')).toEqual([
      { id: 'a', no: '甲-1', name: '示例地块', ledger: 'idle', status: 'verified', cls: 'government' },
      { id: 'b', name: '只有名称', ledger: 'approved_unsupplied', status: 'draft', cls: 'none' },
      { id: 'c', no: '乙-2', ledger: 'idle', status: 'verified', cls: 'government' },
    ])
    expect(propertiesOf(tile, 'parcels')[1]).toEqual({
      id: 'b',
      ledger: 'approved_unsupplied',
      cause: 'none',
      status: 'draft',
      cls: 'none',
      unc: 1,
      missing: 1,
    })
  })

  it('leave nothing of one tile in the next', () => {
    const only = (id: string, traits: string[]): Buffer =>
      encodeDrawn(UNLABELLED, pack(UNLABELLED, [{ id, traits }]))
    const first = only('b', ROUGH)
    const kept = Buffer.from(first)
    const second = only('a', IDLE)
    expect(first).toEqual(kept)
    expect([...readTile(second).keys()]).toEqual(['parcels'])
    expect(propertiesOf(second, 'parcels')).toEqual([
      { id: 'a', ledger: 'idle', cause: 'government', status: 'verified', cls: 'government' },
    ])
    expect(only('b', ROUGH)).toEqual(kept)
    expect(encodeDrawn(UNLABELLED, Buffer.alloc(0))).toHaveLength(0)
  })
})
