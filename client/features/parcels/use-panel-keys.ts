import { nextTick, onBeforeUnmount, onMounted, onUnmounted, watch, type Ref } from 'vue'

const MAP = '.maplibregl-canvas'

/** Esc from an open dialog, from a word still being composed, or from another form's field is not meant for the panel. */
function isForPanel(event: KeyboardEvent, panel: HTMLElement): boolean {
  if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return false
  if (document.querySelector('dialog[open]')) return false
  const { target } = event
  if (!(target instanceof Element)) return true
  return panel.contains(target) || target === document.body || target.matches(MAP)
}

/**
 * The panel by keyboard: Esc leaves it, and closing it brings the focus back to the row or the map it was opened from.
 * `openedFor` tells when it turns to another parcel: then that one's row is where it goes back to.
 */
export function usePanelKeys(
  panel: Ref<HTMLElement | null>,
  openedFor: () => string | null,
  onEscape: () => void,
): void {
  let origin = document.activeElement
  let element: HTMLElement | null = null
  watch(openedFor, () => {
    const now = document.activeElement
    if (now && now !== document.body && !panel.value?.contains(now)) origin = now
  })

  const onKey = (event: KeyboardEvent): void => {
    if (element && isForPanel(event, element)) onEscape()
  }
  onMounted(() => {
    element = panel.value
    document.addEventListener('keydown', onKey)
  })

  let hadFocus = false
  onBeforeUnmount(() => {
    document.removeEventListener('keydown', onKey)
    const now = document.activeElement
    hadFocus = !now || now === document.body || (element?.contains(now) ?? false)
  })
  onUnmounted(async () => {
    if (!hadFocus) return
    // The list hides behind the panel: it must show before its row can take the focus.
    await nextTick()
    for (const place of [origin, document.querySelector(MAP)]) {
      if (!(place instanceof HTMLElement) || !place.isConnected || place === document.body) continue
      place.focus({ preventScroll: true })
      if (document.activeElement === place) return
    }
  })
}

/** Where an arrow, Home or End leads in a row of tabs; null for every other key. */
export function tabAfter<T>(tabs: readonly T[], current: T, key: string): T | null {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 }
  if (key === 'Home') return tabs[0]
  if (key === 'End') return tabs[tabs.length - 1]
  if (!(key in steps)) return null
  return tabs[(tabs.indexOf(current) + steps[key] + tabs.length) % tabs.length]
}
