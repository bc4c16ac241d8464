import { createHash } from 'node:crypto'

/**
 * A digest of a table's rows that does not depend on their order, which no two databases keep alike: the sum of the
 * rows' SHA-256, lane by lane modulo 2^64.
 */
export class TableDigest {
  readonly #lanes = new BigUint64Array(4)
  rows = 0

  add(line: string): void {
    const hash = createHash('sha256').update(line).digest()
    for (let lane = 0; lane < 4; lane += 1) this.#lanes[lane] += hash.readBigUInt64BE(lane * 8)
    this.rows += 1
  }

  toString(): string {
    return [...this.#lanes].map((lane) => lane.toString(16).padStart(16, '0')).join('')
  }
}
