import { open, type FileHandle } from 'node:fs/promises'

const CHUNK_BYTES = 4 * 1024 * 1024

/**
 * Reads a file of any size through one window of 4 MiB. Offsets that move forward cost one disk read
 * per window; the buffers handed out are views that stay valid until the next `read`.
 */
export class FileWindow {
  readonly size: number
  private readonly handle: FileHandle
  private readonly chunkBytes: number
  private window: Buffer = Buffer.alloc(0)
  private start = 0

  private constructor(handle: FileHandle, size: number, chunkBytes: number) {
    this.handle = handle
    this.size = size
    this.chunkBytes = chunkBytes
  }

  static async open(path: string, chunkBytes = CHUNK_BYTES): Promise<FileWindow> {
    const handle = await open(path, 'r')
    try {
      const { size } = await handle.stat()
      return new FileWindow(handle, size, chunkBytes)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** The bytes when the window holds them all, else null. */
  peek(offset: number, length: number): Buffer | null {
    const from = offset - this.start
    if (from < 0 || from + length > this.window.length) return null
    return this.window.subarray(from, from + length)
  }

  /** Fewer bytes than asked for only at the end of the file. */
  async read(offset: number, length: number): Promise<Buffer> {
    const held = this.peek(offset, length)
    if (held) return held
    if (offset >= this.size || offset < 0) return Buffer.alloc(0)
    const wanted = Math.min(Math.max(length, this.chunkBytes), this.size - offset)
    const window = Buffer.allocUnsafe(wanted)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await this.handle.read(window, filled, wanted - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    this.window = window.subarray(0, filled)
    this.start = offset
    return this.window.subarray(0, Math.min(length, filled))
  }

  async close(): Promise<void> {
    this.window = Buffer.alloc(0)
    await this.handle.close()
  }
}

/** The first bytes of a file, fewer when it is shorter. */
export async function readHead(path: string, bytes = 64): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
