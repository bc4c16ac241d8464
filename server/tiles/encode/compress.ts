import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'

// A small window and small blocks: tiles are short and change their kind of content (shapes, then ids) on the way.
const OPTIONS = { level: 4, memLevel: 7, windowBits: 14 }
const LEAST_CHUNK_BYTES = 1024
/** Below this, handing the work to another thread takes longer than the work (0.1 ms). */
const INLINE_BYTES = 16 * 1024

const gzipInThread = promisify(gzip)

export async function compressTile(bytes: Buffer): Promise<Buffer> {
  // Tiles shrink to less than half: room for all of it at once, where zlib's own 16 KB would mean a trip to the thread
  // and a copy for each.
  const options = { ...OPTIONS, chunkSize: Math.max(bytes.length >> 1, LEAST_CHUNK_BYTES) }
  return bytes.length <= INLINE_BYTES ? gzipSync(bytes, options) : gzipInThread(bytes, options)
}
