import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 1024)
let poolOffset = pool.length

function randomBytes(count: number): Buffer {
  if (poolOffset + count > pool.length) {
    randomFillSync(pool)
    poolOffset = 0
  }
  poolOffset += count
  return pool.subarray(poolOffset - count, poolOffset)
}

/** UUID version 7 (RFC 9562): 48 bits of milliseconds since 1970, then random bits. */
export function uuidV7(nowMs: number = Date.now()): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  randomBytes(10).copy(bytes, 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * Public id `<division>-<uuidv7>`. The prefix is the home division: it names the shard and the scope before
 * anything is read, and it never changes, even when the county is renamed or merged.
 */
export function newPublicId(divisionCode: string, nowMs?: number): string {
  return `${divisionCode}-${uuidV7(nowMs)}`
}

const PUBLIC_ID = /^(\d{6})-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Home division of a public id, or null when the text is none. */
export function divisionOfPublicId(id: string): string | null {
  return PUBLIC_ID.exec(id)?.[1] ?? null
}
