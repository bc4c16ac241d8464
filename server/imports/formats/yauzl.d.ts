/** The part of yauzl 3 that is used; the package brings no types of its own. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream'

  export interface Entry {
    /** Bytes, with `decodeStrings: false`. */
    fileName: Buffer
    generalPurposeBitFlag: number
    compressionMethod: number
    compressedSize: number
    uncompressedSize: number
    crc32: number
    versionMadeBy: number
    externalFileAttributes: number
    extraFields: { id: number; data: Buffer }[]
    isEncrypted(): boolean
    canDecodeFileData(): boolean
  }

  export interface ZipFile {
    entryCount: number
    eachEntry(): AsyncIterableIterator<Entry>
    openReadStreamPromise(entry: Entry): Promise<Readable>
    close(): void
  }

  interface Options {
    autoClose?: boolean
    decodeStrings?: false
    validateEntrySizes?: boolean
  }

  const yauzl: {
    openPromise(path: string, options: Options): Promise<ZipFile>
    fromBufferPromise(buffer: Buffer, options: Options): Promise<ZipFile>
  }
  export default yauzl
}
