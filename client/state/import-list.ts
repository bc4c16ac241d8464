import type { ImportList } from '#contract/import.ts'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { isAbort } from '../api/http.ts'
import { fetchImports } from '../api/imports.ts'
import { isWorking } from './import-detail.ts'

const PAGE = 30
const POLL_MS = 3000

export type ImportRow = ImportList['items'][number]

/** Imports, newest first; asked for again while one of them is under way. */
export const useImportList = defineStore('import-list', () => {
  const rows = shallowRef<ImportRow[]>([])
  const total = ref(0)
  const isLowerBound = ref(false)
  const next = ref<string | null>(null)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const isLoadingMore = ref(false)
  let inFlight: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let isWatching = false

  function take(answer: ImportList): void {
    total.value = answer.total
    isLowerBound.value = answer.totalIsLowerBound
    next.value = answer.next
  }

  async function load(): Promise<void> {
    inFlight?.abort()
    const request = (inFlight = new AbortController())
    try {
      // As many as are shown: a refresh must not shorten the list under the reader.
      const limit = Math.min(Math.max(rows.value.length, PAGE), 500)
      const answer = await fetchImports({ limit }, request.signal)
      rows.value = answer.items
      take(answer)
      state.value = 'ready'
    } catch (error) {
      if (isAbort(error)) return
      if (rows.value.length === 0) state.value = 'failed'
    }
    schedule()
  }

  async function more(): Promise<void> {
    if (!next.value || isLoadingMore.value) return
    isLoadingMore.value = true
    try {
      const answer = await fetchImports({ limit: PAGE, after: next.value })
      rows.value = [...rows.value, ...answer.items]
      take(answer)
    } finally {
      isLoadingMore.value = false
    }
  }

  function schedule(): void {
    if (timer) clearTimeout(timer)
    timer = null
    if (isWatching && rows.value.some((row) => isWorking(row.status)))
      timer = setTimeout(() => void load(), POLL_MS)
  }

  function watch(): void {
    isWatching = true
    void load()
  }

  function unwatch(): void {
    isWatching = false
    inFlight?.abort()
    if (timer) clearTimeout(timer)
    timer = null
  }

  return { rows, total, isLowerBound, next, state, isLoadingMore, load, more, watch, unwatch }
})
