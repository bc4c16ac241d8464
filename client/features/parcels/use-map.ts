import type { BasemapConfig, CountyReference } from '#contract/reference.ts'
import { computed, nextTick, onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { httpEvents } from '../../api/http.ts'
import { fetchParcels } from '../../api/parcels.ts'
import { fetchBasemaps, fetchCounty, fetchReferenceLayer } from '../../api/reference.ts'
import type { Hovered } from '../../map/interaction.ts'
import type { MapOwner, Obscured } from '../../map/map.ts'
import type { LonLatBox } from '../../map/tile-freshness.ts'
import { hasWebGl } from '../../map/webgl.ts'
import { apiFilter, filterSearch, HIDEABLE, type Hideable } from '../../state/map-query.ts'
import { useMapUrl } from '../../state/map-url.ts'
import { useSelection } from '../../state/selection.ts'
import { classOf } from './legend.ts'

export type MapState = 'loading' | 'ready' | 'unsupported' | 'failed'
export type MapTrouble = 'context_lost' | 'tiles' | null

const GROUP_OF: Record<Hideable, 'outline' | 'names' | 'labels'> = {
  outline: 'outline',
  names: 'names',
  labels: 'labels',
}
/** Nobody answered, or a proxy for a server that does not. */
const UNREACHABLE = new Set([502, 503, 504])
/** Rows that are looked through for a box to show. */
export const MOST_FITTED = 500
const SAME_PLACE_DEGREES = 2e-5
const SAME_ZOOM = 0.01

function tellStatus(status: number): void {
  httpEvents.reachable(status !== 0 && !UNREACHABLE.has(status))
  if (status === 401) httpEvents.unauthenticated()
}

function union(boxes: readonly (readonly number[] | null)[]): LonLatBox | null {
  const known = boxes.filter((box) => box !== null && box.length === 4) as LonLatBox[]
  if (known.length === 0) return null
  return [
    Math.min(...known.map((box) => box[0])),
    Math.min(...known.map((box) => box[1])),
    Math.max(...known.map((box) => box[2])),
    Math.max(...known.map((box) => box[3])),
  ]
}

/** Ties the map to the address, the selection and the reference data. */
export function useMap(
  container: Ref<HTMLElement | null>,
  obscured: () => Obscured,
  /** What does not count as seen. */
  unseen: () => Obscured,
) {
  const { t, locale } = useI18n()
  const url = useMapUrl()
  const selection = useSelection()
  const state = ref<MapState>('loading')
  const trouble = ref<MapTrouble>(null)
  const isBusy = ref(false)
  const hovered = shallowRef<Hovered | null>(null)
  const bounds = shallowRef<LonLatBox | null>(null)
  const county = shallowRef<CountyReference | null>(null)
  const basemaps = shallowRef<BasemapConfig[]>([])
  const owner = shallowRef<MapOwner | null>(null)
  // Read before the map writes its first view into the address.
  const hadView = url.state.view !== null
  let isGone = false
  let shownId: string | null = null

  const basemap = computed(() => {
    const asked = basemaps.value.find((candidate) => candidate.id === url.state.basemap)
    return asked ?? basemaps.value.find((candidate) => candidate.default) ?? basemaps.value[0] ?? null
  })

  function measure(): void {
    bounds.value = owner.value?.visibleBox(unseen()) ?? null
  }

  function applyGroups(map: MapOwner): void {
    const isAnyLedger = url.filter.ledgers.length > 0
    map.setGroupVisible('parcels', isAnyLedger)
    map.setGroupVisible('cells', isAnyLedger)
    for (const name of HIDEABLE) {
      map.setGroupVisible(
        GROUP_OF[name],
        !url.state.hidden.includes(name) && (name !== 'labels' || isAnyLedger),
      )
    }
  }

  function applyBasemap(map: MapOwner): void {
    const kind = basemap.value?.kind ?? 'builtin'
    map.setGroupVisible('ground', kind === 'builtin')
    // A package that can't be read leaves the built-in ground, not a blank.
    map.setBasemap(basemap.value).catch(() => map.setGroupVisible('ground', true))
  }

  function applySelection(map: MapOwner): void {
    const { parcel } = selection
    map.setSelection(
      parcel && {
        id: parcel.id,
        cls: classOf(parcel.ledger, parcel.cause),
        geometry: parcel.geometry as GeoJSON.Geometry | null,
        point: parcel.innerPoint,
      },
    )
    if (parcel?.bbox && parcel.id !== shownId)
      map.keepVisible(parcel.bbox as unknown as LonLatBox, obscured())
    shownId = parcel?.id ?? null
  }

  function pick(ids: string[]): void {
    // A second click on overlapping parcels goes on to the one beneath.
    const next = ids[(ids.indexOf(url.state.selected ?? '') + 1) % Math.max(1, ids.length)] ?? null
    if (next !== url.state.selected) url.update({ selected: next })
  }

  async function loadReference(map: MapOwner): Promise<void> {
    if (county.value) map.setCounty(county.value)
    await Promise.allSettled(
      (['rivers', 'places'] as const).map(async (name) =>
        map.setReferenceData(name, await fetchReferenceLayer(name)),
      ),
    )
  }

  /** Where to look first when the link names parcels but no place. */
  async function lookAtContent(map: MapOwner): Promise<void> {
    if (hadView) return
    if (selection.parcel?.bbox) return map.fit(selection.parcel.bbox as unknown as LonLatBox, obscured())
    if (url.filter.importId) await fitFound(map)
  }

  /** Shows the parcels the filter leaves, of a great many the first. */
  async function fitFound(map = owner.value): Promise<void> {
    const query = { ...apiFilter(url.filter), limit: String(MOST_FITTED) }
    const found = await fetchParcels(query).catch(() => null)
    const box = union(found?.items.map((item) => item.bbox) ?? [])
    if (box) map?.fit(box, obscured())
  }

  /** Shows the parcels a mark stands for: its cells are mostly empty ground. */
  async function lookInto(box: LonLatBox): Promise<void> {
    const bbox = box.map((edge) => edge.toFixed(6)).join(',')
    const found = await fetchParcels({ ...apiFilter(url.filter), bbox, limit: String(MOST_FITTED) }).catch(
      () => null,
    )
    const parcels = found?.next === null ? union(found.items.map((item) => item.bbox)) : null
    owner.value?.fit(parcels ?? box, obscured())
  }

  async function start(): Promise<void> {
    if (!mapCode) {
      state.value = 'unsupported'
      return
    }
    const [{ createMap }] = await Promise.all([mapCode, countyLoaded])
    if (isGone || !container.value) return
    const map = createMap({
      container: container.value,
      view: url.state.view,
      county: county.value,
      filterQuery: filterSearch(url.filter),
      words: {
        uncalibrated: t('map.uncalibrated'),
        title: t('map.viewMap'),
        metres: t('map.metres'),
        kilometres: t('map.kilometres'),
      },
      events: {
        onHover: (next) => (hovered.value = next),
        onPick: pick,
        onMark: (box) => void lookInto(box),
        onView: (view) => {
          measure()
          url.update({ view }, 'replace')
        },
        onBusy: (busy) => (isBusy.value = busy),
        onTrouble: (next) => (trouble.value = next),
        // MapLibre fetches the tiles itself: a line that is down and a session that ended must be told all the same.
        onTileFailed: tellStatus,
      },
    })
    owner.value = map
    await map.isStyleReady
    if (isGone) return
    state.value = 'ready'
    applyGroups(map)
    applyBasemap(map)
    applySelection(map)
    await Promise.allSettled([loadReference(map), lookAtContent(map)])
  }

  // Asked for at once and awaited later, so that the page stands before the map's code has come.
  const mapCode = hasWebGl() ? import('../../map/map.ts') : null
  mapCode?.catch(() => {})
  const countyLoaded = fetchCounty().then(
    (answer) => (county.value = answer),
    () => null,
  )

  onMounted(async () => {
    void fetchBasemaps().then(
      (answer) => (basemaps.value = answer),
      () => (basemaps.value = []),
    )
    await nextTick()
    try {
      await start()
    } catch {
      state.value = 'failed'
    }
  })
  onBeforeUnmount(() => {
    isGone = true
    owner.value?.remove()
  })

  const whenReady = (apply: (map: MapOwner) => void) => () => {
    if (owner.value && state.value === 'ready' && trouble.value !== 'context_lost') apply(owner.value)
  }
  watch(trouble, (now, before) => {
    if (before !== 'context_lost' || now === 'context_lost' || !owner.value) return
    applyGroups(owner.value)
    applyBasemap(owner.value)
    applySelection(owner.value)
  })
  watch(
    () => filterSearch(url.filter),
    whenReady((map) => map.setFilter(filterSearch(url.filter))),
  )
  watch(() => [url.filter.ledgers, url.state.hidden], whenReady(applyGroups))
  watch(
    locale,
    whenReady((map) => map.rename(t('map.viewMap'))),
  )
  watch(basemap, whenReady(applyBasemap))
  // After the panel has opened, so that what it covers is known.
  watch(() => selection.parcel, whenReady(applySelection), { flush: 'post' })
  watch(
    () => url.state.view,
    whenReady((map) => {
      const { view } = url.state
      if (!view) return
      const now = map.view()
      const isSame =
        Math.abs(now.lon - view.lon) < SAME_PLACE_DEGREES &&
        Math.abs(now.lat - view.lat) < SAME_PLACE_DEGREES &&
        Math.abs(now.zoom - view.zoom) < SAME_ZOOM
      if (!isSame) map.jumpTo(view)
    }),
  )

  return { state, trouble, isBusy, hovered, bounds, measure, county, basemaps, basemap, owner, fitFound }
}
