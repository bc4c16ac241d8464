import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'

// A small window and small blocks: tiles are short and change their kind of content (shapes, then ids) on the way.
const OPTIONS = { level: 4, memLevel: 7, windowBits: 14 }
/** Below this, handing the work to another thread takes longer than the work (0.1 ms). */
const INLINE_BYTES = 16 * 1024

const gzipInThread = promisify(gzip)

export const compressTile = async (bytes: Buffer): Promise<Buffer> =>
  bytes.length <= INLINE_BYTES ? gzipSync(bytes, OPTIONS) : gzipInThread(bytes, OPTIONS)
