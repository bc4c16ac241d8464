/** What was answered for a key; `body` is gzip, null for an empty tile. */
export interface CachedTile {
  body: Buffer | null
}

/** Bookkeeping of an entry, roughly: keys and map slots count against the bound too. */
const ENTRY_BYTES = 400

/** Least recently used tiles go first when the bytes run out. A new version is a new key; old ones fall out by age. */
export class TileCache {
  readonly #maxBytes: number
  readonly #entries = new Map<string, CachedTile>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get(key: string): CachedTile | undefined {
    const entry = this.#entries.get(key)
    if (entry) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
    }
    return entry
  }

  set(key: string, entry: CachedTile): void {
    this.#remove(key)
    this.#entries.set(key, entry)
    this.#bytes += sizeOf(entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return
      this.#remove(oldest)
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= sizeOf(entry)
  }
}

const sizeOf = (entry: CachedTile): number => ENTRY_BYTES + (entry.body?.length ?? 0)
