import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { readFile } from 'node:fs/promises'

/** Where npm put the bundle that comes with the package: 20 MB, most of it never needed. */
export const shippedBundlePath = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite-postgis')), 'postgis.tar.gz')

/**
 * What a cluster needs that already has the extension: the library, PROJ's database and the control file. Left out
 * are raster, topology, the geocoder and every SQL script (67 MB of 90).
 */
const KEPT_FILES = [
  /^lib\/postgresql\/postgis-\d+\.so$/,
  /^share\/proj\/proj\.(db|ini)$/,
  /^share\/postgresql\/extension\/postgis\.control$/,
]

const BLOCK = 512
const SIZE_AT = 124
const TYPE_AT = 156

/** Keeps whole entries (header and blocks) of a tar archive, so nothing has to be written anew. */
export function trimTar(tar: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let offset = 0; offset + BLOCK <= tar.length && tar[offset] !== 0;) {
    const name = tar.toString('utf8', offset, offset + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(tar.toString('latin1', offset + SIZE_AT, offset + SIZE_AT + 11), 8)
    const end = offset + BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const isFile = [0x30, 0].includes(tar[offset + TYPE_AT])
    if (isFile && KEPT_FILES.some((kept) => kept.test(name.replace(/^\.\//, ''))))
      parts.push(tar.subarray(offset, end))
    offset = end
  }
  if (parts.length < KEPT_FILES.length) throw new Error('the PostGIS bundle has another layout than expected')
  return Buffer.concat([...parts, Buffer.alloc(BLOCK * 2)])
}

/** The trimmed bundle, stored rather than compressed: it is unpacked at every start. */
export async function trimmedBundle(): Promise<Buffer> {
  const tar = await promisify(gunzip)(await readFile(shippedBundlePath()))
  return promisify(gzip)(trimTar(tar), { level: 0 })
}
