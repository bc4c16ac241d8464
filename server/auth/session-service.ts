import type { Knex } from 'knex'
import type { CreatedToken, CreateToken, SessionList, TokenList } from '../contract/auth.ts'
import { ACTIONS } from '../contract/auth.ts'
import { uuidV7 } from '../kernel/public-id.ts'
import type { Clock } from '../platform/clock.ts'
import { ProblemError } from '../platform/problems.ts'
import { actorOf, localActor, tokenActions, type Identity } from './identity.ts'
import { identityCache } from './identity-cache.ts'
import { isPassword } from './passwords.ts'
import { actionsOf, requirePermission } from './permissions.ts'
import { accountRepository, type LoginLogEntry } from './repository.ts'
import { ACCOUNT_FREE_ATTEMPTS, ADDRESS_FREE_ATTEMPTS, lockDelayMs } from './rules/throttle.ts'
import {
  csrfTokenOf,
  hashSecret,
  isSameSecret,
  newPersonalToken,
  newSecret,
  TOKEN_PREFIX,
} from './secrets.ts'
import { sessionRepository } from './session-repository.ts'

export interface Caller {
  address: string
  userAgent: string | null
}

export interface SessionServiceDeps {
  db: Knex
  clock: Clock
  sessionIdleMs: number
  sessionMaxMs: number
  /** Of DATA_DIR/server.json; lives as long as this process. */
  localToken: string | null
}

const DAY_MS = 24 * 3_600_000
const TOKEN_DAYS_DEFAULT = 90
const TOUCH_EVERY_MS = 60_000

