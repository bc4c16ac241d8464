import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportView } from '#contract/import.ts'
import { shapefileEntries, writeShapefile } from '../../scripts/fixtures/shapefile-writer.ts'
import { zipOf } from '../../scripts/fixtures/zip-writer.ts'
import { esriPrj } from '../../server/kernel/crs.ts'
import { squares, surveyZip, UNSUPPLIED_FIELDS } from '../factories/surveys.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { commit, getImport, importFiles, multipartOf, settled, upload } from '../support/imports.ts'

let app: TestApp
let clerk: SignedIn

beforeAll(async () => {
  app = await createTestApp({ env: { UPLOAD_MAX_MB: '1' } })
  clerk = await app.as('clerk')
})
afterAll(() => app.close())

const table = (numbers: readonly number[], remark = '备注') =>
  ['台账编号,备注', ...numbers.map((n) => `地块${String(n).padStart(3, '0')},${remark}${n}`)].join('\n')
const survey = (count = 3) => [{ name: 's.zip', data: surveyZip(squares(count)) }]
const put = (id: string, name: string, data: string | Buffer, person = clerk) =>
  person.inject({ method: 'PUT', url: `/api/imports/${id}/table`, ...multipartOf([{ name, data }]) })
const remove = (id: string) => clerk.inject({ method: 'DELETE', url: `/api/imports/${id}/table` })
const namesOf = (view: ImportView) => view.files.map(({ name }) => name)

