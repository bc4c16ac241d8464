const INITIAL_BYTES = 1024

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
  }

  /** What was written; valid until the next write. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  varint(value: number): void {
    this.#reserve(10)
    let rest = value
    while (rest > 0x7f) {
      // Division, not a shift: values may exceed 32 bits.
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80
      rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >>> 7
    }
    this.#buffer[this.#length++] = rest
  }

  /** Signed integers of at most 31 bits, small absolute values first. */
  zigzag(value: number): void {
    this.varint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#length = this.#buffer.writeDoubleLE(value, this.#length)
  }

  key(field: number, wireType: number): void {
    this.varint(field * 8 + wireType)
  }

  raw(bytes: Buffer): void {
    this.#reserve(bytes.length)
    bytes.copy(this.#buffer, this.#length)
    this.#length += bytes.length
  }

  /** A length-delimited field. */
  message(field: number, body: ByteWriter): void {
    this.key(field, LENGTH_DELIMITED)
    this.varint(body.length)
    this.raw(body.bytes())
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

export const VARINT = 0
export const FIXED_64 = 1
export const LENGTH_DELIMITED = 2
