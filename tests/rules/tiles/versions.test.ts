import { describe, expect, it } from 'vitest'
import { versionRange } from '../../../server/tiles/versions.ts'

describe('the counters a tile depends on', () => {
  it('are those of all z10 tiles below a low zoom', () => {
    expect(versionRange({ z: 0, x: 0, y: 0 })).toEqual({ minX: 0, minY: 0, maxX: 1023, maxY: 1023 })
    expect(versionRange({ z: 8, x: 3, y: 5 })).toEqual({ minX: 12, minY: 20, maxX: 15, maxY: 23 })
    expect(versionRange({ z: 10, x: 3, y: 5 })).toEqual({ minX: 3, minY: 5, maxX: 3, maxY: 5 })
  })

  it('include the neighbour whose parcels reach into the buffer', () => {
    // The south-west quarter of a z10 tile: its buffer reaches west and south.
    expect(versionRange({ z: 11, x: 6, y: 11 })).toEqual({ minX: 2, minY: 5, maxX: 3, maxY: 6 })
    expect(versionRange({ z: 14, x: 16 * 3 + 5, y: 16 * 5 + 5 })).toEqual({
      minX: 3,
      minY: 5,
      maxX: 3,
      maxY: 5,
    })
    expect(versionRange({ z: 14, x: 16 * 3, y: 16 * 5 + 5 })).toEqual({ minX: 2, minY: 5, maxX: 3, maxY: 5 })
  })

  it('stop at the edge of the world', () => {
    expect(versionRange({ z: 12, x: 0, y: 4095 })).toEqual({ minX: 0, minY: 1023, maxX: 0, maxY: 1023 })
  })
})