/** Signing in and out, sessions, personal tokens, and finding out who sent a request. */
export const sessionService = (deps: SessionServiceDeps) => {
  const { db, clock } = deps
  const sessions = sessionRepository(db)
  const accounts = accountRepository(db)
  const cache = identityCache(clock)

  async function forgetEverywhere(): Promise<void> {
    cache.clear()
    await accounts.announceChange()
  }

  async function log(entry: Omit<LoginLogEntry, 'address' | 'userAgent'>, caller: Caller): Promise<void> {
    await accounts.log({ ...entry, address: caller.address, userAgent: caller.userAgent }, clock.now())
  }

  async function countAttempts(name: string, caller: Caller): Promise<void> {
    const doors: [string, number][] = [
      [`address:${caller.address}`, ADDRESS_FREE_ATTEMPTS],
      [`account:${name.toLowerCase()}`, ACCOUNT_FREE_ATTEMPTS],
    ]
    for (const [key, free] of doors) {
      const shut = await sessions.countAttempt(key, clock.now(), (attempts) => lockDelayMs(attempts, free))
      if (!shut) continue
      const seconds = Math.max(1, Math.ceil((shut.lockedUntil.getTime() - clock.now().getTime()) / 1000))
      await log({ name, userId: null, outcome: 'locked' }, caller)
      throw new ProblemError('auth.locked', { seconds }, { retryAfterS: seconds })
    }
  }

  async function bySession(secret: string): Promise<Identity | null> {
    const found = await sessions.findSession(hashSecret(secret), clock.now())
    if (!found) return null
    const { session, user } = found
    const now = clock.now().getTime()
    if (now - session.last_seen_at.getTime() > TOUCH_EVERY_MS) {
      const idleUntil = new Date(Math.min(now + deps.sessionIdleMs, session.ends_at.getTime()))
      await sessions.touchSession(session.id, new Date(now), idleUntil)
    }
    return {
      actor: actorOf(user),
      via: 'session',
      credentialId: session.id,
      csrfToken: csrfTokenOf(secret),
      mustChangePassword: user.must_change_password,
    }
  }

  async function byToken(secret: string): Promise<Identity | null> {
    if (deps.localToken !== null && isSameSecret(secret, deps.localToken))
      return {
        actor: localActor,
        via: 'local',
        credentialId: 'local',
        csrfToken: null,
        mustChangePassword: false,
      }
    if (!secret.startsWith(TOKEN_PREFIX)) return null
    const found = await sessions.findToken(hashSecret(secret), clock.now())
    if (!found) return null
    const { token, user } = found
    const lastUsed = token.last_used_at?.getTime() ?? 0
    if (clock.now().getTime() - lastUsed > TOUCH_EVERY_MS) await sessions.touchToken(token.id, clock.now())
    return {
      actor: actorOf(user, tokenActions(actionsOf(user.roles, user.town_codes), token.actions)),
      via: 'token',
      credentialId: token.id,
      csrfToken: null,
      mustChangePassword: user.must_change_password,
    }
  }

  return {
    /** Remembered identities go when an account changes in another process. */
    forget: () => cache.clear(),
    forgetEverywhere,

    /** `mayBeRemembered` is for reads: a write always asks the database. */
    async identify(
      credential: { kind: 'session' | 'token'; secret: string },
      mayBeRemembered: boolean,
    ): Promise<Identity | null> {
      const key = credential.kind + hashSecret(credential.secret)
      const remembered = mayBeRemembered ? cache.get(key) : null
      if (remembered) return remembered
      const identity = await (credential.kind === 'session' ? bySession : byToken)(credential.secret)
      if (identity) cache.set(key, identity)
      return identity
    },

    async signIn(
      name: string,
      password: string,
      caller: Caller,
    ): Promise<{ secret: string; endsAt: Date; identity: Identity }> {
      await countAttempts(name, caller)
      const user = await accounts.findByName(name)
      const isRight = await isPassword(user?.password_hash ?? null, password)
      if (!user || !isRight || user.disabled_at !== null) {
        const outcome = user && isRight ? 'disabled' : 'wrong'
        await log({ name, userId: user?.id ?? null, outcome }, caller)
        throw new ProblemError('auth.invalid_credentials')
      }
      await sessions.forgetAttempts(`account:${name.toLowerCase()}`)
      await sessions.takeBackAttempt(`address:${caller.address}`)
      const now = clock.now()
      const [secret, id] = [newSecret(), uuidV7(now.getTime())]
      const endsAt = new Date(now.getTime() + deps.sessionMaxMs)
      await sessions.insertSession({
        id,
        user_id: user.id,
        token_hash: hashSecret(secret),
        created_at: now,
        last_seen_at: now,
        idle_until: new Date(now.getTime() + Math.min(deps.sessionIdleMs, deps.sessionMaxMs)),
        ends_at: endsAt,
        address: caller.address,
        user_agent: caller.userAgent?.slice(0, 300) ?? null,
      })
      await accounts.update(user.id, { last_seen_at: now })
      await log({ name: user.name, userId: user.id, outcome: 'signed_in' }, caller)
      const identity: Identity = {
        actor: actorOf(user),
        via: 'session',
        credentialId: id,
        csrfToken: csrfTokenOf(secret),
        mustChangePassword: user.must_change_password,
      }
      return { secret, endsAt, identity }
    },

    async signOut(identity: Identity, caller: Caller): Promise<void> {
      await sessions.deleteSession(identity.actor.id, identity.credentialId)
      await log({ name: identity.actor.name, userId: identity.actor.id, outcome: 'signed_out' }, caller)
      await forgetEverywhere()
    },

    async sessions(identity: Identity): Promise<SessionList> {
      const rows = await sessions.sessionsOf(identity.actor.id, clock.now())
      const items = rows.map((row) => ({
        id: row.id,
        createdAt: row.created_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
        address: row.address,
        userAgent: row.user_agent,
        isCurrent: row.id === identity.credentialId,
      }))
      return { items, total: items.length, totalIsLowerBound: false }
    },

    async endSession(identity: Identity, id: string, caller: Caller): Promise<void> {
      const ended = await sessions.deleteSession(identity.actor.id, id)
      if (ended === 0) throw new ProblemError('auth.session_not_found', { id })
      await log({ name: identity.actor.name, userId: identity.actor.id, outcome: 'revoked' }, caller)
      await forgetEverywhere()
    },

    /** All but the one it is asked from. */
    async endOtherSessions(identity: Identity, caller: Caller): Promise<void> {
      await sessions.deleteSessionsOf(identity.actor.id, identity.credentialId)
      await log({ name: identity.actor.name, userId: identity.actor.id, outcome: 'revoked' }, caller)
      await forgetEverywhere()
    },

    async tokens(identity: Identity): Promise<TokenList> {
      requirePermission(identity.actor, 'token.manage')
      const rows = await sessions.tokensOf(identity.actor.id)
      const items = rows.map((row) => ({
        id: row.id,
        name: row.name,
        actions: row.actions,
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
        lastUsedAt: row.last_used_at?.toISOString() ?? null,
      }))
      return { items, total: items.length, totalIsLowerBound: false }
    },

    /** The token itself is in this answer and nowhere else. */
    async createToken(identity: Identity, input: CreateToken): Promise<CreatedToken> {
      requirePermission(identity.actor, 'token.manage')
      const [token, now] = [newPersonalToken(), clock.now()]
      const expiresAt = new Date(now.getTime() + (input.expiresInDays ?? TOKEN_DAYS_DEFAULT) * DAY_MS)
      const actions = input.actions ? ACTIONS.filter((action) => input.actions?.includes(action)) : null
      const id = uuidV7(now.getTime())
      await sessions.insertToken({
        id,
        user_id: identity.actor.id,
        name: input.name,
        token_hash: hashSecret(token),
        actions,
        created_at: now,
        expires_at: expiresAt,
      })
      return {
        id,
        name: input.name,
        actions,
        createdAt: now.toISOString(),
        expiresAt: expiresAt.toISOString(),
        lastUsedAt: null,
        token,
      }
    },

    async revokeToken(identity: Identity, id: string): Promise<void> {
      requirePermission(identity.actor, 'token.manage')
      const revoked = await sessions.deleteToken(identity.actor.id, id)
      if (revoked === 0) throw new ProblemError('auth.token_not_found', { id })
      await forgetEverywhere()
    },

    /** Ended sessions, expired tokens and old throttles. */
    deleteOutdated: () => sessions.deleteOutdated(clock.now()),
  }
}
export type SessionService = ReturnType<typeof sessionService>
