import type { ImportStatus, ImportView, PatchImport } from '#contract/import.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ApiProblem, isAbort } from '../api/http.ts'
import {
  commitImport,
  deleteImport,
  deleteImportTable,
  fetchImport,
  listenToImport,
  patchImport,
  putImportTable,
  recheckImport,
  undoImport,
} from '../api/imports.ts'
import { problemSentence } from '../text/problems.ts'

const WORKING: readonly ImportStatus[] = ['uploaded', 'checking', 'committing']
const POLL_MS = 1500
/**
 * An import at rest is followed for so long after somebody last looked: what is done to it in another window shows at
 * once, and a page left open overnight does not keep its session alive.
 */
const FOLLOW_AT_REST_MS = 10 * 60_000

export type ImportAction = 'patch' | 'table' | 'recheck' | 'commit' | 'undo' | 'delete'

export const isWorking = (status: ImportStatus): boolean => WORKING.includes(status)

/** The import on the screen: what the server says of it, kept fresh while anything is under way. */
export const useImportDetail = defineStore('import-detail', () => {
  const id = ref<string | null>(null)
  const view = shallowRef<ImportView | null>(null)
  const loadState = ref<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  /** What was asked for and has not been answered; buttons wait for it. */
  const pending = ref<ImportAction | null>(null)
  /** Undo is a job too: the import stays `committed` until it is done. */
  const isUndoing = computed(() => view.value?.work === 'undo')
  const fault = ref<string | null>(null)
  const refusal = shallowRef<ApiProblem | null>(null)
  /** Grows with every answer whose rows may differ from the ones shown. */
  const revision = ref(0)
  const isBusy = computed(
    () => pending.value !== null || isUndoing.value || (view.value !== null && isWorking(view.value.status)),
  )

  let inFlight: AbortController | null = null
  let stopListening: (() => void) | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let restTimer: ReturnType<typeof setTimeout> | null = null
  let lookedAt = 0

  function take(next: ImportView): void {
    if (next.id !== id.value) return
    const before = view.value
    view.value = next
    loadState.value = 'ready'
    if (!isWorking(next.status) && (before?.version !== next.version || before.status !== next.status))
      revision.value++
    follow()
  }

  async function refresh(): Promise<void> {
    const asked = id.value
    if (asked === null) return
    inFlight?.abort()
    const request = (inFlight = new AbortController())
    try {
      take(await fetchImport(asked, request.signal))
    } catch (error) {
      if (isAbort(error) || asked !== id.value) return
      if (error instanceof ApiProblem && [400, 404].includes(error.status)) leaveMissing()
      else if (!view.value) loadState.value = 'failed'
      else schedulePoll()
    }
  }

  /** It is not there, or no longer: given up in another window. */
  function leaveMissing(): void {
    unfollow()
    view.value = null
    loadState.value = 'missing'
  }

  function schedulePoll(): void {
    timer ??= setTimeout(() => {
      timer = null
      void refresh()
    }, POLL_MS)
  }

  const isMoving = (): boolean =>
    view.value !== null && (isWorking(view.value.status) || view.value.work === 'undo')

  /** Listens; while something is under way also asks now and then, since a proxy may swallow the stream. */
  function follow(): void {
    if (!view.value) return unfollow()
    const restMs = lookedAt + FOLLOW_AT_REST_MS - Date.now()
    if (isMoving()) schedulePoll()
    // Browsers allow six connections to a server: windows nobody sees must not use them up.
    else if (restMs <= 0 || document.visibilityState === 'hidden') return unfollow()
    stopListening ??= listenToImport(view.value.id, {
      onEvent(event) {
        if (!view.value) return
        const { version, status, work, progress } = event
        if (version !== view.value.version || status !== view.value.status) void refresh()
        else view.value = { ...view.value, work, progress: progress ?? (work && view.value.progress) }
      },
      onBroken() {
        stopListening?.()
        stopListening = null
        schedulePoll()
      },
    })
    if (restTimer) clearTimeout(restTimer)
    restTimer = setTimeout(rest, Math.max(restMs, 0))
  }

  /** Nobody looks: an import at rest is read again when somebody does. */
  function rest(): void {
    if (!isMoving()) unfollow()
  }

  /** Somebody is in front of the page again. */
  function look(): Promise<void> {
    lookedAt = Date.now()
    return refresh()
  }

  function unfollow(): void {
    stopListening?.()
    stopListening = null
    for (const pending of [timer, restTimer]) if (pending) clearTimeout(pending)
    timer = restTimer = null
  }

  async function open(next: string): Promise<void> {
    if (next !== id.value) {
      close()
      id.value = next
      loadState.value = 'loading'
    }
    await look()
  }

  function close(): void {
    unfollow()
    inFlight?.abort()
    id.value = null
    view.value = null
    fault.value = null
    refusal.value = null
    pending.value = null
  }

  /** One request at a time: a second click finds the first one's work under way. */
  async function act(action: ImportAction, run: (id: string) => Promise<void>): Promise<boolean> {
    const target = id.value
    if (pending.value !== null || target === null) return false
    pending.value = action
    lookedAt = Date.now()
    fault.value = null
    refusal.value = null
    try {
      await run(target)
      return true
    } catch (error) {
      if (target !== id.value) return false
      fault.value = problemSentence(error)
      refusal.value = error instanceof ApiProblem ? error : null
      // Another window may have moved on meanwhile.
      void refresh()
      return false
    } finally {
      if (target === id.value) pending.value = null
    }
  }

  const change = (body: PatchImport): Promise<boolean> =>
    act('patch', async (target) => {
      take(await patchImport(target, body))
    })

  const putTable = (file: File): Promise<boolean> =>
    act('table', async (target) => {
      take(await putImportTable(target, file))
    })

  const removeTable = (): Promise<boolean> =>
    act('table', async (target) => {
      take(await deleteImportTable(target))
    })

  const recheck = (): Promise<boolean> =>
    act('recheck', async (target) => {
      take(await recheckImport(target))
    })

  const commit = (onBlocked: 'stop' | 'leave_out'): Promise<boolean> =>
    act('commit', async (target) => {
      take(await commitImport(target, { onBlocked }))
    })

  const undo = (reason: string): Promise<boolean> =>
    act('undo', async (target) => {
      take(await undoImport(target, reason ? { reason } : {}))
    })

  const remove = (): Promise<boolean> => act('delete', (target) => deleteImport(target))

  return {
    id,
    view,
    loadState,
    pending,
    isUndoing,
    isBusy,
    fault,
    refusal,
    revision,
    open,
    close,
    refresh,
    look,
    rest,
    change,
    putTable,
    removeTable,
    recheck,
    commit,
    undo,
    remove,
  }
})
