import { closeSync, fsyncSync, openSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

type PostgresModule = PGlite['Module']
type StartOptions = Partial<PostgresModule>

interface HostFileStream {
  nfd?: number
  node: object
}

interface HostFileSystem {
  realPath(node: object): string
  stream_ops: { fsync?: (stream: HostFileStream) => number }
}

const EIO = 29 // as WASI numbers it

/**
 * PGlite's file layer has no fsync: PostgreSQL believes its bytes are on disk while they sit in the system's cache.
 * Only fsync can be given to it (its fdatasync answers without asking anyone), hence wal_sync_method=fsync.
 */
export class DurableFiles extends NodeFS {
  override async init(pg: PGlite, options: StartOptions): Promise<{ emscriptenOpts: StartOptions }> {
    const { emscriptenOpts } = await super.init(pg, options)
    const installFsync = (module: PostgresModule): void => {
      const fileSystems = module.FS.filesystems as unknown as { NODEFS: HostFileSystem }
      const nodefs = fileSystems.NODEFS
      nodefs.stream_ops.fsync = (stream) => flush(nodefs, stream)
    }
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), installFsync] } }
  }
}

function flush(nodefs: HostFileSystem, stream: HostFileStream): number {
  try {
    if (stream.nfd) fsyncSync(stream.nfd)
    else flushDirectory(nodefs.realPath(stream.node))
    return 0
  } catch {
    return EIO
  }
}

/** A directory has no descriptor in the file layer. Windows cannot flush one and does not need to. */
function flushDirectory(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
