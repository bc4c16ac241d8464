/**
 * Writes the demo surveys to data/sample/: `npx tsx scripts/data/build-sample.ts [FOLDER]`.
 * Seeded and stamped with a fixed date: the same code writes the same files.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sampleFiles } from './sample/files.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../../data/sample/', import.meta.url))
const { files, manifest } = await sampleFiles()

await mkdir(folder, { recursive: true })
for (const name of await readdir(folder)) await rm(join(folder, name))
for (const [name, data] of files) await writeFile(join(folder, name), data)
await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)

const hectares = (areaM2: number) => `${(areaM2 / 10_000).toFixed(2)} 公顷`
for (const { title, ledger, expected, faults } of manifest.surveys) {
  const recognized = Object.values(expected.recognizedM2ByYear).reduce((sum, area) => sum + area, 0)
  console.log(
    `${title}  ${ledger}  ${expected.features} 宗  ${hectares(expected.geometryAreaM2)}` +
      `  已认定 ${hectares(recognized)}  问题 ${faults.length}`,
  )
}
