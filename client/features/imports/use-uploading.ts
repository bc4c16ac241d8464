import type { Ledger } from '#contract/codes/ledger.ts'
import { onBeforeUnmount, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { PASTED_NAME, useImportUploads, type UploadEntry } from '../../state/import-uploads.ts'

/** Sends what was dropped; a single survey leads straight to its page, several stay in the list. */
export function useUploading(ledger: Ref<Ledger | null>, onSent: () => void) {
  const router = useRouter()
  const uploads = useImportUploads()
  let isHere = true

  async function sendAll(entries: readonly UploadEntry[]): Promise<void> {
    const ready = entries.filter((entry) => entry.waitsFor === null)
    // One after the other: together they would only slow each other down.
    for (const entry of ready) {
      const importId = await uploads.send(entry.key)
      onSent()
      if (importId && ready.length === 1 && isHere)
        await router.push({ name: 'import', params: { id: importId } })
    }
  }

  const takeFiles = (files: readonly File[]): Promise<void> => sendAll(uploads.add(files, ledger.value))

  const takePaste = (text: string): Promise<void> =>
    takeFiles([new File([text], PASTED_NAME, { type: 'text/plain' })])

  function sendAgain(key: number): void {
    const entry = uploads.entries.find((candidate) => candidate.key === key)
    if (entry) void sendAll([{ ...entry, waitsFor: null }])
  }

  onBeforeUnmount(() => (isHere = false))

  return { takeFiles, takePaste, sendAgain }
}
