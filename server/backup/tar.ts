import { BackupError } from './backup-error.ts'

const BLOCK = 512
const NAME_BYTES = 100
const SIZE_AT = 124
const CHECKSUM_AT = 148

/** The 512 bytes before an entry of a tar archive (ustar); names are short and plain here. */
export function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > NAME_BYTES) throw new Error(`tar entry name too long: ${name}`)
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0)
  header.write('0000600\0', 100)
  header.write('0000000\0'.repeat(2), 108)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, SIZE_AT)
  header.write('00000000000\0', 136)
  header.write(' '.repeat(8), CHECKSUM_AT)
  header.write('0', 156)
  header.write('ustar', 257)
  header.write('00', 263)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT)
  return header
}

export const tarPadding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)

export const TAR_END = Buffer.alloc(2 * BLOCK)

export interface TarEntry {
  name: string
  size: number
  /** Must be read before the next entry is asked for; what is left over is skipped. */
  body: AsyncGenerator<Buffer>
}

/** Hands out exactly as many bytes as asked for, whatever the chunks they come in. */
class ByteQueue {
  readonly #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async *take(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) await this.#fill()
      const part = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  async takeAll(size: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for await (const part of this.take(size)) parts.push(part)
    return Buffer.concat(parts)
  }

  async #fill(): Promise<void> {
    const { value, done } = await this.#source.next()
    if (done) throw truncated()
    this.#rest = value as Buffer
  }
}

/** Entries one after the other, as the stream brings them. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = new ByteQueue(source)
  for (;;) {
    const header = await bytes.takeAll(BLOCK)
    if (header.every((byte) => byte === 0)) return
    const name = header.toString('utf8', 0, NAME_BYTES).replace(/\0.*$/s, '')
    const size = Number.parseInt(header.toString('latin1', SIZE_AT, SIZE_AT + 11), 8)
    if (!Number.isSafeInteger(size) || header.toString('latin1', 257, 262) !== 'ustar') throw notABackup()
    const body = bytes.take(size)
    yield { name, size, body }
    for await (const skipped of body) void skipped
    await bytes.takeAll((BLOCK - (size % BLOCK)) % BLOCK)
  }
}

function truncated(): BackupError {
  return new BackupError(
    '备份文件不完整，末尾缺失，未恢复任何数据。',
    'The backup is cut off at the end; nothing was restored.',
  )
}

function notABackup(): BackupError {
  return new BackupError('这不是起底的备份文件。', 'This is not a backup of Qidi.')
}
