import type { Clock } from '../platform/clock.ts'
import type { Identity } from './identity.ts'

// A map view asks for dozens of tiles at once: without this each would ask the database who it is.
const REMEMBER_MS = 5_000
const MOST = 2_000

/** Identities of the last seconds, for reads only; emptied at once when an account, session or token changes. */
export function identityCache(clock: Clock) {
  const remembered = new Map<string, { identity: Identity; until: number }>()
  return {
    get(key: string): Identity | null {
      const entry = remembered.get(key)
      return entry && entry.until > clock.now().getTime() ? entry.identity : null
    },
    set(key: string, identity: Identity): void {
      if (remembered.size >= MOST) remembered.clear()
      remembered.set(key, { identity, until: clock.now().getTime() + REMEMBER_MS })
    },
    clear(): void {
      remembered.clear()
    },
  }
}
