import type { Extension } from '@electric-sql/pglite'
import { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { DurableFiles } from './durable-files.ts'

/** PGlite's own start parameters hold `-F`, which switches fsync off. */
const startParams = (durable: boolean): string[] => [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F' || !durable),
  ...['-c', 'wal_sync_method=fsync'],
  // One connection and small tables: the default of 128 MB would only be resident memory.
  ...['-c', 'shared_buffers=32MB'],
  ...['-c', 'jit=off'],
]

/** The extension as PGlite takes it, but from a bundle of our choice and without the raster drivers. */
const postgisFrom = (bundleUrl: string): Extension => ({
  name: 'postgis',
  setup: async (_pg, emscriptenOptions: { PGLITE_ENV: Record<string, string> }) => {
    emscriptenOptions.PGLITE_ENV.PROJ_DATA = '/pglite/share/proj'
    return { emscriptenOpts: emscriptenOptions, bundlePath: new URL(bundleUrl) }
  },
})

export interface ClusterOptions {
  clusterDir: string
  postgisBundleUrl: string
  durable: boolean
}

export const openCluster = ({ clusterDir, postgisBundleUrl, durable }: ClusterOptions): Promise<PGlite> =>
  PGlite.create({
    fs: new DurableFiles(clusterDir),
    extensions: { postgis: postgisFrom(postgisBundleUrl), pg_trgm, btree_gist },
    startParams: startParams(durable),
    // Reading a table back as a whole needs no growth step by step.
    initialMemory: 128 * 1024 * 1024,
  })
