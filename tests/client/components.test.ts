import type { ParcelDetail } from '#contract/parcel.ts'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, nextTick, type Component } from 'vue'
import { setCsrfToken } from '../../client/api/http.ts'
import { legendOf } from '../../client/features/parcels/legend.ts'
import LegendSection from '../../client/features/parcels/LegendSection.vue'
import ParcelAreas from '../../client/features/parcels/ParcelAreas.vue'
import ParcelEditor from '../../client/features/parcels/ParcelEditor.vue'
import { useSession } from '../../client/state/session.ts'
import { emptyFilter } from '../../client/state/map-query.ts'
import { i18n, switchLanguage } from '../../client/text/i18n.ts'

let unmount = (): void => {}

function mount(component: Component, props: Record<string, unknown>): HTMLElement {
  const host = document.body.appendChild(document.createElement('div'))
  const app = createApp(component, props)
  app.use(createPinia())
  app.use(i18n)
  app.mount(host)
  unmount = () => {
    app.unmount()
    host.remove()
  }
  return host
}

const parcel = (patch: Partial<ParcelDetail> = {}): ParcelDetail => ({
  id: '150623-01920000-0000-7000-8000-000000000001',
  version: 3,
  divisionCode: '150623',
  townCode: '150623100',
  townName: '敖勒召其镇',
  ledger: 'idle',
  status: 'registered',
  cause: 'enterprise',
  parcelNo: 'XZ-1',
  name: '示例地块',
  documentAreaM2: 58_000,
  projectedAreaM2: 58_580,
  ellipsoidalAreaM2: 57_997.06,
  positionQuality: 'surveyed',
  missing: [],
  updatedAt: '2026-01-05T00:00:00Z',
  attributes: { parcelNo: 'XZ-1', name: '示例地块', cause: 'enterprise', remark: null },
  extra: {},
  source: {
    importId: null,
    fileName: null,
    fileSha256: null,
    layer: null,
    row: null,
    importedAt: null,
    importedBy: null,
  },
  geometry: null,
  geometryCrs: null,
  surveyCrs: null,
  surveyCrsName: null,
  innerPoint: null,
  bbox: null,
  importRepaired: false,
  ...patch,
})

beforeEach(() => switchLanguage('zh-CN'))
afterEach(() => {
  unmount()
  vi.unstubAllGlobals()
  setCsrfToken(null)
})

describe('the legend', () => {
  const groups = [
    {
      ledger: 'idle',
      cause: 'enterprise',
      status: 'suspected',
      townCode: null,
      count: 1234,
      areaM2: 58_000,
      withoutAreaCount: 0,
    },
  ]

  it('is a list of toggle buttons with name, count and area', async () => {
    const onToggle = vi.fn()
    const [, section] = legendOf(groups, { ...emptyFilter(), ledgers: ['idle'], causes: ['enterprise'] })
    const host = mount(LegendSection, { section, unit: 'mu', hasChoice: true, onToggle })
    const button = host.querySelector<HTMLButtonElement>('[data-cause-class="enterprise"]')
    expect(button?.getAttribute('aria-pressed')).toBe('true')
    expect(button?.textContent?.replace(/\s+/g, ' ')).toContain('企业原因')
    expect(button?.textContent).toContain('1,234')
    expect(button?.textContent).toContain('87.0 亩')
    host.querySelector<HTMLButtonElement>('[data-cause-class="judicial"]')?.click()
    expect(onToggle).toHaveBeenCalledWith('judicial')
  })
})

describe('the three areas', () => {
  it('stand side by side with their difference to the document', () => {
    const text = mount(ParcelAreas, { parcel: parcel() }).textContent ?? ''
    expect(text).toContain('87.00 亩')
    expect(text).toContain('以此为准')
    expect(text).toContain('+1.00 %')
    expect(text).toContain('−0.01 %')
  })
})

describe('editing while somebody else does', () => {
  it('shows both values and saves mine on theirs only when told to', async () => {
    const theirs = parcel({
      version: 4,
      attributes: { ...parcel().attributes, cause: 'government', remark: '他人备注' },
    })
    const answers = [
      new Response(
        JSON.stringify({
          status: 412,
          code: 'parcel.stale',
          detail: '已被修改',
          params: {},
          current: theirs,
        }),
        { status: 412 },
      ),
      new Response(JSON.stringify({ parcel: theirs, tileVersion: '9' }), { status: 200 }),
    ]
    const fake = vi.fn<typeof fetch>(async () => answers.shift() as Response)
    vi.stubGlobal('fetch', fake)
    const onSaved = vi.fn()
    const host = mount(ParcelEditor, { parcel: parcel(), county: null, onSaved })

    const cause = [...host.querySelectorAll('select')].find(
      (select) => select.value === 'enterprise',
    ) as HTMLSelectElement
    cause.value = 'mixed'
    cause.dispatchEvent(new Event('change'))
    host.querySelector('form')?.dispatchEvent(new Event('submit'))
    await expect.poll(() => host.querySelector('.conflict')?.textContent).toContain('政府原因')
    expect(host.querySelector('.conflict')?.textContent).toContain('混合原因')
    expect(host.querySelector('.conflict')?.textContent).toContain('他人备注')
    expect(onSaved).not.toHaveBeenCalled()

    host.querySelector<HTMLButtonElement>('.conflict button')?.click()
    await expect.poll(() => onSaved.mock.calls.length).toBe(1)
    const bodies = fake.mock.calls.map(([, init]) => JSON.parse(String(init?.body)) as unknown)
    expect(bodies).toEqual([{ attributes: { cause: 'mixed' } }, { attributes: { cause: 'mixed' } }])
    expect(fake.mock.calls.map(([, init]) => new Headers(init?.headers).get('if-match'))).toEqual([
      '"3"',
      '"4"',
    ])
  })

  it('sends nothing when nothing was changed', async () => {
    const fake = vi.fn<typeof fetch>()
    vi.stubGlobal('fetch', fake)
    const host = mount(ParcelEditor, { parcel: parcel(), county: null })
    host.querySelector('form')?.dispatchEvent(new Event('submit'))
    await nextTick()
    expect(host.textContent).toContain('没有改动')
    expect(fake).not.toHaveBeenCalled()
  })
})

describe('the first visit', () => {
  it('does not ask who is signed in when the browser holds no session', async () => {
    const state = {
      setupRequired: false,
      demo: true,
      demoAccounts: [],
      secureContext: true,
      hasSession: false,
    }
    const fake = vi.fn<typeof fetch>(async () => new Response(JSON.stringify(state), { status: 200 }))
    vi.stubGlobal('fetch', fake)
    const session = useSession(createPinia())
    await session.load()
    expect(session.isSignedIn).toBe(false)
    expect(fake.mock.calls.map(([path]) => path)).toEqual(['/api/auth-state'])
  })
})
