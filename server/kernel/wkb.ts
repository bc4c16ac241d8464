/** Coordinates of a polygonal geometry: parts → rings → [x, y]; the first ring of a part is its shell. */
export type PolygonCoordinates = [number, number][][]
export interface PolygonalGeometry {
  type: 'Polygon' | 'MultiPolygon'
  coordinates: PolygonCoordinates | PolygonCoordinates[]
}

const POLYGON = 3
const MULTI_POLYGON = 6
const EWKB_SRID_FLAG = 0x20000000

/** Reads 2D WKB or EWKB, either byte order, doubles bit-exact. Throws on anything but Polygon and MultiPolygon. */
export function polygonalFromWkb(wkb: Buffer): PolygonalGeometry {
  let offset = 0
  let little = true
  const uint32 = (): number => {
    const value = little ? wkb.readUInt32LE(offset) : wkb.readUInt32BE(offset)
    offset += 4
    return value
  }
  const double = (): number => {
    const value = little ? wkb.readDoubleLE(offset) : wkb.readDoubleBE(offset)
    offset += 8
    return value
  }
  const header = (): number => {
    little = wkb.readUInt8(offset) === 1
    offset += 1
    const type = uint32()
    if (type & EWKB_SRID_FLAG) offset += 4
    return type & ~EWKB_SRID_FLAG
  }
  const rings = (): PolygonCoordinates =>
    Array.from({ length: uint32() }, () =>
      Array.from({ length: uint32() }, (): [number, number] => [double(), double()]),
    )

  const type = header()
  if (type === POLYGON) return { type: 'Polygon', coordinates: rings() }
  if (type === MULTI_POLYGON) {
    const parts = Array.from({ length: uint32() }, () => {
      if (header() !== POLYGON) throw new Error('a part of the MultiPolygon is no Polygon')
      return rings()
    })
    return { type: 'MultiPolygon', coordinates: parts }
  }
  throw new Error(`WKB type ${type} is not polygonal`)
}
