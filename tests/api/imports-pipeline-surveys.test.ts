import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportView } from '#contract/import.ts'
import { verifyChain } from '../../server/parcels/audit.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { expectClearEnd } from '../support/import-end.ts'
import { commit, importFiles, parcelTotal, settled, undo, type UploadFile } from '../support/imports.ts'

/** Third-party surveys, good and bad; kept outside the project. */
const SURVEYS = process.env.QIDI_SURVEYS!

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

describe('third-party surveys', () => {
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp()
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  it.each(surveySets(SURVEYS))(
    'ends $name with a correct import or a clear reason',
    async ({ files }) => {
      const uploads = files.map((path): UploadFile => ({ name: basename(path), data: readFileSync(path) }))
      const view = await importFiles(clerk, uploads)
      expectClearEnd(view)
      if (view.status === 'ready') await expectAllOrNothing(view)
      if (view.status !== 'needs_choice') return
      const choice = view.detected.needsChoice.includes('layer')
        ? { layer: view.layers.find((layer) => layer.selectable)!.name }
        : { crs: view.detected.crs ?? 'EPSG:4490', uncalibrated: true }
      await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: choice })
      const after = await settled(clerk, view.id)
      expectClearEnd(after)
      if (after.status === 'ready') await expectAllOrNothing(after)
    },
    120_000,
  )

  async function expectAllOrNothing({ id, counts }: ImportView): Promise<void> {
    if (counts.ready === 0) return
    const done = await commit(clerk, id)
    expect(done.status, done.notice?.code).toBe('committed')
    expect(await parcelTotal(clerk)).toBe(counts.new)
    if (done.changeSetId === null) return
    expect((await undo(clerk, id)).status).toBe('undone')
    expect(await parcelTotal(clerk)).toBe(0)
  }

  it('leave no file of the collection out but licences, notes, spatial indexes and what QGIS alone reads', () => {
    const covered = new Set(surveySets(SURVEYS).flatMap(({ files }) => files))
    const others = filesUnder(SURVEYS).filter((path) => !covered.has(path))
    expect(others.filter((path) => !/\.(sbn|sbx|qix|qpj|xml|md)$|SOURCE|LICEN|README/i.test(path))).toEqual(
      [],
    )
  })

  it('leave a chain that holds', async () => {
    expect(await verifyChain(app.database.knex, '150623')).toMatchObject({ ok: true })
  })

  it('imports 5,000 clean parcels as they are', async () => {
    const folder = join(SURVEYS, 'scale5k-CC0')
    const uploads = readdirSync(folder)
      .filter((name) => PARTS.has(extname(name)))
      .map((name): UploadFile => ({ name, data: readFileSync(join(folder, name)) }))
    const view = await importFiles(clerk, uploads)
    expect(view.detected).toMatchObject({ encoding: 'GBK', crs: 'EPSG:4524' })
    expect(view.counts).toMatchObject({ features: 5000, blocked: 0, repaired: 0 })
    expect((await commit(clerk, view.id)).status).toBe('committed')
  }, 120_000)
})
