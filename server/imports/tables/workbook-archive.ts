/**
 * The members of an .xlsx that its reader needs, unpacked under a limit and packed again. What a zip says about itself
 * is not believed, and the reader sees nothing that was not counted here.
 */
import { zipSync } from 'fflate'
import yauzl from 'yauzl'

const MAX_ENTRIES = 2_000
const NEEDED = /\.xml(\.rels)?$/

/** The directory and what it points to contradict each other, or a member cannot be unpacked. */
export class WorkbookDamaged extends Error {}
export class WorkbookTooLarge extends Error {}

type Archive = Awaited<ReturnType<typeof yauzl.fromBufferPromise>>

async function open(bytes: Buffer): Promise<Archive> {
  return yauzl.fromBufferPromise(bytes, { decodeStrings: false }).catch((cause: unknown) => {
    throw new WorkbookDamaged('no zip', { cause })
  })
}

/** Name → bytes of the members that hold sheets, texts and what leads to them. */
export async function workbookMembers(bytes: Buffer, maxBytes: number): Promise<Map<string, Uint8Array>> {
  const zip = await open(bytes)
  const members = new Map<string, Uint8Array>()
  if (zip.entryCount > MAX_ENTRIES) throw new WorkbookTooLarge()
  let left = maxBytes
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.toString('utf8')
      if (!NEEDED.test(name)) continue
      if (members.has(name)) throw new WorkbookDamaged(`twice: ${name}`)
      // yauzl stops a member that unpacks to more than it claims.
      if (entry.uncompressedSize > left) throw new WorkbookTooLarge()
      const chunks: Buffer[] = []
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        left -= (chunk as Buffer).length
        if (left < 0) throw new WorkbookTooLarge()
        chunks.push(chunk as Buffer)
      }
      members.set(name, Buffer.concat(chunks))
    }
  } catch (error) {
    if (error instanceof WorkbookTooLarge) throw error
    throw new WorkbookDamaged('a member cannot be unpacked', { cause: error })
  }
  return members
}

/** Stored, not compressed: it is read again at once. */
export const packedAgain = (members: ReadonlyMap<string, Uint8Array>): Buffer =>
  Buffer.from(zipSync(Object.fromEntries(members), { level: 0 }))
