import { defineStore } from 'pinia'
import { ref } from 'vue'

const PROBE_EVERY_MS = 4000

/** Whether the network is up and the server answers; probes until it does again. */
export const useConnection = defineStore('connection', () => {
  const isOnline = ref(navigator.onLine)
  const isServerUp = ref(true)
  const isSecure = ref(window.isSecureContext)
  let probe: ReturnType<typeof setTimeout> | null = null

  async function probeOnce(): Promise<void> {
    probe = null
    try {
      report((await fetch('/health/live', { cache: 'no-store' })).ok)
    } catch {
      report(false)
    }
  }

  function report(isReachable: boolean): void {
    isServerUp.value = isReachable
    if (!isReachable && probe === null) probe = setTimeout(() => void probeOnce(), PROBE_EVERY_MS)
  }

  function watch(): void {
    window.addEventListener('online', () => (isOnline.value = true))
    window.addEventListener('offline', () => (isOnline.value = false))
  }

  return { isOnline, isServerUp, isSecure, report, watch }
})
