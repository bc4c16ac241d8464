import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { currentLanguage, i18n, isLanguage, switchLanguage } from '../text/i18n.ts'
import { useDraft } from './draft.ts'
import { emptyFilter, formatMapQuery, parseMapQuery, type MapFilter, type MapQuery } from './map-query.ts'

/**
 * View, filters, selection, basemap and language live in the address: the back button undoes them, a link shares them.
 * Moving the map replaces the entry; a choice of the person makes a new one.
 */
export const useMapUrl = defineStore('map-url', () => {
  const router = useRouter()
  const draft = useDraft()
  const state = ref<MapQuery>(parseMapQuery({}))
  const filter = computed(() => state.value.filter)
  let isAttached = false
  // Navigations wait for each other, or the second would cancel the first and with it its history entry.
  let tail: Promise<unknown> = Promise.resolve()

  const address = (): Record<string, string> => ({ ...formatMapQuery(state.value), lang: currentLanguage() })

  function navigate(mode: 'push' | 'replace'): void {
    tail = tail.then(() => {
      if (isAttached && router.currentRoute.value.name === 'map')
        return router[mode]({ name: 'map', query: address() })
    })
  }

  function update(patch: Partial<MapQuery>, mode: 'push' | 'replace' = 'push'): void {
    if (draft.isDirty && patch.selected !== undefined && patch.selected !== state.value.selected) {
      // Another parcel takes the form away. Only the selection waits for the answer: the map may move meanwhile.
      void draft.mayLeave().then((mayLeave) => mayLeave && apply(patch, mode))
      return
    }
    apply(patch, mode)
  }
  function apply(patch: Partial<MapQuery>, mode: 'push' | 'replace'): void {
    state.value = { ...state.value, ...patch }
    navigate(mode)
  }

  function updateFilter(patch: Partial<MapFilter>): void {
    update({ filter: { ...state.value.filter, ...patch } })
  }

  const clearFilter = (): void => update({ filter: emptyFilter() })

  /** Takes over what the address says; false when it says what is shown already. */
  async function readAddress(): Promise<void> {
    const { query } = router.currentRoute.value
    const next = parseMapQuery(query)
    if (JSON.stringify(formatMapQuery(next)) !== JSON.stringify(formatMapQuery(state.value)))
      state.value = next
    if (isLanguage(query.lang) && query.lang !== currentLanguage()) await switchLanguage(query.lang)
  }

  function attach(): () => void {
    isAttached = true
    const { query } = router.currentRoute.value
    // Back from another page by the menu: the map is found as it was left.
    if (Object.keys(query).every((key) => key === 'lang')) navigate('replace')
    else void readAddress()
    const stops = [
      watch(
        () => router.currentRoute.value.query,
        () => router.currentRoute.value.name === 'map' && void readAddress(),
      ),
      watch(i18n.global.locale, () => navigate('replace')),
    ]
    return () => {
      isAttached = false
      for (const stop of stops) stop()
    }
  }

  return { state, filter, update, updateFilter, clearFilter, attach }
})
