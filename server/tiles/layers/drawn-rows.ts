/**
 * Rows of drawn parcels as one byte string: PostgreSQL packs them in an aggregate and this reads them in place. As rows
 * of fields they would cost more to carry and parse than to draw.
 *
 * A row: the shape as WKB, which knows its own length, the label point as WKB where labels are drawn, and the text (UTF-8:
 * id, the traits and, where labels are drawn, number and name, parted by the unit separator). A zero byte, which no text of
 * PostgreSQL can hold, parts it from the next row. WKB is little-endian.
 */
import type { Cause, Ledger, Status } from '../../contract/codes/ledger.ts'

/** What everybody in scope may see of a parcel besides its shape, number and name. */
export interface Traits {
  ledger: Ledger
  cause: Cause | null
  status: Status
  isUncalibrated: boolean
  hasMissing: boolean
}

const UNIT_SEPARATOR = 31
const ROW_SEPARATOR = 0
const TRAITS_SQL = "p.ledger, p.status, coalesce(p.cause, ''), p.position_quality, p.missing <> '{}'"
const TRAIT_COUNT = 5
const LABEL_SQL = ", coalesce(p.parcel_no, ''), p.name"

/**
 * The aggregate over parcels `p`. Few operators, and functions that need no choosing between: parsing and planning are
 * most of what the database spends on a tile of few parcels (an eighth less than with `||` over texts and a subquery). In
 * base64, because pg hands bytea over as hexadecimal text, which is half as long again and takes Node 2.5 times as long.
 */
export const packedRowsSql = (hasLabels: boolean): string =>
  `encode(string_agg(ST_AsBinary(p.geom, 'NDR') || ${hasLabels ? "ST_AsBinary(p.inner_point, 'NDR') || " : ''}textsend(
    concat_ws(E'\\x1f', p.id, ${TRAITS_SQL}${hasLabels ? LABEL_SQL : ''})), '\\x00'::bytea), 'base64')`

export const unpackRows = (packed: string): Buffer => Buffer.from(packed, 'base64')

const WKB_HEADER_BYTES = 9
const COORDINATE_BYTES = 16
const POINT_HEADER_BYTES = 5

/** A stretch of the bytes. */
export interface Span {
  start: number
  end: number
}

/** Walks over packed rows; its fields say where the parts of the current one lie. */
export class DrawnRows {
  readonly bytes: Buffer
  readonly #hasLabels: boolean
  readonly id: Span = { start: 0, end: 0 }
  readonly no: Span = { start: 0, end: 0 }
  readonly name: Span = { start: 0, end: 0 }
  traits = ''
  lon = 0
  lat = 0
  /** Where the shape begins. */
  shape = 0
  #offset = 0

  constructor(bytes: Buffer, hasLabels: boolean) {
    this.bytes = bytes
    this.#hasLabels = hasLabels
  }

  /** Goes to the next row; false when there is none. */
  next(): boolean {
    if (this.#offset >= this.bytes.length) return false
    this.shape = this.#offset
    this.#skipShape()
    if (this.#hasLabels) this.#readLabelPoint()
    this.#readText()
    return true
  }

  #skipShape(): void {
    const bytes = this.bytes
    let offset = this.#offset
    const parts = bytes.readUInt32LE(offset + 5)
    offset += WKB_HEADER_BYTES
    for (let part = 0; part < parts; part += 1) {
      const rings = bytes.readUInt32LE(offset + 5)
      offset += WKB_HEADER_BYTES
      for (let ring = 0; ring < rings; ring += 1) {
        offset += 4 + bytes.readUInt32LE(offset) * COORDINATE_BYTES
      }
    }
    this.#offset = offset
  }

  #readLabelPoint(): void {
    this.lon = this.bytes.readDoubleLE(this.#offset + POINT_HEADER_BYTES)
    this.lat = this.bytes.readDoubleLE(this.#offset + POINT_HEADER_BYTES + 8)
    this.#offset += POINT_HEADER_BYTES + COORDINATE_BYTES
  }

  #readText(): void {
    const { bytes, id, no, name } = this
    id.start = this.#offset
    id.end = this.#fieldEnd(this.#offset)
    let traitsEnd = id.end
    for (let i = 0; i < TRAIT_COUNT; i += 1) traitsEnd = this.#fieldEnd(traitsEnd + 1)
    this.traits = bytes.toString('latin1', id.end + 1, traitsEnd)
    this.#offset = traitsEnd + 1
    if (!this.#hasLabels) return
    no.start = this.#offset
    no.end = this.#fieldEnd(no.start)
    // A row without a name ends with its number.
    name.start = bytes[no.end] === UNIT_SEPARATOR ? no.end + 1 : no.end
    name.end = name.start
    while (name.end < bytes.length && bytes[name.end] !== ROW_SEPARATOR) name.end += 1
    this.#offset = name.end + 1
  }

  #fieldEnd(from: number): number {
    const bytes = this.bytes
    let at = from
    while (at < bytes.length && bytes[at] !== UNIT_SEPARATOR && bytes[at] !== ROW_SEPARATOR) at += 1
    return at
  }
}

/** The traits of a row from their text. */
export function readTraits(text: string): Traits {
  const [ledger, status, cause, positionQuality, hasMissing] = text.split(String.fromCharCode(UNIT_SEPARATOR))
  return {
    ledger: ledger as Ledger,
    cause: cause === '' ? null : (cause as Cause),
    status: status as Status,
    isUncalibrated: positionQuality === 'uncalibrated',
    hasMissing: hasMissing === 't',
  }
}
