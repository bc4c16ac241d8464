import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../platform/problems.ts'
import type { Actor } from './actor.ts'
import type { Identity } from './identity.ts'
import { isSameSecret } from './secrets.ts'
import type { SessionService } from './session-service.ts'

export const SESSION_COOKIE = 'qidi_session'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Unset only on routes with `config.public`. */
    actor: Actor
    identity: Identity
  }
  interface FastifyContextConfig {
    /** Usable before the initial password has been changed. */
    beforePasswordChange?: boolean
    /** For a person who has signed in: a token that leaked must not lock its owner out or make itself at home. */
    sessionOnly?: boolean
  }
}

const READ_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

interface Credential {
  kind: 'session' | 'token'
  secret: string
  /** Whose it is said to be; only Basic says so. */
  name?: string
}

/** Bearer, or Basic with the user name and the token as the password, as QGIS and ArcGIS send it. */
function tokenOf(header: string): Credential | null {
  const [scheme = '', value = ''] = header.split(' ')
  if (/^bearer$/i.test(scheme)) return value ? { kind: 'token', secret: value } : null
  if (!/^basic$/i.test(scheme)) return null
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const secret = pair.slice(colon + 1)
  return secret && colon >= 0 ? { kind: 'token', secret, name: pair.slice(0, colon) } : null
}

/** A name that is not the owner's is a mistake worth telling: the work would stand under somebody nobody had in mind. */
const isNamedRightly = ({ name }: Credential, { actor }: Identity): boolean =>
  name === undefined || name.toLowerCase() === actor.name.toLowerCase()

function credentialOf(request: FastifyRequest): Credential | null {
  const { authorization } = request.headers
  if (authorization !== undefined) return tokenOf(authorization)
  const cookie = request.cookies[SESSION_COOKIE]
  return cookie ? { kind: 'session', secret: cookie } : null
}

/** Host with a port that is not the scheme's own; null for anything that is no address. */
const hostOf = (address: string | null, scheme: string): string | null =>
  address !== null && URL.canParse(scheme + address) ? new URL(scheme + address).host : null

/** A missing Origin is fine (no browser sends a foreign write without it); one of another site is not. */
export function checkOrigin(request: FastifyRequest, publicUrl: string | null): void {
  const { origin } = request.headers
  if (origin === undefined) return
  const host = hostOf(origin, '')
  const scheme = origin.slice(0, origin.indexOf(':'))
  const own = [hostOf(request.host, `${scheme}://`), hostOf(publicUrl, '')]
  if (host === null || !own.includes(host)) throw new ProblemError('auth.foreign_origin')
}

function checkCsrf(request: FastifyRequest, identity: Identity): void {
  const given = request.headers['x-csrf-token']
  if (typeof given === 'string' && identity.csrfToken !== null && isSameSecret(given, identity.csrfToken))
    return
  throw new ProblemError('auth.csrf')
}

/**
 * Finds out who sends each request. A cookie's write must bring the CSRF token and come from this site; tokens are
 * sent by programs on purpose and need neither.
 */
export function useAuthentication(
  app: FastifyInstance,
  { sessions, publicUrl }: { sessions: SessionService; publicUrl: () => string | null },
): void {
  app.decorateRequest('actor')
  app.decorateRequest('identity')
  app.addHook('onRequest', async (request) => {
    if (request.is404) return
    const {
      public: isPublic = false,
      publicWhen,
      beforePasswordChange,
      sessionOnly,
    } = request.routeOptions.config
    const isRead = READ_METHODS.has(request.method)
    const credential = credentialOf(request)
    if (!isRead && credential?.kind !== 'token') checkOrigin(request, publicUrl())
    if (isPublic || publicWhen?.(request)) return
    const identity = credential && (await sessions.identify(credential, isRead))
    if (!identity || !isNamedRightly(credential, identity)) throw new ProblemError('auth.required')
    if (sessionOnly && identity.via !== 'session') throw new ProblemError('auth.session_only')
    if (!isRead && identity.via === 'session') checkCsrf(request, identity)
    if (identity.mustChangePassword && !beforePasswordChange)
      throw new ProblemError('auth.password_change_required')
    request.identity = identity
    request.actor = identity.actor
  })
}
