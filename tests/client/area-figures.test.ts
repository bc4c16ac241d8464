import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import HoverTip from '../../client/features/parcels/HoverTip.vue'
import { legendOf } from '../../client/features/parcels/legend.ts'
import LegendSection from '../../client/features/parcels/LegendSection.vue'
import ParcelList from '../../client/features/parcels/ParcelList.vue'
import { emptyFilter } from '../../client/state/map-query.ts'
import { switchLanguage } from '../../client/text/i18n.ts'
import { mount, parcel, unmountAll } from './mounting.ts'

beforeEach(() => switchLanguage('zh-CN'))
afterEach(() => {
  unmountAll()
  vi.unstubAllGlobals()
})

const textOf = (element: Element | null): string => element?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''

describe('the total of a ledger in the legend', () => {
  const groups = [
    {
      ledger: 'idle',
      cause: 'enterprise',
      status: 'suspected',
      townCode: null,
      count: 12,
      areaM2: 58_000,
      withoutAreaCount: 0,
    },
  ]
  const [, section] = legendOf(groups, emptyFilter())
  const headOf = (unit: string, isKnown = true): string =>
    textOf(mount(LegendSection, { section, unit, isKnown, hasChoice: false }).querySelector('h2'))

  it('has 公顷 beside 亩, and stands alone in 公顷', () => {
    expect(headOf('mu')).toContain('87.0 亩（5.80 公顷）')
    expect(headOf('ha')).toMatch(/5\.80 公顷$/)
    expect(headOf('ha')).not.toMatch(/[（亩]/)
  })

  it('is one dash while nobody knows it', () => {
    expect(headOf('mu', false)).toMatch(/[^—]—$/)
  })
})

describe('what the pointer is on', () => {
  it('tells the area of a mark in 亩 with 公顷 beside it', () => {
    const hovered = {
      kind: 'cell',
      count: 3,
      areaM2: 58_000,
      unsuppliedCount: 1,
      idleCount: 2,
      causes: [],
      x: 0,
      y: 0,
    }
    const host = mount(HoverTip, { hovered, unit: 'mu', width: 800, height: 600 })
    expect(textOf(host.querySelector('.title'))).toBe('3 宗 · 87.0 亩（5.80 公顷）')
  })
})

describe('a row of the list', () => {
  async function expectArea(documentAreaM2: number | null, unit: string, text: string): Promise<void> {
    const page = { items: [parcel({ documentAreaM2 })], total: 1, totalIsLowerBound: false, next: null }
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async () => new Response(JSON.stringify(page), { status: 200 })),
    )
    const host = mount(ParcelList, { query: {}, bbox: null, unit, selectedId: null, isOff: false })
    await expect.poll(() => textOf(host.querySelector('tbody .number'))).toBe(text)
  }

  it('has 公顷 beside 亩, and stands alone in 公顷', async () => {
    await expectArea(58_000, 'mu', '87.00 亩（5.8000 公顷）')
    unmountAll()
    await expectArea(58_000, 'ha', '5.8000 公顷')
  })

  it('speaks English too', async () => {
    await switchLanguage('en')
    await expectArea(58_000, 'mu', '87.00 mu(5.8000 ha)')
  })

  it('has one dash where the document names no area', () => expectArea(null, 'mu', '—'))
})
