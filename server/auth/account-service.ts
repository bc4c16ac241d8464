import type { Knex } from 'knex'
import type {
  ChangePassword,
  CreateUser,
  LoginLog,
  PatchUser,
  SetupAdmin,
  UserList,
  UserRow,
} from '../contract/auth.ts'
import { uuidV7 } from '../kernel/public-id.ts'
import type { Clock } from '../platform/clock.ts'
import { ProblemError } from '../platform/problems.ts'
import type { Actor } from './actor.ts'
import type { Identity } from './identity.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { requirePermission } from './permissions.ts'
import { accountRepository, type UserRecord } from './repository.ts'
import { PASSWORD_MIN_LENGTH, passwordFault } from './rules/passwords.ts'
import { hashSecret, newSetupToken } from './secrets.ts'
import { sessionRepository } from './session-repository.ts'
import type { SessionService } from './session-service.ts'

export interface AccountServiceDeps {
  db: Knex
  clock: Clock
  sessions: SessionService
  divisionCode: string
}

const UNIQUE_VIOLATION = '23505'
const LOG_ENTRIES = 200

const toUserRow = (row: UserRecord): UserRow => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  roles: row.roles,
  divisionPrefix: row.division_prefix,
  townCodes: row.town_codes,
  disabled: row.disabled_at !== null,
  createdAt: row.created_at.toISOString(),
  lastSeenAt: row.last_seen_at?.toISOString() ?? null,
})

function checkPassword(password: string, name: string): void {
  const fault = passwordFault(password, name)
  if (!fault) return
  const code = `password.${fault}`
  throw new ProblemError(
    'auth.password_weak',
    { fault: code, min: PASSWORD_MIN_LENGTH },
    { errors: [{ field: 'password', code, params: { min: PASSWORD_MIN_LENGTH } }] },
  )
}

/** Nobody hands out more land than their own. */
function checkScope(actor: Actor, divisionPrefix: string, townCodes: readonly string[]): void {
  const { scope } = actor
  const isWithin =
    divisionPrefix.startsWith(scope.divisionPrefix) &&
    (scope.townCodes.length === 0 ||
      (townCodes.length > 0 && townCodes.every((code) => scope.townCodes.includes(code))))
  if (!isWithin) throw new ProblemError('auth.scope_too_wide')
}

/** An account of towns that are not there would see nothing, and nobody would know why. */
async function checkTowns(db: Knex, divisionPrefix: string, townCodes: readonly string[]): Promise<void> {
  const town = await accountRepository(db).townOutside(divisionPrefix, townCodes)
  if (town !== undefined) throw new ProblemError('auth.town_unknown', { town, divisionPrefix })
}

function isVisibleTo(actor: Actor, user: UserRecord): boolean {
  return user.division_prefix.startsWith(actor.scope.divisionPrefix)
}

async function insertOnce(db: Knex, user: UserRecord): Promise<void> {
  await accountRepository(db)
    .insert(user)
    .catch((error: unknown) => {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
      throw new ProblemError('auth.name_taken', { name: user.name })
    })
}

