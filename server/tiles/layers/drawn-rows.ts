/**
 * Rows of drawn parcels as one byte string: PostgreSQL packs them in an aggregate and this reads them in place. As rows
 * of fields they would cost more to carry and parse than to draw.
 *
 * A row: length of the text (int4, big-endian), the text (UTF-8: id, traits and, where labels are drawn, number and name,
 * parted by the unit separator), the label point as WKB where labels are drawn, and the shape as WKB, which knows its own
 * length. WKB is little-endian.
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
const TRAITS_SQL = `p.ledger || '|' || coalesce(p.cause, '') || '|' || p.status
  || CASE WHEN p.position_quality = 'uncalibrated' THEN '|u' ELSE '|' END || CASE WHEN p.missing <> '{}' THEN '|m' ELSE '|' END`
const LABEL_SQL = ", coalesce(p.parcel_no, ''), coalesce(p.name, '')"

/** The columns of a subquery `d` over parcels `p`, and the aggregate over it. */
export const drawnColumnsSql = (hasLabels: boolean): string =>
  `concat_ws(chr(${UNIT_SEPARATOR}), p.id, ${TRAITS_SQL}${hasLabels ? LABEL_SQL : ''}) AS text,
  ${hasLabels ? "ST_AsBinary(p.inner_point, 'NDR') || " : ''}ST_AsBinary(p.geom, 'NDR') AS wkb`
export const PACKED_ROWS_SQL = `string_agg(int4send(octet_length(d.text)) || textsend(d.text) || d.wkb, ''::bytea)`

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
    const start = this.#offset + 4
    const end = start + this.bytes.readInt32BE(this.#offset)
    const idEnd = this.#separator(start, end)
    const traitsEnd = this.#separator(idEnd + 1, end)
    this.id.start = start
    this.id.end = idEnd
    this.traits = this.bytes.toString('latin1', idEnd + 1, traitsEnd)
    this.#offset = end
    if (this.#hasLabels) this.#readLabel(traitsEnd + 1, end)
    this.shape = this.#offset
    this.#skipShape()
    return true
  }

  #separator(from: number, end: number): number {
    let at = from
    while (at < end && this.bytes[at] !== UNIT_SEPARATOR) at += 1
    return at
  }

  #readLabel(start: number, end: number): void {
    const noEnd = this.#separator(start, end)
    this.no.start = start
    this.no.end = noEnd
    this.name.start = Math.min(noEnd + 1, end)
    this.name.end = end
    this.lon = this.bytes.readDoubleLE(end + POINT_HEADER_BYTES)
    this.lat = this.bytes.readDoubleLE(end + POINT_HEADER_BYTES + 8)
    this.#offset = end + POINT_HEADER_BYTES + COORDINATE_BYTES
  }

  #skipShape(): void {
    const parts = this.bytes.readUInt32LE(this.#offset + 5)
    this.#offset += WKB_HEADER_BYTES
    for (let part = 0; part < parts; part += 1) {
      const rings = this.bytes.readUInt32LE(this.#offset + 5)
      this.#offset += WKB_HEADER_BYTES
      for (let ring = 0; ring < rings; ring += 1) {
        this.#offset += 4 + this.bytes.readUInt32LE(this.#offset) * COORDINATE_BYTES
      }
    }
  }
}

function readTraits(text: string): Traits {
  const [ledger, cause, status, uncalibrated, missing] = text.split('|')
  return {
    ledger: ledger as Ledger,
    cause: cause === '' ? null : (cause as Cause),
    status: status as Status,
    isUncalibrated: uncalibrated === 'u',
    hasMissing: missing === 'm',
  }
}

/** There are few different traits (ledger × cause × status × two flags): what is made of them is made once. */
export function rememberByTraits<T>(make: (traits: Traits) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    let made = known.get(text)
    if (made === undefined) {
      made = make(readTraits(text))
      known.set(text, made)
    }
    return made
  }
}
