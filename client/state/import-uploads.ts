import type { Ledger } from '#contract/codes/ledger.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { isAbort } from '../api/http.ts'
import { uploadImport } from '../api/imports.ts'
import { problemSentence } from '../text/problems.ts'
import { previewFiles } from '../workers/preview.ts'
import type { PreviewAnswer } from '../workers/preview-worker.ts'
import { groupFiles, type FileGroup } from './import-groups.ts'

export interface UploadEntry {
  key: number
  title: string
  files: File[]
  ledger: Ledger | null
  state: 'waiting' | 'sending' | 'sent' | 'failed'
  /** Why it waits: a table without a survey, or shapefile parts without the .shp. */
  waitsFor: 'survey' | 'shp' | null
  share: number
  fault: string | null
  importId: string | null
  preview: PreviewAnswer | null
}

/** The server gives a pasted list this name, so that the same name is shown here and there. */
export const PASTED_NAME = '粘贴的坐标.txt'

/** Uploads live outside the page: walking about in the system does not break them off. */
export const useImportUploads = defineStore('import-uploads', () => {
  const entries = shallowRef<UploadEntry[]>([])
  const controllers = new Map<number, AbortController>()
  let lastKey = 0

  const sendingCount = computed(() => entries.value.filter((entry) => entry.state === 'sending').length)

  // The browser asks in its own words before a page with an upload under way is closed.
  const keepOpen = (event: BeforeUnloadEvent): void => event.preventDefault()
  watch(
    () => sendingCount.value > 0,
    (isSending) => {
      if (isSending) window.addEventListener('beforeunload', keepOpen)
      else window.removeEventListener('beforeunload', keepOpen)
    },
  )

  function update(key: number, change: Partial<UploadEntry>): void {
    entries.value = entries.value.map((entry) => (entry.key === key ? { ...entry, ...change } : entry))
  }
  const find = (key: number): UploadEntry | undefined => entries.value.find((entry) => entry.key === key)

  function remove(key: number): void {
    controllers.get(key)?.abort()
    controllers.delete(key)
    entries.value = entries.value.filter((entry) => entry.key !== key)
  }

  /** Files that wait for their survey join the new ones, so a table may be dropped first. */
  function add(files: readonly File[], ledger: Ledger | null): UploadEntry[] {
    const waiting = entries.value.filter((entry) => entry.state === 'waiting')
    for (const entry of waiting) remove(entry.key)
    const known = new Set(files.map((file) => file.name))
    const earlier = waiting.flatMap((entry) => entry.files).filter((file) => !known.has(file.name))
    const added = groupFiles([...earlier, ...files]).map((group) => entryOf(group, ledger))
    entries.value = [...added, ...entries.value.filter((entry) => entry.state !== 'sent')]
    return added
  }

  function entryOf(group: FileGroup<File>, ledger: Ledger | null): UploadEntry {
    const waitsFor = group.isTableOnly ? 'survey' : group.lacksShp ? 'shp' : null
    return {
      key: ++lastKey,
      title: group.title,
      files: group.files,
      ledger,
      state: 'waiting',
      waitsFor,
      share: 0,
      fault: null,
      importId: null,
      preview: null,
    }
  }

  /** Sends one entry; answers with the import's id, or null when that failed or was broken off. */
  async function send(key: number): Promise<string | null> {
    const entry = find(key)
    if (!entry || entry.state === 'sending') return null
    const controller = new AbortController()
    controllers.set(key, controller)
    update(key, { state: 'sending', share: 0, fault: null, waitsFor: null })
    void previewFiles(entry.files)
      .then((preview) => update(key, { preview }))
      .catch(() => {
        // No preview: the server's reading follows anyway.
      })
    try {
      const importId = await uploadImport({
        files: entry.files,
        ledger: entry.ledger,
        signal: controller.signal,
        onProgress: (share) => update(key, { share }),
      })
      update(key, { state: 'sent', share: 1, importId })
      return importId
    } catch (error) {
      if (!isAbort(error)) update(key, { state: 'failed', fault: problemSentence(error) })
      return null
    } finally {
      controllers.delete(key)
    }
  }

  /** The import was given up: its card leads nowhere any more. */
  function forget(importId: string): void {
    for (const entry of entries.value) if (entry.importId === importId) remove(entry.key)
  }

  const previewOf = (importId: string): PreviewAnswer | null =>
    entries.value.find((entry) => entry.importId === importId)?.preview ?? null

  return { entries, sendingCount, add, send, remove, forget, previewOf }
})
