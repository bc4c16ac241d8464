import type {
  AuthState,
  CreatedToken,
  CreateSession,
  CreateToken,
  SessionList,
  SessionView,
  SetupAdmin,
  TokenList,
} from '#contract/auth.ts'
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

export const fetchOwnSessions = (): Promise<SessionList> => get<SessionList>('/api/session/sessions')

export async function endSession(id: string): Promise<void> {
  await send('DELETE', `/api/session/sessions/${encodeURIComponent(id)}`)
}

export async function endOtherSessions(): Promise<void> {
  await send('DELETE', '/api/session/sessions')
}

export const fetchTokens = (): Promise<TokenList> => get<TokenList>('/api/session/tokens')

export async function createToken(body: CreateToken): Promise<CreatedToken> {
  return (await send<CreatedToken>('POST', '/api/session/tokens', { body })).data
}

export async function revokeToken(id: string): Promise<void> {
  await send('DELETE', `/api/session/tokens/${encodeURIComponent(id)}`)
}
