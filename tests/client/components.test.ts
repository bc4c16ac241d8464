import type { SessionUser } from '#contract/auth.ts'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { legendOf } from '../../client/features/parcels/legend.ts'
import LegendSection from '../../client/features/parcels/LegendSection.vue'
import ParcelAreas from '../../client/features/parcels/ParcelAreas.vue'
import ParcelHistory from '../../client/features/parcels/ParcelHistory.vue'
import { useSession } from '../../client/state/session.ts'
import { emptyFilter } from '../../client/state/map-query.ts'
import { switchLanguage } from '../../client/text/i18n.ts'
import { mount, parcel, unmountAll } from './mounting.ts'

beforeEach(() => switchLanguage('zh-CN'))
afterEach(() => {
  unmountAll()
  vi.unstubAllGlobals()
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
    const host = mount(LegendSection, { section, unit: 'mu', hasChoice: true, isKnown: true, onToggle })
    const button = host.querySelector<HTMLButtonElement>('[data-cause-class="enterprise"]')
    expect(button?.getAttribute('aria-pressed')).toBe('true')
    expect(button?.textContent?.replace(/\s+/g, ' ')).toContain('企业原因')
    expect(button?.textContent).toContain('1,234')
    expect(button?.textContent).toContain('87.0 亩')
    host.querySelector<HTMLButtonElement>('[data-cause-class="judicial"]')?.click()
    expect(onToggle).toHaveBeenCalledWith('judicial')
  })

  it('says no figure, and not 0, while nobody knows one', () => {
    const [, section] = legendOf([], emptyFilter())
    const host = mount(LegendSection, { section, unit: 'mu', hasChoice: false, isKnown: false })
    expect(host.textContent).not.toMatch(/\b0\b/)
    expect(host.querySelector('[data-cause-class="enterprise"]')?.textContent).toContain('—')
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

  it.each([0, null])('say that there is none to compare with where the document has %s', (documentAreaM2) => {
    const host = mount(ParcelAreas, { parcel: parcel({ documentAreaM2 }) })
    const notes = [...host.querySelectorAll('.note')].map((note) => note.textContent)
    expect(notes).toEqual(['以此为准', '没有文件面积', '没有文件面积'])
  })
})

describe('the history', () => {
  const entry = (version: number, kind: string, changes: unknown[] = []) => ({
    version,
    changeSetId: `c${version}`,
    kind,
    by: '经办人',
    recordedAt: '2026-01-05T00:00:00Z',
    effectiveOn: '2026-01-05',
    reason: null,
    sourceName: null,
    changes,
  })
  async function rowsFor(actions: string[]): Promise<string[]> {
    const items = [
      entry(4, 'transition'),
      entry(3, 'edit'),
      entry(2, 'edit', [{ field: 'remark', from: null, to: '已核实' }]),
      entry(1, 'import'),
    ]
    const answer = { items, total: 4, totalIsLowerBound: false }
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async () => new Response(JSON.stringify(answer))),
    )
    const pinia = createPinia()
    useSession(pinia).user = { actions } as unknown as SessionUser
    const host = mount(ParcelHistory, { id: parcel().id, version: 4 }, pinia)
    await expect.poll(() => host.querySelectorAll('.time-line > li').length).toBe(4)
    return [...host.querySelectorAll('.time-line > li')].map((row) => row.textContent ?? '')
  }

  it('says of a change that nothing of it may be seen, and of no other row', async () => {
    const rows = await rowsFor(['parcel.read'])
    expect(rows.map((row) => row.includes('改动的内容您无权查看'))).toEqual([false, true, false, false])
  })

  it('says so to nobody who may see everything', async () => {
    const rows = await rowsFor(['parcel.read', 'parcel.read_internal'])
    expect(rows.join()).not.toContain('无权查看')
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
