import { ref, shallowRef } from 'vue'
import { isAbort } from '../../api/http.ts'

export interface Page<T> {
  items: T[]
  total: number
  totalIsLowerBound: boolean
  next: string | null
}

/** A list read page by page; asking anew drops whatever was under way. */
export function usePaged<T>(fetchPage: (after: string | null, signal: AbortSignal) => Promise<Page<T>>) {
  const items = shallowRef<T[]>([])
  const total = ref(0)
  const next = ref<string | null>(null)
  const state = ref<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  let inFlight: AbortController | null = null

  async function read(after: string | null): Promise<void> {
    inFlight?.abort()
    const request = (inFlight = new AbortController())
    if (after === null && items.value.length === 0) state.value = 'loading'
    try {
      const page = await fetchPage(after, request.signal)
      items.value = after === null ? page.items : [...items.value, ...page.items]
      total.value = page.total
      next.value = page.next
      state.value = 'ready'
    } catch (error) {
      if (!isAbort(error)) state.value = 'failed'
    }
  }

  const load = (): Promise<void> => read(null)
  async function more(): Promise<void> {
    if (next.value) await read(next.value)
  }
  const stop = (): void => inFlight?.abort()

  return { items, total, next, state, load, more, stop }
}
