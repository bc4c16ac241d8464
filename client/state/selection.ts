import type { ParcelDetail } from '#contract/parcel.ts'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { ApiProblem, isAbort } from '../api/http.ts'
import { fetchParcel } from '../api/parcels.ts'

export type SelectionState = 'none' | 'loading' | 'ready' | 'missing' | 'failed'

/** The one parcel the panel shows and the map marks. */
export const useSelection = defineStore('selection', () => {
  const id = ref<string | null>(null)
  const parcel = shallowRef<ParcelDetail | null>(null)
  const state = ref<SelectionState>('none')
  let inFlight: AbortController | null = null

  async function select(next: string | null): Promise<void> {
    inFlight?.abort()
    id.value = next
    if (next !== parcel.value?.id) parcel.value = null
    if (next === null) {
      state.value = 'none'
      return
    }
    const request = (inFlight = new AbortController())
    state.value = parcel.value ? 'ready' : 'loading'
    try {
      parcel.value = await fetchParcel(next, request.signal)
      state.value = 'ready'
    } catch (error) {
      if (isAbort(error)) return
      state.value = error instanceof ApiProblem && [400, 404].includes(error.status) ? 'missing' : 'failed'
    }
  }

  /** Takes the row a write answered with. */
  function replace(next: ParcelDetail): void {
    if (next.id === id.value) parcel.value = next
  }

  return { id, parcel, state, select, replace }
})
