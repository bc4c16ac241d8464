import type { ImportView } from '#contract/import.ts'
import type { ImportPreview } from '#contract/import-rows.ts'
import type { CountyReference } from '#contract/reference.ts'
import type { FeatureCollection } from 'geojson'
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isAbort } from '../../api/http.ts'
import { fetchImportIssues, fetchImportPreview } from '../../api/imports.ts'
import { fetchCounty, fetchReferenceLayer } from '../../api/reference.ts'
import type { MiniMap } from '../../map/mini-map.ts'
import type { SurveyState } from '../../map/survey-palette.ts'
import { hasWebGl } from '../../map/webgl.ts'
import type { Candidate } from './candidate.ts'
import { OVERLAP_CODES, REPAIRED_CODES, countStates, rowStates } from './row-states.ts'

const EMPTY: ImportPreview = { type: 'FeatureCollection', features: [], isPartial: false, assumed: null }
const ISSUE_LIMIT = 500

/** Loads what the mini-map draws and keeps it with the import; the map itself is loaded on demand. */
export function usePreviewMap(
  container: Ref<HTMLElement | null>,
  view: Ref<ImportView>,
  revision: Ref<number>,
  candidate: Ref<Candidate | null>,
) {
  const { t } = useI18n()
  const state = ref<'loading' | 'ready' | 'unsupported' | 'failed'>('loading')
  const preview = shallowRef<ImportPreview>(EMPTY)
  const states = shallowRef<Map<number, SurveyState>>(new Map())
  const picked = ref<number | null>(null)
  const county = shallowRef<CountyReference | null>(null)
  const map = shallowRef<MiniMap | null>(null)
  const counts = computed(() => countStates(states.value))
  const pickedFeature = computed(
    () => preview.value.features.find(({ properties }) => properties.row === picked.value) ?? null,
  )
  let inFlight: AbortController | null = null
  let isGone = false

  async function markedIssues(signal: AbortSignal) {
    const { id, issueCounts } = view.value
    const codes = [...OVERLAP_CODES, ...REPAIRED_CODES].filter((code) => issueCounts[code])
    const pages = await Promise.all(
      codes.map((code) => fetchImportIssues(id, { code, limit: ISSUE_LIMIT }, signal)),
    )
    return pages.flatMap((page) => page.items)
  }

  function draw(isFitting: boolean): void {
    const features = preview.value.features.flatMap(({ geometry, properties }) =>
      geometry
        ? [
            {
              type: 'Feature',
              geometry,
              properties: { ...properties, state: states.value.get(properties.row) ?? 'ready' },
            },
          ]
        : [],
    )
    map.value?.setRows({ type: 'FeatureCollection', features } as unknown as FeatureCollection)
    if (isFitting && features.length > 0) map.value?.fitRows()
  }

  /** Only what nobody has decided yet is looked at under candidates. */
  const isOpen = (): boolean => view.value.status === 'needs_choice'

  async function load(): Promise<void> {
    inFlight?.abort()
    const request = (inFlight = new AbortController())
    try {
      const [shapes, issues] = await Promise.all([
        fetchImportPreview(view.value.id, isOpen() ? { ...candidate.value } : {}, request.signal),
        markedIssues(request.signal),
      ])
      preview.value = shapes
      states.value = rowStates(shapes, issues)
      picked.value = null
      draw(true)
      if (state.value === 'failed') state.value = map.value ? 'ready' : 'unsupported'
    } catch (error) {
      if (!isAbort(error)) state.value = 'failed'
    }
  }

  async function start(): Promise<void> {
    if (!hasWebGl()) {
      state.value = 'unsupported'
      return
    }
    const [{ createMiniMap }, reference] = await Promise.all([
      import('../../map/mini-map.ts'),
      fetchCounty().catch(() => null),
    ])
    if (isGone || !container.value) return
    county.value = reference
    map.value = createMiniMap({
      container: container.value,
      county: reference,
      words: {
        title: t('map.viewMap'),
        metres: t('map.metres'),
        kilometres: t('map.kilometres'),
        twoFingers: t('importSteps.map.twoFingers'),
      },
      onPick: (row) => (picked.value = row),
    })
    state.value = 'ready'
    for (const name of ['rivers', 'places'] as const) {
      fetchReferenceLayer(name)
        .then((data) => map.value?.setReference(name, data))
        .catch(() => {
          // Rivers and names are ornament here.
        })
    }
    draw(true)
  }

  watch(revision, () => void load())
  watch(candidate, () => {
    if (isOpen()) void load()
  })
  watch(picked, (row) => map.value?.markRow(row))
  onMounted(() => {
    void load()
    start().catch(() => (state.value = 'failed'))
  })
  onBeforeUnmount(() => {
    isGone = true
    inFlight?.abort()
    map.value?.remove()
  })

  return { state, preview, counts, picked, pickedFeature, county, map, load }
}
