import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportView } from '#contract/import.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { commit, importFiles, type UploadFile } from '../support/imports.ts'

/** Third-party surveys, good and bad; kept outside the project. */
const SURVEYS = process.env.QIDI_SURVEYS

interface SurveySet {
  name: string
  files: string[]
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesUnder(path) : [path]
  })
}

const PARTS = new Set(['.shp', '.shx', '.dbf', '.prj', '.cpg'])
const SINGLE = new Set(['.zip', '.csv'])

/** Loose parts of one name go up together, archives and texts alone. */
function surveySets(root: string): SurveySet[] {
  const sets = new Map<string, string[]>()
  for (const path of filesUnder(root)) {
    const suffix = extname(path).toLowerCase()
    const isText = suffix === '.txt' && path.includes('/txt/') && !/SOURCE|LICEN/i.test(basename(path))
    if (SINGLE.has(suffix) || isText) sets.set(path, [path])
    else if (PARTS.has(suffix)) {
      const stem = join(dirname(path), basename(path, extname(path))).toLowerCase()
      sets.set(stem, [...(sets.get(stem) ?? []), path])
    }
  }
  return [...sets.values()].map((files) => ({ name: relative(root, files[0]!), files: files.sort() }))
}

/** Work done, or a sentence that says why not; never an error of the server. */
function expectClearEnd(view: ImportView): void {
  expect(['ready', 'needs_choice', 'refused']).toContain(view.status)
  if (view.status === 'refused') {
    expect(view.problem?.code).not.toBe('internal')
    expect(view.problem?.detail).toMatch(/\p{Script=Han}/u)
  }
  for (const issue of view.issues) expect(issue.message).not.toBe(issue.code)
  for (const evidence of view.detected.evidence) expect(evidence.message).not.toBe(evidence.code)
  const { features, ready, blocked } = view.counts
  if (view.status === 'ready') expect(ready + blocked).toBe(features)
}

describe.skipIf(!SURVEYS)('third-party surveys', () => {
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp()
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  it.each(SURVEYS ? surveySets(SURVEYS) : [])(
    'ends $name with a correct import or a clear reason',
    async ({ files }) => {
      const uploads = files.map((path): UploadFile => ({ name: basename(path), data: readFileSync(path) }))
      const view = await importFiles(clerk, uploads)
      expectClearEnd(view)
      if (view.status !== 'needs_choice') return
      const choice = view.detected.needsChoice.includes('layer')
        ? { layer: view.layers.find((layer) => layer.selectable)!.name }
        : { crs: view.detected.crs ?? 'EPSG:4490', uncalibrated: true }
      await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: choice })
      const { settled } = await import('../support/imports.ts')
      expectClearEnd(await settled(clerk, view.id))
    },
    120_000,
  )

  it('imports 5,000 clean parcels as they are', async () => {
    const folder = join(SURVEYS!, 'scale5k-CC0')
    const uploads = readdirSync(folder)
      .filter((name) => PARTS.has(extname(name)))
      .map((name): UploadFile => ({ name, data: readFileSync(join(folder, name)) }))
    const view = await importFiles(clerk, uploads)
    expect(view.detected).toMatchObject({ encoding: 'GBK', crs: 'EPSG:4524' })
    expect(view.counts).toMatchObject({ features: 5000, blocked: 0, repaired: 0 })
    expect((await commit(clerk, view.id)).status).toBe('committed')
  }, 120_000)
})
