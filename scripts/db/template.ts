import { fileURLToPath } from 'node:url'
import { ensureTemplate } from '../../server/platform/database/template.ts'

/** Builds the embedded database's template and trimmed PostGIS bundle into .cache/, so that the first start is quick. */
const startedAt = performance.now()
const { clusterDir } = await ensureTemplate(
  fileURLToPath(new URL('../../.cache', import.meta.url)),
  ({ zh, en }) => console.log(`${zh}  ${en}`),
)
console.log(`${clusterDir} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
