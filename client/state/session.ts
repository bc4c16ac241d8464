import type { AuthState, CreateSession, SessionUser } from '#contract/auth.ts'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { fetchAuthState, fetchSession, signIn, signOut } from '../api/session.ts'
import { useDraft } from './draft.ts'

/** Who is signed in and what they may do. The server decides every request again. */
export const useSession = defineStore('session', () => {
  const user = ref<SessionUser | null>(null)
  const authState = ref<AuthState | null>(null)
  const hasLoaded = ref(false)
  const hasEnded = ref(false)
  const isSignedIn = computed(() => user.value !== null)

  async function load(): Promise<void> {
    if (hasLoaded.value) return
    const { hasSession } = await loadAuthState()
    user.value = hasSession ? ((await fetchSession())?.user ?? null) : null
    hasLoaded.value = true
  }

  async function loadAuthState(): Promise<AuthState> {
    authState.value = await fetchAuthState()
    return authState.value
  }

  async function enter(credentials: CreateSession): Promise<void> {
    user.value = (await signIn(credentials)).user
    hasLoaded.value = true
    hasEnded.value = false
  }

  /** False when the person would rather go on with an edit. */
  async function leave(): Promise<boolean> {
    const draft = useDraft()
    if (!(await draft.mayLeave())) return false
    await signOut()
    // On a shared machine nothing of this person's stays in the tab.
    draft.drop()
    user.value = null
    hasEnded.value = false
    return true
  }

  /** The server no longer knows our cookie. */
  function expire(): void {
    if (user.value) hasEnded.value = true
    user.value = null
  }

  async function reload(): Promise<void> {
    user.value = (await fetchSession())?.user ?? null
  }

  const may = (action: string): boolean => user.value?.actions.includes(action) ?? false

  return {
    user,
    authState,
    hasLoaded,
    hasEnded,
    isSignedIn,
    load,
    loadAuthState,
    enter,
    leave,
    expire,
    reload,
    may,
  }
})