describe('the ledger table of a survey that is uploaded already', () => {
  it('is added, replaced and taken away, and the checks run again each time', async () => {
    const view = await importFiles(clerk, survey())
    expect(view.join).toBeNull()
    const added = await put(view.id, '台账.csv', table([1, 2]))
    expect(added.statusCode).toBe(200)
    expect(added.json<ImportView>().status).toBe('checking')
    const withTable = await settled(clerk, view.id)
    expect(withTable).toMatchObject({
      status: 'ready',
      join: { table: '台账', matchedCount: 2, onlySurveyCount: 1, onlyTableCount: 0 },
    })
    expect(namesOf(withTable)).toEqual(['s.zip', '台账.csv'])

    expect((await put(view.id, '台账改.csv', table([1, 2, 3, 9]))).statusCode).toBe(200)
    const replaced = await settled(clerk, view.id)
    expect(replaced.join).toMatchObject({ table: '台账改', matchedCount: 3, onlyTableCount: 1 })
    expect(namesOf(replaced)).toEqual(['s.zip', '台账改.csv'])
    expect(await app.database.knex('files').where({ owner_id: view.id })).toHaveLength(2)

    expect((await remove(view.id)).statusCode).toBe(200)
    const without = await settled(clerk, view.id)
    expect(without).toMatchObject({ status: 'ready', join: null, counts: { ready: 3 } })
    expect(namesOf(without)).toEqual(['s.zip'])
    expect(without.mapping.some((column) => column.fromTable)).toBe(false)
    const again = await remove(view.id)
    expect([again.statusCode, again.json().code]).toEqual([409, 'import.no_table'])
  })

  it('fills what the survey lacks, beside a mapping made by hand before', async () => {
    const view = await importFiles(clerk, survey(2))
    const mapping = view.mapping.map(({ source, field }) => ({
      source,
      field: source === '规划用途' ? null : field,
    }))
    await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: { mapping } })
    await settled(clerk, view.id)
    await put(view.id, '台账.csv', table([1, 2], '补'))
    const ready = await settled(clerk, view.id)
    const fieldOf = (source: string) => ready.mapping.find((column) => column.source === source)?.field
    expect(fieldOf('规划用途')).toBeNull()
    expect(fieldOf('台账编号')).toBe('parcelNo')
    expect(fieldOf('table:备注')).toBe('remark')
    await commit(clerk, view.id)
    const { items } = (await clerk.inject('/api/parcels?limit=50')).json()
    const parcel = (await clerk.inject(`/api/parcels/${items[0].id}`)).json()
    expect(parcel.attributes.remark).toMatch(/^补[12]$/)
    for (const response of [await put(view.id, 't.csv', table([1])), await remove(view.id)])
      expect([response.statusCode, response.json().code]).toEqual([409, 'import.already_committed'])
  })

  it('is meant rather than the one inside the archive, and without any neither is', async () => {
    const buffers = writeShapefile({
      features: squares(2),
      fields: UNSUPPLIED_FIELDS,
      prj: esriPrj(4524),
    })
    const data = zipOf([
      ...shapefileEntries('地块', buffers),
      { name: '台账.csv', data: Buffer.from(table([1])) },
    ])
    const view = await importFiles(clerk, [{ name: 'both.zip', data }])
    expect(view.join?.matchedCount).toBe(1)
    await put(view.id, '台账.csv', table([1, 2]))
    expect((await settled(clerk, view.id)).join?.matchedCount).toBe(2)
    await remove(view.id)
    expect((await settled(clerk, view.id)).join).toBeNull()
    await put(view.id, '台账.csv', table([1, 2]))
    expect((await settled(clerk, view.id)).join?.matchedCount).toBe(2)
  })

  it('that cannot be read is told, and the survey goes on without it', async () => {
    const view = await importFiles(clerk, survey(2))
    for (const [name, data, code] of [
      ['旧.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'table_xls'],
      ['密.xlsx', '%TSD-Header-###%secret', 'table_encrypted'],
      ['假.csv', surveyZip(squares(1)), 'table_no_header'],
    ] as const) {
      expect((await put(view.id, name, data)).statusCode).toBe(200)
      const checked = await settled(clerk, view.id)
      expect(checked, name).toMatchObject({ status: 'ready', counts: { ready: 2 }, join: null })
      expect(
        Object.keys(checked.issueCounts).filter((key) => key.startsWith('table_')),
        name,
      ).toEqual([code])
    }
  })

  it('is refused without a file, with several, of another kind and beyond the limit', async () => {
    const view = await importFiles(clerk, survey(1))
    const url = `/api/imports/${view.id}/table`
    const none = await clerk.inject({ method: 'PUT', url, ...multipartOf([]) })
    expect([none.statusCode, none.json().code]).toEqual([400, 'import.no_file'])
    const two = ['a.csv', 'b.csv'].map((name) => ({ name, data: table([1]) }))
    const many = await clerk.inject({ method: 'PUT', url, ...multipartOf(two) })
    expect([many.statusCode, many.json().code]).toEqual([413, 'import.too_many_files'])
    const other = await put(view.id, '成果.zip', surveyZip(squares(1)))
    expect([other.statusCode, other.json().code]).toEqual([422, 'import.not_a_table'])
    expect(other.json().detail).toContain('成果.zip')
    const large = await put(view.id, '大.csv', Buffer.alloc(2 * 1024 * 1024, 'a'))
    expect([large.statusCode, large.json().code]).toEqual([413, 'import.file_too_large'])
    expect((await getImport(clerk, view.id)).files).toHaveLength(1)
  })

  it('is refused to who may not upload, and of an import that is not theirs', async () => {
    const view = await importFiles(clerk, survey(1))
    const auditor = await app.as('auditor')
    expect((await put(view.id, 't.csv', table([1]), auditor)).statusCode).toBe(403)
    const elsewhere = view.id.replace(/^150623/, '150624')
    expect((await put(elsewhere, 't.csv', table([1]))).statusCode).toBe(404)
  })

  it('is not lost when the server stops before the checks have run', async () => {
    const id = await upload(clerk, survey())
    await settled(clerk, id)
    await put(id, '台账.csv', table([1, 2, 3]))
    await app.restart()
    expect(await settled(clerk, id)).toMatchObject({ status: 'ready', join: { matchedCount: 3 } })
  })
})
