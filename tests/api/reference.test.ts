import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CountyReference } from '#contract/reference.ts'
import { StartRefused } from '../../server/platform/data-directory.ts'
import { readCountyFile, readCountySource } from '../../server/reference/county-source.ts'
import { referenceService } from '../../server/reference/service.ts'
import { COUNTIES } from '../factories/counties.ts'
import { createTestApp, type TestApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const REFERENCE = join(import.meta.dirname, '../../data/reference')
const [FIRST, SECOND] = COUNTIES

interface Collection {
  features: { properties: { name?: string } }[]
}

describe.each(COUNTIES)('the map of $name', (county) => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp({ county })
  }, 120_000)
  afterAll(() => test?.close())

  const get = async <T>(url: string): Promise<T> => (await (await test.as('viewer')).inject(url)).json<T>()

  it('begins where the county is, under its name', async () => {
    const { name, extent, towns } = await get<CountyReference>('/api/reference/county')
    expect(name).toBe(county.name)
    expect(extent!.minLon).toBeGreaterThan(county.meridian - 1.6)
    expect(extent!.maxLon).toBeLessThan(county.meridian + 1.6)
    expect(towns.map((town) => town.code)).toContain(county.town.code)
  })

  it('shows the bundled places and rivers only where they belong', async () => {
    for (const layer of ['places', 'rivers']) {
      const served = await get<Collection>(`/api/reference/basemap/${layer}.geojson`)
      const bundled = JSON.parse(readFileSync(join(REFERENCE, `${layer}.geojson`), 'utf8')) as Collection
      expect(served).toEqual(county === FIRST ? bundled : { ...bundled, features: [] })
    }
  })
})

describe('a county that does not come with the system', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  }, 120_000)
  afterAll(() => database?.drop())

  const serviceFor = (divisionCode: string) =>
    referenceService({ db: database.knex, divisionCode, referenceDir: REFERENCE })

  it('is refused without its file, in both languages, naming what to set', async () => {
    const loading = serviceFor('610825').load(await readCountySource(REFERENCE, '610825'))
    const refusal = await loading.catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(StartRefused)
    const [zh, en] = (refusal as Error).message.split('\n')
    for (const sentence of [zh, en]) {
      expect(sentence).toContain('DIVISION_CODE=610825')
      expect(sentence).toContain('COUNTY_FILE')
    }
    expect(await database.knex('divisions').select('code')).toEqual([])
  })

  it('is loaded from its file even where an earlier start had entered it without an outline', async () => {
    const code = SECOND.divisionCode
    await database.knex('divisions').insert({ code, name: code, is_home: true, is_sketch: true })
    const path = join(database.dataDir, 'county.geojson')
    writeFileSync(path, SECOND.countyFile!)
    const service = serviceFor(code)
    await service.load(await readCountyFile(path, code))
    expect(await service.facts()).toMatchObject({ name: SECOND.name, usualSrid: SECOND.srid })
    // Loaded once, it is there without the file too.
    await service.load(await readCountySource(REFERENCE, code))
    expect((await service.facts()).name).toBe(SECOND.name)
  })

  it.each([
    ['no such file', null],
    ['no GeoJSON', 'a,b,c'],
    ['another county', '{"type":"FeatureCollection","features":[]}'],
  ])('is refused with a file that is unusable: %s', async (_, text) => {
    const path = join(database.dataDir, 'bad.geojson')
    if (text !== null) writeFileSync(path, text)
    const refusal = await readCountyFile(text === null ? `${path}.none` : path, '610825').catch(
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(StartRefused)
    expect((refusal as Error).message).toContain(path)
  })
})
