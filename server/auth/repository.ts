import type { Knex } from 'knex'
import type { Role } from '../contract/auth.ts'
import { uuidV7 } from '../kernel/public-id.ts'

export interface UserRecord {
  id: string
  name: string
  display_name: string
  password_hash: string
  roles: Role[]
  division_prefix: string
  town_codes: string[]
  must_change_password: boolean
  disabled_at: Date | null
  created_at: Date
  created_by: string
  password_changed_at: Date
  last_seen_at: Date | null
}

export interface LoginLogEntry {
  name: string
  userId: string | null
  outcome: 'signed_in' | 'wrong' | 'locked' | 'disabled' | 'signed_out' | 'revoked'
  address: string | null
  userAgent: string | null
}

export interface LoginLogRecord {
  id: string
  at: Date
  name: string
  user_id: string | null
  outcome: LoginLogEntry['outcome']
  address: string | null
  user_agent: string | null
}

/** Tells the other processes to forget the identities they remember. */
export const ACCOUNTS_CHANGED = 'accounts_changed'

export const accountRepository = (db: Knex) => ({
  async insert(user: UserRecord): Promise<void> {
    await db('users').insert(user)
  },

  find: (id: string): Promise<UserRecord | undefined> => db<UserRecord>('users').where({ id }).first(),

  findForUpdate: (id: string): Promise<UserRecord | undefined> =>
    db<UserRecord>('users').where({ id }).forUpdate().first(),

  findByName: (name: string): Promise<UserRecord | undefined> =>
    db<UserRecord>('users').whereRaw('lower(name) = lower(?)', [name]).first(),

  async update(id: string, change: Partial<UserRecord>): Promise<void> {
    await db('users').where({ id }).update(change)
  },

  findAll: (): Promise<UserRecord[]> =>
    db<UserRecord>('users').orderBy([{ column: 'name' }, { column: 'id' }]),

  /** Locks them, so that two administrators cannot each remove the other as the last but one. */
  usableAdminIds: async (): Promise<string[]> => {
    const rows = await db<UserRecord>('users')
      .whereNull('disabled_at')
      .whereRaw(`roles @> ARRAY['admin']`)
      .orderBy('id')
      .forUpdate()
    return rows.map((row) => row.id)
  },

  /** The first of these towns that does not exist, or lies outside the division. */
  async townOutside(divisionPrefix: string, townCodes: readonly string[]): Promise<string | undefined> {
    if (townCodes.length === 0) return undefined
    const known = await db('towns')
      .whereIn('code', [...townCodes])
      .where('division_code', 'like', `${divisionPrefix}%`)
      .pluck<string[]>('code')
    return townCodes.find((code) => !known.includes(code))
  },

  async hasAdmin(): Promise<boolean> {
    const row = await db('users').whereNull('disabled_at').whereRaw(`roles @> ARRAY['admin']`).first('id')
    return row !== undefined
  },

  async replaceSetupToken(tokenHash: string, now: Date): Promise<void> {
    await db('setup_tokens')
      .insert({ id: 1, token_hash: tokenHash, created_at: now })
      .onConflict('id')
      .merge()
  },

  /** Uses the token up; two at once, and only one gets it. */
  async takeSetupToken(tokenHash: string): Promise<boolean> {
    return (await db('setup_tokens').where({ token_hash: tokenHash }).delete()) === 1
  },

  async log(entry: LoginLogEntry, at: Date): Promise<void> {
    await db('login_log').insert({
      id: uuidV7(at.getTime()),
      at,
      name: entry.name.slice(0, 100),
      user_id: entry.userId,
      outcome: entry.outcome,
      address: entry.address,
      user_agent: entry.userAgent?.slice(0, 300) ?? null,
    })
  },

  recentLog: (limit: number): Promise<LoginLogRecord[]> =>
    db<LoginLogRecord>('login_log').orderBy('id', 'desc').limit(limit),

  async announceChange(): Promise<void> {
    await db.raw(`NOTIFY ${ACCOUNTS_CHANGED}`)
  },
})
