import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BAD_SURVEY_EXTENT, badSurveys, type BadSurvey } from '../../scripts/fixtures/bad-surveys.ts'
import { mutatedSurveys } from '../../scripts/fixtures/mutated-bytes.ts'
import { filesOf, survey } from '../../scripts/fixtures/bad-base.ts'
import { BOUNDARY_TXT_EXAMPLE } from '../../scripts/fixtures/boundary-txt-dialects.ts'
import { encodeText } from '../../server/kernel/text-encoding.ts'
import { zipOf } from '../../scripts/fixtures/zip-writer.ts'
import { isBlocked, readSurvey, type NamedBytes, type ReadSurvey } from './read-survey.ts'

describe('a bad survey', () => {
  it.each(badSurveys().map((bad) => [bad.name, bad] as const))(
    '%s gets its clear answer',
    async (_name, bad) => {
      const read = await readSurvey(bad.files, BAD_SURVEY_EXTENT)
      expectCodes(read, bad)
      if (bad.expect.status === 'refused') {
        expect(read.layers).toEqual([])
        return
      }
      expect(read.refusedBy).toEqual([])
      expect(read.layers.length).toBe(bad.expect.layers ?? 1)
      if (bad.expect.layers === undefined) expectLayer(read, bad)
    },
  )
})

function expectCodes(read: ReadSurvey, { expect: expected }: BadSurvey): void {
  for (const code of expected.codes ?? []) expect([...read.codes]).toContain(code)
}

function expectLayer(read: ReadSurvey, { expect: expected }: BadSurvey): void {
  const layer = read.layers[0]!
  if (expected.features !== undefined) expect(layer.rows.length).toBe(expected.features)
  if (expected.blocked !== undefined) expect(layer.rows.filter(isBlocked).length).toBe(expected.blocked)
  if (expected.encoding !== undefined) expect(layer.encoding?.encoding).toBe(expected.encoding)
  if (expected.crs !== undefined) expect(layer.crs.crs).toBe(expected.crs)
  if (expected.datum !== undefined) expect(layer.crs.datum).toBe(expected.datum)
  expect(layer.crs.isAxisSwapped).toBe(
    expected.isAxisSwapped ?? (layer.reader.format === 'boundary_txt' && layer.crs.isAxisSwapped),
  )
  expect(layer.crs.needsChoice === null ? 'ready' : 'needs_choice').toBe(expected.status)
}

describe('random bytes', () => {
  /** Whatever the bytes: an answer, never an exception of ours, never longer than a moment. */
  async function expectAnswer(files: readonly NamedBytes[]): Promise<void> {
    const started = performance.now()
    const read = await readSurvey(files, BAD_SURVEY_EXTENT, { maxTotalBytes: 64 * 1024 * 1024 })
    expect(read.refusedBy.length + read.layers.length).toBeGreaterThan(0)
    for (const layer of read.layers) {
      for (const row of layer.rows) expect(row.wkb !== null || row.faults.length > 0).toBe(true)
    }
    expect(performance.now() - started).toBeLessThan(5000)
  }

  it.each(mutatedSurveys(90).map((mutated) => [mutated.name, mutated.files] as const))(
    '%s of the fixtures is answered',
    async (_name, files) => expectAnswer(files),
  )

  const mutations = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 12 })
  const mutate = (data: Buffer, changes: readonly (readonly [number, number])[]): Buffer => {
    const copy = Buffer.from(data)
    for (const [at, byte] of changes) copy[at % copy.length] = byte
    return copy
  }

  it('in any part of a shapefile are answered', async () => {
    const clean = filesOf(survey(), 'mutated')
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 3 }), mutations, async (part, changes) => {
        const files = clean.map((file, index) =>
          index === part ? { ...file, data: mutate(file.data, changes) } : file,
        )
        await expectAnswer(files)
      }),
      { numRuns: 150, seed: 2022 },
    )
  })

  it('in a zip are answered', async () => {
    const zip = zipOf(filesOf(survey(), 'mutated'))
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) =>
        expectAnswer([{ name: 'survey.zip', data: mutate(zip, changes) }]),
      ),
      { numRuns: 150, seed: 2022 },
    )
  })

  it('in a boundary TXT are answered', async () => {
    const txt = encodeText(BOUNDARY_TXT_EXAMPLE, 'GBK')
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) =>
        expectAnswer([{ name: 'plots.txt', data: mutate(txt, changes) }]),
      ),
      { numRuns: 150, seed: 2022 },
    )
  })

  it('cut off anywhere are answered', async () => {
    const clean = filesOf(survey(), 'cut')
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 2 }), fc.nat(), async (part, length) => {
        const files = clean.map((file, index) =>
          index === part ? { ...file, data: file.data.subarray(0, length % (file.data.length + 1)) } : file,
        )
        await expectAnswer(files)
      }),
      { numRuns: 150, seed: 2022 },
    )
  })
})