/** Accounts: the first administrator, those an administrator makes, and one's own password. */
export const accountService = (deps: AccountServiceDeps) => {
  const { db, clock, sessions } = deps
  const accounts = accountRepository(db)

  async function newUser(
    input: Pick<CreateUser, 'name' | 'displayName' | 'password' | 'roles' | 'divisionPrefix' | 'townCodes'>,
    by: { id: string; mustChangePassword: boolean },
  ): Promise<UserRecord> {
    checkPassword(input.password, input.name)
    const now = clock.now()
    return {
      id: uuidV7(now.getTime()),
      name: input.name,
      display_name: input.displayName,
      password_hash: await hashPassword(input.password),
      roles: [...new Set(input.roles)],
      division_prefix: input.divisionPrefix,
      town_codes: [...new Set(input.townCodes)],
      must_change_password: by.mustChangePassword,
      disabled_at: null,
      created_at: now,
      created_by: by.id,
      password_changed_at: now,
      last_seen_at: null,
    }
  }

  async function checkAdminRemains(trx: Knex, user: UserRecord, change: PatchUser): Promise<void> {
    const losesAdmin = change.disabled === true || (change.roles && !change.roles.includes('admin'))
    if (!losesAdmin || !user.roles.includes('admin')) return
    const admins = await accountRepository(trx).usableAdminIds()
    if (admins.every((id) => id === user.id)) throw new ProblemError('auth.last_admin')
  }

  async function columnsOf(user: UserRecord, change: PatchUser): Promise<Partial<UserRecord>> {
    if (change.password !== undefined) checkPassword(change.password, user.name)
    const { displayName, roles, divisionPrefix, townCodes, disabled, password } = change
    return {
      ...(displayName === undefined ? {} : { display_name: displayName }),
      ...(roles === undefined ? {} : { roles: [...new Set(roles)] }),
      ...(divisionPrefix === undefined ? {} : { division_prefix: divisionPrefix }),
      ...(townCodes === undefined ? {} : { town_codes: [...new Set(townCodes)] }),
      ...(disabled === undefined ? {} : { disabled_at: disabled ? (user.disabled_at ?? clock.now()) : null }),
      ...(password === undefined
        ? {}
        : {
            password_hash: await hashPassword(password),
            password_changed_at: clock.now(),
            must_change_password: true,
          }),
    }
  }

  return {
    setupRequired: async (): Promise<boolean> => !(await accounts.hasAdmin()),

    /** A new one-time token while there is no administrator; null once there is. */
    async renewSetupToken(): Promise<string | null> {
      if (await accounts.hasAdmin()) return null
      const token = newSetupToken()
      await accounts.replaceSetupToken(hashSecret(token), clock.now())
      return token
    },

    async setUp(input: SetupAdmin): Promise<UserRow> {
      if (await accounts.hasAdmin()) throw new ProblemError('auth.setup_done')
      const scope = { divisionPrefix: deps.divisionCode, townCodes: [] }
      const user = await newUser(
        { ...input, ...scope, roles: ['admin'] },
        { id: 'setup', mustChangePassword: false },
      )
      await db.transaction(async (trx) => {
        const isTaken = await accountRepository(trx).takeSetupToken(
          hashSecret(input.token.trim().toLowerCase()),
        )
        if (!isTaken) throw new ProblemError('auth.setup_token_wrong')
        await insertOnce(trx, user)
      })
      return toUserRow(user)
    },

    async list(actor: Actor): Promise<UserList> {
      requirePermission(actor, 'user.manage')
      const rows = (await accounts.findAll()).filter((row) => isVisibleTo(actor, row))
      return { items: rows.map(toUserRow), total: rows.length, totalIsLowerBound: false }
    },

    async create(actor: Actor, input: CreateUser): Promise<UserRow> {
      requirePermission(actor, 'user.manage')
      checkScope(actor, input.divisionPrefix, input.townCodes)
      await checkTowns(db, input.divisionPrefix, input.townCodes)
      const user = await newUser(input, { id: actor.id, mustChangePassword: true })
      await insertOnce(db, user)
      return toUserRow(user)
    },

    /** Roles and scope count from the next request on; a new password or being disabled ends every session and token. */
    async change(actor: Actor, id: string, change: PatchUser): Promise<UserRow> {
      requirePermission(actor, 'user.manage')
      const changed = await db.transaction(async (trx) => {
        const repository = accountRepository(trx)
        // Administrators are locked before the account, always in this order: two changes at once never wait for each other.
        const admins = change.disabled === true || change.roles ? await repository.usableAdminIds() : []
        const user = await repository.findForUpdate(id)
        if (!user || !isVisibleTo(actor, user)) throw new ProblemError('auth.user_not_found', { id })
        const scope = [
          change.divisionPrefix ?? user.division_prefix,
          change.townCodes ?? user.town_codes,
        ] as const
        checkScope(actor, ...scope)
        // Only where land is given: whoever disables an account of a town that is gone must not be held up.
        if (change.divisionPrefix !== undefined || change.townCodes !== undefined)
          await checkTowns(trx, ...scope)
        if (admins.length > 0) await checkAdminRemains(trx, user, change)
        const columns = await columnsOf(user, change)
        if (Object.keys(columns).length > 0) await repository.update(id, columns)
        if (change.disabled === true || change.password !== undefined) {
          await sessionRepository(trx).deleteSessionsOf(id, null)
          await sessionRepository(trx).deleteTokensOf(id)
          await sessionRepository(trx).forgetAttempts(`account:${user.name.toLowerCase()}`)
        }
        return { ...user, ...columns }
      })
      await sessions.forgetEverywhere()
      return toUserRow(changed)
    },

    /** Ends every other session and every token: whoever knew the old password is out, and what they made with it. */
    async changePassword(identity: Identity, input: ChangePassword): Promise<void> {
      const user = await accounts.find(identity.actor.id)
      if (!user) throw new ProblemError('auth.user_not_found', {})
      if (!(await isPassword(user.password_hash, input.currentPassword)))
        throw new ProblemError('auth.password_wrong')
      if (input.newPassword === input.currentPassword) {
        throw new ProblemError('auth.password_weak', { fault: 'password.unchanged' })
      }
      checkPassword(input.newPassword, user.name)
      const password_hash = await hashPassword(input.newPassword)
      await db.transaction(async (trx) => {
        await accountRepository(trx).update(user.id, {
          password_hash,
          password_changed_at: clock.now(),
          must_change_password: false,
        })
        await sessionRepository(trx).deleteSessionsOf(user.id, identity.credentialId)
        await sessionRepository(trx).deleteTokensOf(user.id)
      })
      await sessions.forgetEverywhere()
    },

    async loginLog(actor: Actor): Promise<LoginLog> {
      requirePermission(actor, 'user.manage')
      const rows = await accounts.recentLog(LOG_ENTRIES)
      const items = rows.map((row) => ({
        at: row.at.toISOString(),
        name: row.name,
        outcome: row.outcome,
        address: row.address,
        userAgent: row.user_agent,
      }))
      return { items, total: items.length, totalIsLowerBound: items.length === LOG_ENTRIES }
    },
  }
}
export type AccountService = ReturnType<typeof accountService>
