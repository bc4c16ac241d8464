import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXTENT } from '../../../server/tiles/encode/layer-writer.ts'
import { TileProjection } from '../../../server/tiles/encode/wkb-reader.ts'
import { latOfWorldY, lonOfWorldX, worldX, worldY } from '../../../server/tiles/mercator.ts'

describe('the projection', () => {
  it('is the spherical formula, and its own inverse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -85, max: 85, noNaN: true }),
        (lon, lat) => {
          const radians = (lat * Math.PI) / 180
          const y = (1 - Math.log(Math.tan(radians) + 1 / Math.cos(radians)) / Math.PI) / 2
          expect(worldY(lat)).toBeCloseTo(y, 12)
          expect(latOfWorldY(worldY(lat))).toBeCloseTo(lat, 9)
          expect(lonOfWorldX(worldX(lon))).toBeCloseTo(lon, 9)
        },
      ),
    )
  })
})

describe('the projection into a tile', () => {
  it.each([0, 5, 11, 14, 18, 22])('stays within 0.0001 unit of the formula around a tile of z%i', (z) => {
    fc.assert(
      fc.property(
        fc.double({ min: -84, max: 84, noNaN: true }),
        fc.double({ min: -2, max: 3, noNaN: true }),
        (lat, across) => {
          const y = Math.min(Math.floor(worldY(lat) * 2 ** z), 2 ** z - 1)
          const there = latOfWorldY((y + across) / 2 ** z)
          const exact = (worldY(there) * 2 ** z - y) * EXTENT
          // What a double can hold of a world of 2^34 units is coarser than the series.
          expect(Math.abs(new TileProjection({ z, x: 0, y }).y(there) - exact)).toBeLessThan(
            z > 20 ? 0.01 : 1e-4,
          )
        },
      ),
    )
  })
})
