/** Shapes that are said in tile units and handed over as the database hands them over. */
import fc from 'fast-check'
import { EXTENT } from '../../server/tiles/encode/layer-writer.ts'
import { latOfWorldY, lonOfWorldX, type TileAddress } from '../../server/tiles/mercator.ts'

export type Point = [number, number]

/** WKB as ST_AsBinary(…, 'NDR') writes it, rings closed. */
function multiPolygonWkb(parts: readonly Point[][][]): Buffer {
  const chunks: Buffer[] = []
  const head = (type: number, count: number): void => {
    const bytes = Buffer.alloc(9)
    bytes.writeUInt8(1, 0)
    bytes.writeUInt32LE(type, 1)
    bytes.writeUInt32LE(count, 5)
    chunks.push(bytes)
  }
  head(6, parts.length)
  for (const rings of parts) {
    head(3, rings.length)
    for (const ring of rings) {
      const closed = [...ring, ring[0]!]
      const bytes = Buffer.alloc(4 + closed.length * 16)
      bytes.writeUInt32LE(closed.length, 0)
      closed.forEach(([lon, lat], i) => {
        bytes.writeDoubleLE(lon, 4 + i * 16)
        bytes.writeDoubleLE(lat, 12 + i * 16)
      })
      chunks.push(bytes)
    }
  }
  return Buffer.concat(chunks)
}

/** Tile units back to degrees, so that a test can say where in the tile its shape lies. */
const toDegrees = (tile: TileAddress, [x, y]: Point): Point => {
  const side = 2 ** tile.z
  return [lonOfWorldX((tile.x + x / EXTENT) / side), latOfWorldY((tile.y + y / EXTENT) / side)]
}

export const inTile = (tile: TileAddress, rings: readonly Point[][]): Buffer =>
  multiPolygonWkb([rings.map((ring) => ring.map((point) => toDegrees(tile, point)))])

/** A star with a random radius per direction: simple, concave, wound either way. */
export const star = fc
  .record({
    centre: fc.tuple(fc.integer({ min: -500, max: 4600 }), fc.integer({ min: -500, max: 4600 })),
    radii: fc.array(fc.integer({ min: 40, max: 3000 }), { minLength: 5, maxLength: 24 }),
    isReversed: fc.boolean(),
  })
  .map(({ centre, radii, isReversed }) => {
    const ring = radii.map((radius, i): Point => {
      const angle = (i / radii.length) * 2 * Math.PI
      return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)]
    })
    const hole = radii.map((radius, i): Point => {
      const angle = (i / radii.length) * 2 * Math.PI
      const inner = Math.min(...radii) * 0.5 * (radius > 1500 ? 1 : 0.7)
      return [centre[0] + inner * Math.cos(angle), centre[1] + inner * Math.sin(angle)]
    })
    return { rings: [isReversed ? ring.reverse() : ring, hole], flat: [ring.flat(), hole.flat()] }
  })
