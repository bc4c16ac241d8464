/**
 * Splits the bytes a PostgreSQL client sends into units that can be run one at a time. A unit ends with the message
 * after which the server answers ReadyForQuery (Sync or a simple Query), or with a Flush, after which the client
 * waits for part of an answer while its cycle stays open.
 */
export type FrontendUnitKind = 'startup' | 'sync' | 'flush' | 'terminate' | 'ssl_request'

export interface FrontendUnit {
  kind: FrontendUnitKind
  bytes: Uint8Array
}

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const KIND_BY_TYPE: Record<number, FrontendUnitKind> = {
  0x51: 'sync', // Q: simple query
  0x53: 'sync', // S: Sync
  0x46: 'sync', // F: function call
  0x48: 'flush', // H
  0x58: 'terminate', // X
}

export class FrontendSplitter {
  #buffer: Buffer = Buffer.alloc(0)
  #started = false

  push(chunk: Buffer): FrontendUnit[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    const units: FrontendUnit[] = []
    let unitStart = 0
    let offset = 0
    for (;;) {
      const length = this.#messageLength(offset)
      if (length === null || offset + length > this.#buffer.length) break
      const kind = this.#kindAt(offset)
      offset += length
      if (kind === null) continue
      // A copy: a view would drag its whole backing buffer across to the worker.
      units.push({ kind, bytes: new Uint8Array(this.#buffer.subarray(unitStart, offset)) })
      unitStart = offset
    }
    this.#buffer = this.#buffer.subarray(unitStart)
    return units
  }

  /** The first message of a connection has no type byte: its length comes first. */
  #messageLength(offset: number): number | null {
    const lengthAt = this.#started ? offset + 1 : offset
    if (lengthAt + 4 > this.#buffer.length) return null
    const length = this.#buffer.readInt32BE(lengthAt)
    return this.#started ? length + 1 : Math.max(length, 8)
  }

  #kindAt(offset: number): FrontendUnitKind | null {
    if (this.#started) return KIND_BY_TYPE[this.#buffer[offset]] ?? null
    const code = this.#buffer.readInt32BE(offset + 4)
    if (code === SSL_REQUEST || code === GSS_REQUEST) return 'ssl_request'
    this.#started = true
    return 'startup'
  }
}
