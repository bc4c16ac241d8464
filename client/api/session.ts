import type { AuthState, CreateSession, SessionView, SetupAdmin } from '#contract/auth.ts'
import { ApiProblem, get, send, setCsrfToken } from './http.ts'

function keepToken(view: SessionView): SessionView {
  setCsrfToken(view.csrfToken)
  return view
}

/** The session of the cookie this browser holds, or null. */
export async function fetchSession(): Promise<SessionView | null> {
  try {
    return keepToken(await get<SessionView>('/api/session'))
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null
    throw error
  }
}

export const fetchAuthState = (): Promise<AuthState> => get<AuthState>('/api/auth-state')

export async function signIn(body: CreateSession): Promise<SessionView> {
  return keepToken((await send<SessionView>('POST', '/api/session', { body })).data)
}

export async function signOut(): Promise<void> {
  await send('DELETE', '/api/session')
  setCsrfToken(null)
}

export async function setUpAdmin(body: SetupAdmin): Promise<void> {
  await send('POST', '/api/setup', { body })
}

export async function changePassword(body: { currentPassword: string; newPassword: string }): Promise<void> {
  await send('PUT', '/api/session/password', { body })
}
