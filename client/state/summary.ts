import type { SummaryGroup } from '#contract/summary.ts'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { isAbort } from '../api/http.ts'
import { fetchSummary, type FilterQuery } from '../api/parcels.ts'
import { problemSentence } from '../text/problems.ts'

/** Counts and areas by ledger, cause, status and town: what every number of the legend is added up from. */
export const useSummary = defineStore('summary', () => {
  const groups = shallowRef<SummaryGroup[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  /** Whether the groups answer the last question: without an answer there is no figure, not the figure 0. */
  const isKnown = ref(false)
  /** Why the sums did not come, for the person to read. */
  const refusal = ref('')
  let inFlight: AbortController | null = null
  let last: FilterQuery = {}

  async function load(query: FilterQuery = last): Promise<void> {
    last = query
    inFlight?.abort()
    const request = (inFlight = new AbortController())
    try {
      // Removed parcels are in no sum unless asked for; their number is told all the same, or they would seem lost.
      const [standing, removed] = await Promise.all([
        fetchSummary(query, request.signal),
        fetchSummary({ ...query, status: 'removed' }, request.signal),
      ])
      groups.value = [...standing.groups, ...removed.groups]
      state.value = 'ready'
      isKnown.value = true
    } catch (error) {
      if (isAbort(error)) return
      refusal.value = problemSentence(error)
      state.value = 'failed'
      isKnown.value = false
    }
  }

  return { groups, state, isKnown, refusal, load }
})
