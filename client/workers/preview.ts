import type { PreviewAnswer, PreviewRequest } from './preview-worker.ts'

/** Longer than this is not a preview any more, and a broken file may never end. */
const PATIENCE_MS = 15_000
const MAX_INPUT_BYTES = 120 * 1024 * 1024

/** Reads files off the main thread; null when they are too large or this browser cannot. */
export async function previewFiles(files: readonly File[]): Promise<PreviewAnswer | null> {
  if (files.reduce((sum, file) => sum + file.size, 0) > MAX_INPUT_BYTES) return null
  const loose = await Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  )
  const worker = new Worker(new URL('./preview-worker.ts', import.meta.url), { type: 'module' })
  return new Promise((resolve) => {
    const finish = (answer: PreviewAnswer | null): void => {
      clearTimeout(patience)
      worker.terminate()
      resolve(answer)
    }
    const patience = setTimeout(() => finish(null), PATIENCE_MS)
    worker.addEventListener('message', (event: MessageEvent<PreviewAnswer>) => finish(event.data))
    worker.addEventListener('error', () => finish(null))
    worker.postMessage({ files: loose } satisfies PreviewRequest)
  })
}
