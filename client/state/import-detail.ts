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
/** Asked so often without a sign of an undo, there is none under way. */
const QUIET_POLLS_MAX = 6

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
  const isUndoing = ref(false)
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
  let quietPolls = 0

  function take(next: ImportView): void {
    if (next.id !== id.value) return
    const before = view.value
    view.value = next
    loadState.value = 'ready'
    noteUndo(next)
    if (!isWorking(next.status) && (!before || isWorking(before.status) || before.status !== next.status))
      revision.value++
    follow()
  }

  /** Undo leaves the status `committed` until it is through: its job's progress tells, or that it said no. */
  function noteUndo(next: ImportView): void {
    if (next.status === 'committed' && next.progress?.phase === 'undo') {
      isUndoing.value = true
      quietPolls = 0
    } else if (next.status === 'undone' || next.notice?.code === 'undo_refused') isUndoing.value = false
    else if (isUndoing.value && ++quietPolls > QUIET_POLLS_MAX) isUndoing.value = false
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
      if (error instanceof ApiProblem && [400, 404].includes(error.status)) loadState.value = 'missing'
      else if (!view.value) loadState.value = 'failed'
      else schedulePoll()
    }
  }

  function schedulePoll(): void {
    timer ??= setTimeout(() => {
      timer = null
      void refresh()
    }, POLL_MS)
  }

  /** Listens while something is under way, and asks now and then as well: a proxy may swallow the stream. */
  function follow(): void {
    if (!view.value || (!isWorking(view.value.status) && !isUndoing.value)) {
      unfollow()
      return
    }
    schedulePoll()
    stopListening ??= listenToImport(view.value.id, {
      onEvent(event) {
        if (!view.value) return
        if (event.status !== view.value.status) void refresh()
        else if (event.progress) view.value = { ...view.value, progress: event.progress }
      },
      onBroken() {
        stopListening?.()
        stopListening = null
        schedulePoll()
      },
    })
  }

  function unfollow(): void {
    stopListening?.()
    stopListening = null
    if (timer) clearTimeout(timer)
    timer = null
  }

  async function open(next: string): Promise<void> {
    if (next !== id.value) {
      close()
      id.value = next
      loadState.value = 'loading'
    }
    await refresh()
  }

  function close(): void {
    unfollow()
    inFlight?.abort()
    id.value = null
    view.value = null
    fault.value = null
    refusal.value = null
    isUndoing.value = false
    pending.value = null
  }

  /** One request at a time: a second click finds the first one's work under way. */
  async function act(action: ImportAction, run: (id: string) => Promise<void>): Promise<boolean> {
    const target = id.value
    if (pending.value !== null || target === null) return false
    pending.value = action
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
      const answer = await undoImport(target, reason ? { reason } : {})
      isUndoing.value = true
      quietPolls = 0
      take(answer)
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
    change,
    putTable,
    removeTable,
    recheck,
    commit,
    undo,
    remove,
  }
})
