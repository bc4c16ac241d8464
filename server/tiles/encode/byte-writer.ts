const INITIAL_BYTES = 1024
const MOST_VARINT_BYTES = 10
/** Memory beyond this is let go after use: one tile of a whole town must not be paid for ever. */
const MOST_KEPT_BYTES = 1024 * 1024
/** Up to here a loop copies faster than a call. */
const LOOP_COPY_BYTES = 64

export const VARINT = 0
export const FIXED_64 = 1
export const LENGTH_DELIMITED = 2

/** Bytes a varint of up to 28 bits takes. */
export const varintBytes = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4

/** Protobuf's wire primitives over a buffer that grows. */
export class ByteWriter {
  #buffer: Buffer
  #length = 0

  constructor(initialBytes = INITIAL_BYTES) {
    this.#buffer = Buffer.allocUnsafe(initialBytes)
  }

  get length(): number {
    return this.#length
  }

  /** Starts over on the same memory. */
  reset(): void {
    this.#length = 0
    if (this.#buffer.length > MOST_KEPT_BYTES) this.#buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  }

  /** What was written; valid until the next write. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  varint(value: number): void {
    this.#reserve(MOST_VARINT_BYTES)
    const buffer = this.#buffer
    let length = this.#length
    let rest = value
    while (rest > 0x7f) {
      // Division beyond 31 bits: a shift would cut them off.
      buffer[length++] = (rest & 0x7f) | 0x80
      rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >>> 7
    }
    buffer[length++] = rest
    this.#length = length
  }

  /** Signed integers of at most 31 bits, small absolute values first. */
  zigzag(value: number): void {
    this.varint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  /** Steps from each of the first points (flat x, y, …; `count` coordinates) to the next. */
  zigzagSteps(points: ArrayLike<number>, count: number): void {
    this.#reserve((count - 2) * MOST_VARINT_BYTES)
    const buffer = this.#buffer
    let length = this.#length
    for (let i = 2; i < count; i += 1) {
      const step = points[i]! - points[i - 2]!
      let rest = ((step << 1) ^ (step >> 31)) >>> 0
      while (rest > 0x7f) {
        buffer[length++] = (rest & 0x7f) | 0x80
        rest >>>= 7
      }
      buffer[length++] = rest
    }
    this.#length = length
  }

  double(value: number): void {
    this.#reserve(8)
    this.#length = this.#buffer.writeDoubleLE(value, this.#length)
  }

  key(field: number, wireType: number): void {
    this.varint(field * 8 + wireType)
  }

  slice(bytes: Buffer, start: number, end: number): void {
    const count = end - start
    this.#reserve(count)
    if (count > LOOP_COPY_BYTES) {
      this.#length += bytes.copy(this.#buffer, this.#length, start, end)
      return
    }
    const buffer = this.#buffer
    let length = this.#length
    for (let i = start; i < end; i += 1) buffer[length++] = bytes[i]!
    this.#length = length
  }

  raw(bytes: Buffer): void {
    this.slice(bytes, 0, bytes.length)
  }

  append(other: ByteWriter): void {
    this.slice(other.#buffer, 0, other.#length)
  }

  /** A length-delimited field. */
  message(field: number, body: ByteWriter): void {
    this.key(field, LENGTH_DELIMITED)
    this.varint(body.length)
    this.append(body)
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value)
    this.key(field, LENGTH_DELIMITED)
    this.varint(length)
    this.#reserve(length)
    this.#length += this.#buffer.write(value, this.#length)
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + count))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}
