import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import ResultCard from '../../../client/features/imports/ResultCard.vue'
import { importView } from './import-view.ts'
import { mount, type Mounted } from './mount.ts'

let mounted: Mounted | null = null
let counts: Record<'shown' | 'removed', number>
beforeEach(() => {
  vi.stubGlobal('fetch', async (url: string) => {
    const count = url.includes('status=removed') ? counts.removed : counts.shown
    const total = { count, areaM2: count * 1000, withoutAreaCount: 0 }
    return new Response(JSON.stringify({ total }), { headers: { 'content-type': 'application/json' } })
  })
})
afterEach(() => {
  mounted?.unmount()
  vi.unstubAllGlobals()
})

const shown = async (): Promise<HTMLElement> => {
  const view = importView({ status: 'committed', committedAt: '2026-01-05T01:31:00Z' })
  mounted = mount(ResultCard, { view, mayUndo: true, isUndoing: false })
  await vi.waitFor(() => expect(mounted!.host.textContent).toContain('现在台账中'))
  return mounted.host
}

describe('the result of an import', () => {
  it('says why fewer parcels are on the map than were written, and shows the others', async () => {
    counts = { shown: 307, removed: 5 }
    const host = await shown()
    expect(host.textContent).toContain('现在台账中 307 宗')
    await vi.waitFor(() => expect(host.textContent).toContain('其中 5 宗是“已剔除”'))
    expect(host.querySelector('.removed a')?.getAttribute('href')).toMatch(/\/map\?.*status=removed/)
  })

  it('says nothing of the kind when all of them are there', async () => {
    counts = { shown: 312, removed: 5 }
    const host = await shown()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(host.querySelector('.removed')).toBeNull()
  })
})
