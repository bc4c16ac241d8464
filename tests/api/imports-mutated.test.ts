import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mutatedSurveys, type MutatedSurvey } from '../../scripts/fixtures/mutated-bytes.ts'
import type { ImportView } from '#contract/import.ts'
import { verifyChain } from '../../server/parcels/audit.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { commit, parcelTotal, settled, undo, upload } from '../support/imports.ts'
import { expectClearEnd } from '../support/import-end.ts'

/** QIDI_MUTATIONS=5000 hunts on for longer, QIDI_MUTATIONS_FROM=1234 begins with another survey. */
const COUNT = Number(process.env.QIDI_MUTATIONS ?? 30)
const FROM = Number(process.env.QIDI_MUTATIONS_FROM ?? 0)
/** Uploads that wait together; each is committed and undone alone. */
const AT_ONCE = 6
const MS_EACH = 5_000

const chunks = (surveys: MutatedSurvey[]): MutatedSurvey[][] =>
  Array.from({ length: Math.ceil(surveys.length / AT_ONCE) }, (_, i) =>
    surveys.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  )

describe.each(testModes())('surveys with random bytes changed (%s)', (mode) => {
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp({ mode })
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  /** A person who knows the system says so where the file does not. */
  async function answered(id: string): Promise<ImportView> {
    const view = await settled(clerk, id)
    if (view.status !== 'needs_choice' || view.detected.needsChoice.includes('layer')) return view
    const payload = { crs: 'EPSG:4524' }
    const patched = await clerk.inject({ method: 'PATCH', url: `/api/imports/${id}`, payload })
    expect(patched.statusCode).toBe(200)
    return settled(clerk, id)
  }

  async function expectEnd(view: ImportView): Promise<void> {
    expectClearEnd(view)
    if (view.status === 'ready' && view.counts.ready > 0) await expectAllOrNothing(view)
  }

  async function expectAllOrNothing({ id, counts }: ImportView): Promise<void> {
    const done = await commit(clerk, id)
    expect(done.status, done.notice?.code).toBe('committed')
    expect(await parcelTotal(clerk)).toBe(counts.new)
    if (done.changeSetId === null) return
    expect((await undo(clerk, id)).status).toBe('undone')
    expect(await parcelTotal(clerk)).toBe(0)
  }

  it(
    `end ${COUNT} times in an import that can be undone, a question or a reason`,
    async () => {
      const failures: string[] = []
      for (const chunk of chunks(mutatedSurveys(COUNT, FROM))) {
        const ids: string[] = []
        for (const { files } of chunk) ids.push(await upload(clerk, files))
        // All checks first: what one finds must not hang on another's commit.
        const views = await Promise.all(ids.map((id) => answered(id)))
        for (const [index, view] of views.entries())
          await expectEnd(view).catch((error: unknown) =>
            failures.push(`${chunk[index]!.name}: ${String(error)}`),
          )
      }
      expect(failures).toEqual([])
      await expect.poll(() => readdir(join(app.config.dataDir, 'work'))).toEqual([])
      expect(await verifyChain(app.database.knex, '150623')).toMatchObject({ ok: true })
    },
    60_000 + COUNT * MS_EACH,
  )
})
