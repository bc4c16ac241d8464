import { existsSync, mkdtempSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf, survey } from '../../scripts/fixtures/bad-base.ts'
import { badSurveys, type BadSurvey } from '../../scripts/fixtures/bad-surveys.ts'
import { hostileTables } from '../../scripts/fixtures/hostile-tables.ts'
import { zipOf } from '../../scripts/fixtures/zip-writer.ts'
import { verifyChain } from '../../server/parcels/audit.ts'
import type { ImportView } from '#contract/import.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { expectClearEnd } from '../support/import-end.ts'
import { commit, importFiles, parcelTotal, undo } from '../support/imports.ts'

/** Every code an import gives: why it was refused, what it rests on, what is wrong with its rows. */
const codesOf = ({ problem, issueCounts, detected }: ImportView): string[] => [
  ...(problem ? [problem.code] : []),
  ...Object.keys(issueCounts),
  ...detected.evidence.map(({ code }) => code),
]

/** Those that go in with something left out, renamed or mended: all of it or nothing. */
const COMMITTED =
  /^(zip-gbk-names|zip-headers-contradict|null-shape|nan-coordinate|nested-shells|self-intersection|dbf-fewer-rows|csv-(nul|control|column).*|xlsx-formula.*)$/

describe.each(testModes())('hostile uploads (%s)', (mode) => {
  let sandbox: string
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    sandbox = mkdtempSync(join(tmpdir(), 'qidi-hostile-'))
    const dataDir = join(sandbox, 'a', 'b', 'data')
    await mkdir(dataDir, { recursive: true })
    app = await createTestApp({ mode, env: { DATA_DIR: dataDir, UNZIPPED_MAX_MB: '1024' } })
    clerk = await app.as('clerk')
  })
  afterAll(async () => {
    await app.close()
    await rm(sandbox, { recursive: true, force: true })
  })

  async function expectNothingLeft(): Promise<void> {
    const dataDir = join(sandbox, 'a', 'b', 'data')
    // An import rests a moment before its folder is gone.
    await expect.poll(() => readdir(join(dataDir, 'work'))).toEqual([])
    expect([await readdir(sandbox), await readdir(join(sandbox, 'a'))]).toEqual([['a'], ['b']])
    expect(await readdir(join(sandbox, 'a', 'b'))).toEqual(['data'])
    for (const entry of await readdir(dataDir, { recursive: true })) expect(entry).not.toMatch(/evil|passwd/)
    for (const path of ['/tmp/evil.shp', '/etc/passwd.shp']) expect(existsSync(path)).toBe(false)
  }

  async function expectAllOrNothing(view: ImportView): Promise<void> {
    if (view.counts.ready === 0) return
    expect((await commit(clerk, view.id)).status).toBe('committed')
    expect(await parcelTotal(clerk)).toBe(view.counts.new)
    expect((await undo(clerk, view.id)).status).toBe('undone')
    expect(await parcelTotal(clerk)).toBe(0)
  }

  const expectExpected = (view: ImportView, { expect: expected }: BadSurvey): void => {
    expect(view.status).toBe(expected.status)
    const codes = codesOf(view)
    if (expected.status === 'refused') for (const code of expected.codes ?? []) expect(codes).toContain(code)
    if (expected.features !== undefined) expect(view.counts.features).toBe(expected.features)
    if (expected.crs !== undefined) expect(view.detected.crs).toBe(expected.crs)
    if (expected.encoding !== undefined) expect(view.detected.encoding).toBe(expected.encoding)
    if (expected.datum !== undefined) expect(view.detected.datum).toBe(expected.datum)
  }

  it.each(badSurveys().map((bad) => [bad.name, bad] as const))(
    '%s ends as it must, whole or not at all',
    async (name, bad) => {
      const view = await importFiles(clerk, bad.files)
      expectClearEnd(view)
      expectExpected(view, bad)
      if (view.status === 'ready' && COMMITTED.test(name)) await expectAllOrNothing(view)
    },
  )

  it.each(hostileTables().map((table) => [table.name, table] as const))(
    '%s beside a survey is joined or told about',
    async (name, { file, warning }) => {
      const view = await importFiles(clerk, [...filesOf(survey({ cpg: 'GBK' })), file])
      expectClearEnd(view)
      expect(view).toMatchObject({ status: 'ready', counts: { features: 3, ready: 3 } })
      if (warning === null) expect(view.join).toMatchObject({ matchedCount: 3 })
      else expect(view.issueCounts).toHaveProperty(warning)
      if (COMMITTED.test(name)) await expectAllOrNothing(view)
    },
  )

  it('name the encryption of a table that came in a zip with its survey', async () => {
    const { file } = hostileTables().find(({ name }) => name === 'xlsx-encrypted')!
    const data = zipOf([...filesOf(survey({ cpg: 'GBK' })), file].map((member) => ({ ...member })))
    const view = await importFiles(clerk, [{ name: 'a.zip', data }])
    expect(view).toMatchObject({ status: 'ready', issueCounts: { table_encrypted: 1 } })
  })

  it('leave nothing outside the data directory, nothing in the work folder and a chain that holds', async () => {
    await expectNothingLeft()
    expect(await verifyChain(app.database.knex, '150623')).toMatchObject({ ok: true })
  })
})
