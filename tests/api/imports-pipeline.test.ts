import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportEvent } from '#contract/import.ts'
import { createTestApp, type SignedIn, type TestApp } from '../support/app.ts'
import { testModes } from '../support/database.ts'
import { commit, getImport, importFiles, multipartOf, settled, undo, upload } from '../support/imports.ts'
import { COUNTIES } from '../factories/counties.ts'
import { surveysOf } from '../factories/surveys.ts'

const PLACES = testModes().flatMap((mode) => COUNTIES.map((county) => [county.name, mode, county] as const))

describe.each(PLACES)('importing a survey of %s (%s)', (_name, mode, county) => {
  const { completeAttributes, square, squares, surveyZip } = surveysOf(county)
  let app: TestApp
  let clerk: SignedIn

  beforeAll(async () => {
    app = await createTestApp({ mode, county })
    clerk = await app.as('clerk')
  })
  afterAll(() => app.close())

  it('takes a clean GBK shapefile from upload to parcels and back', async () => {
    const view = await importFiles(clerk, [{ name: '测绘成果.zip', data: surveyZip(squares(12)) }])
    expect(view.status).toBe('ready')
    expect(view.detected).toMatchObject({
      encoding: 'GBK',
      crs: `EPSG:${county.srid}`,
      datum: 'CGCS2000',
      needsChoice: [],
    })
    expect(view.counts).toMatchObject({
      features: 12,
      ready: 12,
      blocked: 0,
      new: 12,
      changed: 0,
      unchanged: 0,
      draft: 0,
    })
    expect(view.issueCounts).toEqual({})
    expect(view.files[0]!.sha256).toMatch(/^[0-9a-f]{64}$/)

    const committed = await commit(clerk, view.id, 'stop')
    expect(committed.status).toBe('committed')
    const { total } = (await clerk.inject('/api/parcels?limit=50')).json()
    expect(total).toBe(12)

    const response = await clerk.inject({ method: 'POST', url: `/api/imports/${view.id}/undo`, payload: {} })
    expect(response.statusCode).toBe(202)
    await expect
      .poll(async () => (await getImport(clerk, view.id)).status, { timeout: 20_000 })
      .toBe('undone')
    expect((await clerk.inject('/api/parcels?limit=50')).json().total).toBe(0)
  })

  it('adds nothing when the same file comes again', async () => {
    const zip = surveyZip(
      squares(5).map((feature, index) => ({
        ...feature,
        attributes: { ...feature.attributes, 台账编号: index < 3 ? `重${index}` : null },
      })),
    )
    const first = await importFiles(clerk, [{ name: 'a.zip', data: zip }])
    await commit(clerk, first.id)
    const again = await importFiles(clerk, [{ name: 'a.zip', data: zip }])
    expect(again.counts).toMatchObject({ new: 0, changed: 0, unchanged: 5, blocked: 0 })
    const done = await commit(clerk, again.id)
    expect(done.status).toBe('committed')
    expect(done.changeSetId).toBeNull()
    expect(done.notice?.code).toBe('nothing_changed')
    expect((await clerk.inject('/api/parcels?limit=50')).json().total).toBe(5)
  })

  it('shows what a later survey changes, field by field, and never erases with an empty cell', async () => {
    const before = await importFiles(clerk, [
      {
        name: 'v1.zip',
        data: surveyZip([
          { parts: [[square(5000, 0)]], attributes: { ...completeAttributes(701), 台账编号: '变1' } },
        ]),
      },
    ])
    await commit(clerk, before.id)
    const after = await importFiles(clerk, [
      {
        name: 'v2.zip',
        data: surveyZip([
          {
            parts: [[square(5000, 0, 120)]],
            attributes: {
              ...completeAttributes(701, 14_400),
              台账编号: '变1',
              项目名称: '改名',
              规划用途: null,
            },
          },
        ]),
      },
    ])
    expect(after.counts).toMatchObject({ changed: 1, new: 0 })
    const { items } = (await clerk.inject(`/api/imports/${after.id}/changes`)).json()
    const fields = Object.fromEntries(
      items[0].changes.map((change: { field: string }) => [change.field, change]),
    )
    expect(items[0].matchedBy).toBe('parcelNo')
    expect(fields.name).toMatchObject({ from: '示例701号地块', to: '改名' })
    expect(fields.documentAreaM2).toMatchObject({ from: 10_000, to: 14_400 })
    expect(fields.geometry).toMatchObject({ from: 10_000, to: 14_400 })
    expect(fields.plannedUse).toBeUndefined()
    await commit(clerk, after.id)
    const parcel = (await clerk.inject(`/api/parcels/${items[0].parcelId}`)).json()
    expect(parcel.attributes).toMatchObject({ name: '改名', plannedUse: '工业用地' })
    const undo = await clerk.inject({ method: 'POST', url: `/api/imports/${before.id}/undo`, payload: {} })
    expect(undo.statusCode).toBe(409)
    expect(undo.json().code).toBe('import.undo_refused')
  })

  it('stops at blocked rows or leaves them out, as the person chooses', async () => {
    const features = [
      { parts: [[square(8000, 0)]], attributes: { ...completeAttributes(801), 台账编号: '堵1' } },
      { parts: [[square(8000, 0)]], attributes: { ...completeAttributes(802), 台账编号: '堵2' } },
      { rings: null, attributes: { ...completeAttributes(803), 台账编号: '堵3' } },
    ]
    const view = await importFiles(clerk, [{ name: 'b.zip', data: surveyZip(features) }])
    expect(view.counts).toMatchObject({ features: 3, ready: 1, blocked: 2 })
    expect(view.issueCounts).toMatchObject({ duplicate_geometry: 1, geometry_null: 1 })
    const stopped = await clerk.inject({
      method: 'POST',
      url: `/api/imports/${view.id}/commit`,
      payload: { onBlocked: 'stop' },
    })
    expect([stopped.statusCode, stopped.json().code]).toEqual([409, 'import.blocked_rows'])
    expect((await commit(clerk, view.id, 'leave_out')).status).toBe('committed')
    const again = await clerk.inject({
      method: 'POST',
      url: `/api/imports/${view.id}/commit`,
      payload: { onBlocked: 'leave_out' },
    })
    expect(again.json().code).toBe('import.already_committed')
  })

  it('asks for the datum when no .prj tells it, and goes on once it is told', async () => {
    const view = await importFiles(clerk, [
      {
        name: 'c.zip',
        data: surveyZip(
          squares(3).map((f) => ({
            ...f,
            parts: f.parts!.map((p) => p.map((r) => r.map(([x, y]) => [x! + 20_000, y!]))),
          })),
          { prj: null },
        ),
      },
    ])
    expect(view.status).toBe('needs_choice')
    expect(view.counts.features).toBe(3)
    expect(view.detected).toMatchObject({ crs: `EPSG:${county.srid}`, datum: null, needsChoice: ['datum'] })
    const response = await clerk.inject({
      method: 'PATCH',
      url: `/api/imports/${view.id}`,
      payload: { crs: `EPSG:${county.srid}` },
    })
    expect(response.statusCode).toBe(200)
    const after = await settled(clerk, view.id)
    expect(after).toMatchObject({ status: 'ready', counts: { ready: 3 } })
  })

  it('takes fields behind the files, and refuses an upload without any', async () => {
    const request = multipartOf(
      [{ name: 'd.zip', data: surveyZip(squares(2), { prj: null }) }],
      { crs: `EPSG:${county.srid}`, ledger: 'idle' },
      true,
    )
    const response = await clerk.inject({ method: 'POST', url: '/api/imports', ...request })
    expect(response.statusCode).toBe(201)
    const view = await settled(clerk, response.json().id)
    expect(view).toMatchObject({ ledger: 'idle', status: 'ready' })
    const none = await clerk.inject({
      method: 'POST',
      url: '/api/imports',
      ...multipartOf([], { ledger: 'idle' }),
    })
    expect([none.statusCode, none.json().code]).toEqual([400, 'import.no_file'])
  })

  it('keeps Xian 80 out until it is told what to do, then marks it as not calibrated', async () => {
    const { esriPrj } = await import('../../server/kernel/crs.ts')
    const zip = surveyZip(
      [{ parts: [[square(30_000, 0)]], attributes: { ...completeAttributes(900), 台账编号: '西80' } }],
      { prj: esriPrj(county.xian80Srid) },
    )
    const view = await importFiles(clerk, [{ name: 'x.zip', data: zip }])
    expect(view).toMatchObject({
      status: 'needs_choice',
      detected: { crs: `EPSG:${county.xian80Srid}`, datum: 'Xian80', needsChoice: ['datum'] },
    })
    await clerk.inject({ method: 'PATCH', url: `/api/imports/${view.id}`, payload: { uncalibrated: true } })
    await settled(clerk, view.id)
    await commit(clerk, view.id)
    const { items } = (await clerk.inject(`/api/parcels?q=${encodeURIComponent('西80')}`)).json()
    expect(items[0].positionQuality).toBe('uncalibrated')
  })

  it('refuses what is no survey with a reason, never with an error', async () => {
    const view = await importFiles(clerk, [{ name: 'note.zip', data: Buffer.from('PK nothing') }])
    expect(view.status).toBe('refused')
    expect(view.problem?.detail).toMatch(/note\.zip/)
    const english = await clerk.inject({
      url: `/api/imports/${view.id}`,
      headers: { 'accept-language': 'en' },
    })
    expect(english.json().problem.detail).toMatch(/damaged/)
  })

  it('streams progress and ends with the work', async () => {
    const id = await upload(clerk, [{ name: 's.zip', data: surveyZip(squares(40)) }])
    const events = await clerk.inject(`/api/imports/${id}/events`)
    expect(events.headers['content-type']).toMatch(/text\/event-stream/)
    const states = [...events.body.matchAll(/data: (.*)/g)].map(
      (match) => JSON.parse(match[1]!) as { status: string },
    )
    expect(states.at(-1)?.status).toBe('ready')
  })

  it('goes on streaming for who stays, and tells what somebody else does', async () => {
    const view = await importFiles(clerk, [{ name: 'l.zip', data: surveyZip(squares(2)) }])
    const url = await app.app.listen({ host: '127.0.0.1', port: 0 })
    const leaving = new AbortController()
    const response = await fetch(`${url}/api/imports/${view.id}/events?stay=true`, {
      headers: { cookie: clerk.cookie },
      signal: leaving.signal,
    })
    const states: ImportEvent[] = []
    const reading = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream()))
        for (const [, text] of chunk.matchAll(/data: (.*)/g)) states.push(JSON.parse(text!) as ImportEvent)
    })()
    await expect
      .poll(() => states.at(-1))
      .toMatchObject({ status: 'ready', work: null, version: view.version })
    await clerk.inject({ method: 'DELETE', url: `/api/imports/${view.id}` })
    // Nothing is left to tell of: the stream ends.
    await reading
    leaving.abort()
    const foreign = await app.app.inject(`/api/imports/${view.id}/events?stay=true`)
    expect(foreign.statusCode).toBe(401)
  })

  it('answers a button that another window has made stale with what was done there', async () => {
    const { id } = await importFiles(clerk, [{ name: 'w.zip', data: surveyZip(squares(2, 20_000)) }])
    const post = async (what: string, payload: object) =>
      (await clerk.inject({ method: 'POST', url: `/api/imports/${id}/${what}`, payload })).json()
    await commit(clerk, id)
    expect((await post('commit', { onBlocked: 'stop' })).code).toBe('import.already_committed')
    await undo(clerk, id)
    for (const [what, payload] of [
      ['commit', { onBlocked: 'stop' }],
      ['undo', {}],
      ['recheck', {}],
    ] as const) {
      const refused = await post(what, payload)
      expect(refused.code, what).toBe('import.already_undone')
      expect(refused.detail).toContain('已经撤销（可能在另一个窗口）')
    }
  })

  it('gives preview, report, original file and pages of issues', async () => {
    const zip = surveyZip(
      squares(3).map((feature) => ({ ...feature, attributes: { ...feature.attributes, 面积: 8000 } })),
    )
    const view = await importFiles(clerk, [{ name: '成果.zip', data: zip }])
    const preview = (await clerk.inject(`/api/imports/${view.id}/preview`)).json()
    expect(preview.features).toHaveLength(3)
    const report = await clerk.inject(`/api/imports/${view.id}/report.xlsx`)
    expect(report.rawPayload.subarray(0, 2).toString()).toBe('PK')
    const original = await clerk.inject(`/api/imports/${view.id}/files/1`)
    expect(original.rawPayload.equals(zip)).toBe(true)
    const page = (await clerk.inject(`/api/imports/${view.id}/issues?limit=2`)).json()
    expect(page.items).toHaveLength(2)
    const rest = (await clerk.inject(`/api/imports/${view.id}/issues?limit=2&after=${page.next}`)).json()
    expect([...page.items, ...rest.items].length).toBe(Math.min(4, page.total))
  })

  it('lets only those who keep the ledgers import', async () => {
    const viewer = await app.as('viewer')
    const response = await viewer.inject({
      method: 'POST',
      url: '/api/imports',
      ...multipartOf([{ name: 'a.zip', data: 'x' }]),
    })
    expect(response.statusCode).toBe(403)
    expect((await viewer.inject('/api/imports')).statusCode).toBe(403)
  })

  it('saves a mapping as a template and applies it to the same columns', async () => {
    const view = await importFiles(clerk, [{ name: 't.zip', data: surveyZip(squares(1)) }])
    const mapping = view.mapping.map(({ source, field }) => ({
      source,
      field: source === '项目名称' ? null : field,
    }))
    const created = await clerk.inject({
      method: 'POST',
      url: '/api/import-templates',
      payload: { name: '测绘队甲', mapping },
    })
    expect(created.statusCode).toBe(201)
    const next = await importFiles(clerk, [{ name: 't2.zip', data: surveyZip(squares(1)) }])
    expect(next.mapping.find((entry) => entry.source === '项目名称')).toMatchObject({
      field: null,
      by: 'template',
    })
    const twice = await clerk.inject({
      method: 'POST',
      url: '/api/import-templates',
      payload: { name: '测绘队甲', mapping },
    })
    expect(twice.json().code).toBe('import.template_name_taken')
    const gone = await clerk.inject({ method: 'DELETE', url: `/api/import-templates/${created.json().id}` })
    expect(gone.statusCode).toBe(204)
  })
})
