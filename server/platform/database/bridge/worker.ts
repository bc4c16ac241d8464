import { parentPort, workerData } from 'node:worker_threads'
import { openCluster } from './cluster.ts'
import type { BuildStep, FromWorker, ToWorker, WorkerTask } from './messages.ts'
import { SharedSession } from './session.ts'
import { TRIM_SPATIAL_REFERENCES } from './spatial-references.ts'

const task = workerData as WorkerTask
const parent = parentPort
if (!parent) throw new Error('the embedded database runs in a worker thread only')

const tell = (message: FromWorker): void => parent.postMessage(message)
const textOf = (error: unknown): string => {
  const { message } = (error ?? {}) as { message?: unknown }
  return typeof message === 'string' ? message : String(error)
}

/** A closed cluster in `clusterDir` with every extension created, for the template directory. */
async function build(): Promise<void> {
  const begin = (step: BuildStep): void => tell({ kind: 'step', step })
  begin('cluster')
  const db = await openCluster(task)
  begin('extensions')
  await db.exec('CREATE EXTENSION postgis; CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist')
  begin('reference_systems')
  await db.exec(TRIM_SPATIAL_REFERENCES)
  begin('compact')
  for (const upkeep of ['VACUUM FULL spatial_ref_sys', 'VACUUM ANALYZE', 'CHECKPOINT']) await db.exec(upkeep)
  await db.close()
  tell({ kind: 'built' })
}

async function serve(): Promise<void> {
  const db = await openCluster(task)
  const session = new SharedSession(db, task.progress, (message) => tell({ kind: 'fatal', message }))
  parent?.on('message', async (message: ToWorker) => {
    if (message.kind === 'attach') {
      await session.attach(message.id, message.port, message.inFailedTransaction)
      return
    }
    session.stop()
    await db.exec('CHECKPOINT').catch(() => undefined)
    await db.close().catch(() => undefined)
    tell({ kind: 'closed' })
  })
  tell({ kind: 'ready' })
}

await (task.kind === 'build' ? build() : serve()).catch((error: unknown) => {
  tell({ kind: 'fatal', message: textOf(error) })
})
