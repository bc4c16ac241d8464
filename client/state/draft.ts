import type { Attributes } from '#contract/parcel.ts'
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'

/** What somebody typed about a parcel and has not saved, with the state of the parcel it was typed on. */
export interface ParcelDraft {
  parcelId: string
  userId: string
  version: number
  /** Attributes as they were when the edit began. */
  before: Attributes
  inputs: Record<string, string>
  reason: string
}

const STORED_AS = 'qidiDraft'

function stored(): ParcelDraft | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null') as ParcelDraft | null
  } catch {
    return null
  }
}

/** The browser asks in its own words before the page is closed or loaded anew. */
const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

/**
 * The one edit under way. It outlives the form: when the session ends, or the page is loaded anew, it is found again in
 * the same tab. Whatever would take the form away asks first.
 */
export const useDraft = defineStore('draft', () => {
  const kept = shallowRef<ParcelDraft | null>(stored())
  /** A form stands open that holds something unsaved. */
  const isDirty = ref(false)
  const isAsking = ref(false)
  let settle: ((mayLeave: boolean) => void) | null = null

  watch(
    isDirty,
    (dirty) => (dirty ? addEventListener : removeEventListener)('beforeunload', warn as EventListener),
    { flush: 'sync' },
  )

  function keep(draft: ParcelDraft): void {
    kept.value = draft
    isDirty.value = true
    try {
      sessionStorage.setItem(STORED_AS, JSON.stringify(draft))
    } catch {
      // Storage that is full or forbidden: the edit then lives as long as the page does.
    }
  }
  function drop(): void {
    kept.value = null
    isDirty.value = false
    sessionStorage.removeItem(STORED_AS)
  }
  /** The edit of this parcel that this person began, if there is one. */
  function find(parcelId: string, userId: string): ParcelDraft | null {
    const draft = kept.value
    return draft?.parcelId === parcelId && draft.userId === userId ? draft : null
  }

  /** Whether the form may go: at once when nothing would be lost, else as the person answers. */
  function mayLeave(): Promise<boolean> {
    settle?.(false)
    settle = null
    if (!isDirty.value) return Promise.resolve(true)
    isAsking.value = true
    return new Promise((resolve) => (settle = resolve))
  }
  function answer(isDropped: boolean): void {
    if (!isAsking.value) return
    isAsking.value = false
    if (isDropped) drop()
    settle?.(isDropped)
    settle = null
  }

  return { kept, isDirty, isAsking, keep, drop, find, mayLeave, answer }
})
