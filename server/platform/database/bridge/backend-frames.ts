/**
 * Turns the server's byte stream into whole messages. ReadyForQuery is held back (PGlite sends two of them after an
 * error, a client counts exactly one a cycle) and NotificationResponse is set aside, because it belongs to every
 * connection and not only to the one whose statement happened to carry it.
 */
export type SessionStatus = 'I' | 'T' | 'E'

const READY_FOR_QUERY = 0x5a
const NOTIFICATION = 0x41
const PORTAL_SUSPENDED = 0x73
const CHUNK_BYTES = 256 * 1024

export class BackendFrames {
  status: SessionStatus | null = null
  /**
   * A statement stopped before its end though nobody limited its rows: WebAssembly cannot carry some C++ exceptions of
   * GEOS out of PostGIS, the executor returns early, and what it says after that is not to be believed.
   */
  isCutShort = false
  notifications: Uint8Array<ArrayBuffer>[] = []
  readonly #emit: (bytes: Uint8Array<ArrayBuffer>) => void
  #buffer: Buffer<ArrayBuffer> = Buffer.alloc(CHUNK_BYTES * 2)
  #length = 0
  #whole = 0

  constructor(emit: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#emit = emit
  }

  /** `bytes` is a view of WebAssembly memory: it is copied here, at once. */
  push(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
    while (this.#length - this.#whole >= 5) {
      const end = this.#whole + 1 + this.#buffer.readInt32BE(this.#whole + 1)
      if (end > this.#length) break
      this.#take(end)
    }
    if (this.#whole >= CHUNK_BYTES) this.flush()
  }

  /** Hands over every whole message that has arrived. */
  flush(): void {
    if (this.#whole === 0) return
    const out = new Uint8Array(this.#whole)
    out.set(this.#buffer.subarray(0, this.#whole))
    this.#buffer.copyWithin(0, this.#whole, this.#length)
    this.#length -= this.#whole
    this.#whole = 0
    this.#emit(out)
  }

  #take(end: number): void {
    const type = this.#buffer[this.#whole]
    if (type === PORTAL_SUSPENDED) this.isCutShort = true
    if (type !== READY_FOR_QUERY && type !== NOTIFICATION) {
      this.#whole = end
      return
    }
    if (type === READY_FOR_QUERY) this.status = statusOf(this.#buffer[this.#whole + 5])
    else this.notifications.push(new Uint8Array(this.#buffer.subarray(this.#whole, end)))
    this.#buffer.copyWithin(this.#whole, end, this.#length)
    this.#length -= end - this.#whole
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#buffer.length) return
    const grown = Buffer.alloc(Math.max(this.#buffer.length * 2, this.#length + extra))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}

const statusOf = (code: number): SessionStatus => (code === 0x54 ? 'T' : code === 0x45 ? 'E' : 'I')

export const readyForQuery = (status: SessionStatus): Buffer =>
  Buffer.from([READY_FOR_QUERY, 0, 0, 0, 5, status.charCodeAt(0)])

/** An ErrorResponse as the server would have sent it, for a statement whose server is gone. */
export function errorResponse(code: string, message: string): Buffer {
  const body = Buffer.from(`SERROR\0VERROR\0C${code}\0M${message}\0\0`, 'utf8')
  const head = Buffer.alloc(5)
  head.writeUInt8(0x45, 0)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
