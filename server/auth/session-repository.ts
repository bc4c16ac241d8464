import type { Knex } from 'knex'
import { FORGET_AFTER_MS } from './rules/throttle.ts'
import type { UserRecord } from './repository.ts'

export interface SessionRecord {
  id: string
  user_id: string
  token_hash: string
  created_at: Date
  last_seen_at: Date
  idle_until: Date
  ends_at: Date
  address: string | null
  user_agent: string | null
}

export interface TokenRecord {
  id: string
  user_id: string
  name: string
  token_hash: string
  actions: string[] | null
  created_at: Date
  expires_at: Date
  last_used_at: Date | null
}

/** Sessions and personal tokens by the hash of their secret; throttles by account or address. */
export const sessionRepository = (db: Knex) => ({
  async insertSession(session: SessionRecord): Promise<void> {
    await db('sessions').insert(session)
  },

  async findSession(
    tokenHash: string,
    now: Date,
  ): Promise<{ session: SessionRecord; user: UserRecord } | null> {
    const session = await db<SessionRecord>('sessions')
      .where({ token_hash: tokenHash })
      .where('idle_until', '>', now)
      .where('ends_at', '>', now)
      .first()
    const user = session && (await usableUser(db, session.user_id))
    return user ? { session, user } : null
  },

  async touchSession(id: string, now: Date, idleUntil: Date): Promise<void> {
    await db('sessions').where({ id }).update({ last_seen_at: now, idle_until: idleUntil })
    await db('users')
      .whereIn('id', db('sessions').where({ id }).select('user_id'))
      .update({ last_seen_at: now })
  },

  sessionsOf(userId: string, now: Date): Promise<SessionRecord[]> {
    return db<SessionRecord>('sessions')
      .where({ user_id: userId })
      .where('idle_until', '>', now)
      .orderBy('last_seen_at', 'desc')
  },

  deleteSession: (userId: string, id: string): Promise<number> =>
    db('sessions').where({ user_id: userId, id }).delete(),

  deleteSessionsOf: (userId: string, exceptId: string | null): Promise<number> =>
    db('sessions')
      .where({ user_id: userId })
      .whereNot('id', exceptId ?? '')
      .delete(),

  async insertToken(token: Omit<TokenRecord, 'last_used_at'>): Promise<void> {
    await db('personal_tokens').insert(token)
  },

  async findToken(tokenHash: string, now: Date): Promise<{ token: TokenRecord; user: UserRecord } | null> {
    const token = await db<TokenRecord>('personal_tokens')
      .where({ token_hash: tokenHash })
      .where('expires_at', '>', now)
      .first()
    const user = token && (await usableUser(db, token.user_id))
    return user ? { token, user } : null
  },

  async touchToken(id: string, now: Date): Promise<void> {
    await db('personal_tokens').where({ id }).update({ last_used_at: now })
  },

  tokensOf: (userId: string): Promise<TokenRecord[]> =>
    db<TokenRecord>('personal_tokens').where({ user_id: userId }).orderBy('created_at', 'desc'),

  deleteToken: (userId: string, id: string): Promise<number> =>
    db('personal_tokens').where({ user_id: userId, id }).delete(),

  deleteTokensOf: (userId: string): Promise<number> =>
    db('personal_tokens').where({ user_id: userId }).delete(),

  /**
   * Counts an attempt before it is judged, or answers until when the door is shut. The row stays locked until the
   * transaction ends, so that a burst of parallel guesses is counted one by one, over several processes too.
   */
  async countAttempt(
    key: string,
    now: Date,
    delayMs: (attempts: number) => number,
  ): Promise<{ lockedUntil: Date } | null> {
    return db.transaction(async (trx) => {
      const forgotten = new Date(now.getTime() - FORGET_AFTER_MS)
      const counted = await trx.raw<{ rows: { attempts: number }[] }>(
        `INSERT INTO login_throttles AS t (key, attempts, last_attempt_at) VALUES (?, 1, ?)
         ON CONFLICT (key) DO UPDATE SET last_attempt_at = excluded.last_attempt_at,
           attempts = CASE WHEN t.last_attempt_at < ? THEN 1 ELSE t.attempts + 1 END
         WHERE t.locked_until IS NULL OR t.locked_until <= excluded.last_attempt_at
         RETURNING attempts`,
        [key, now, forgotten],
      )
      const attempts = counted.rows[0]?.attempts
      if (attempts === undefined) {
        const row = await trx('login_throttles').where({ key }).first('locked_until')
        return { lockedUntil: row.locked_until as Date }
      }
      const delay = delayMs(attempts)
      const lockedUntil = delay > 0 ? new Date(now.getTime() + delay) : null
      await trx('login_throttles').where({ key }).update({ locked_until: lockedUntil })
      return null
    })
  },

  async forgetAttempts(key: string): Promise<void> {
    await db('login_throttles').where({ key }).delete()
  },

  /** Takes back the count of one attempt that turned out right. */
  async takeBackAttempt(key: string): Promise<void> {
    await db('login_throttles')
      .where({ key })
      .update({ attempts: db.raw('greatest(attempts - 1, 0)'), locked_until: null })
  },

  async deleteOutdated(now: Date): Promise<void> {
    const forgotten = new Date(now.getTime() - FORGET_AFTER_MS)
    await db('sessions').where('ends_at', '<', now).orWhere('idle_until', '<', now).delete()
    await db('personal_tokens').where('expires_at', '<', forgotten).delete()
    await db('login_throttles').where('last_attempt_at', '<', forgotten).delete()
  },
})

const usableUser = (db: Knex, id: string): Promise<UserRecord | undefined> =>
  db<UserRecord>('users').where({ id }).whereNull('disabled_at').first()
