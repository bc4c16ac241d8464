import { createPinia, setActivePinia } from 'pinia'
import { createApp, defineComponent } from 'vue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { emptyFilter } from '../../client/state/map-query.ts'
import { useMapUrl } from '../../client/state/map-url.ts'
import { currentLanguage, switchLanguage } from '../../client/text/i18n.ts'

const Empty = defineComponent({ render: () => null })
let router: Router
let url: ReturnType<typeof useMapUrl>
let detach = (): void => {}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function open(path: string): Promise<void> {
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/map', name: 'map', component: Empty },
      { path: '/imports', name: 'imports', component: Empty },
    ],
  })
  const pinia = createPinia()
  setActivePinia(pinia)
  const app = createApp(Empty)
  app.use(pinia)
  app.use(router)
  await router.push(path)
  url = app.runWithContext(() => useMapUrl())
  detach = url.attach()
  await settle()
}

beforeEach(() => switchLanguage('zh-CN'))
afterEach(() => detach())

describe('the map and its address', () => {
  it('takes over a shared link, its language too', async () => {
    await open('/map?at=107.5,38.2,12&ledger=idle&cause=judicial&sel=150623-x&lang=en')
    await expect.poll(() => currentLanguage()).toBe('en')
    expect(url.state).toMatchObject({ view: { lon: 107.5, lat: 38.2, zoom: 12 }, selected: '150623-x' })
    expect(url.filter).toMatchObject({ ledgers: ['idle'], causes: ['judicial'] })
  })

  it('makes an entry for a choice, so that back undoes it', async () => {
    await open('/map?at=107.5,38.2,12')
    url.updateFilter({ statuses: ['suspected'] })
    await settle()
    expect(router.currentRoute.value.query.status).toBe('suspected')
    router.back()
    await expect.poll(() => url.filter.statuses).toEqual([])
  })

  it('makes none for moving about', async () => {
    await open('/map?at=107.5,38.2,12')
    url.updateFilter({ q: '城川' })
    await settle()
    url.update({ view: { lon: 108, lat: 38, zoom: 14 } }, 'replace')
    await settle()
    expect(router.currentRoute.value.query).toMatchObject({ at: '108.00000,38.00000,14.00', q: '城川' })
    router.back()
    await expect.poll(() => url.filter.q).toBe('')
  })

  it('loses neither of two changes that come at once', async () => {
    await open('/map?at=107.5,38.2,12')
    url.update({ selected: '150623-a' })
    url.update({ view: { lon: 107.6, lat: 38.2, zoom: 12 } }, 'replace')
    await settle()
    expect(router.currentRoute.value.query).toMatchObject({ sel: '150623-a', at: '107.60000,38.20000,12.00' })
    router.back()
    await expect.poll(() => url.state.selected).toBeNull()
  })

  it('is found as it was left when one comes back by the menu', async () => {
    await open('/map?at=107.5,38.2,12&cause=enterprise')
    detach()
    await router.push('/imports')
    await router.push('/map')
    detach = url.attach()
    await settle()
    expect(router.currentRoute.value.query.cause).toBe('enterprise')
    url.clearFilter()
    expect(url.filter).toEqual(emptyFilter())
  })
})
