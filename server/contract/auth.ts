import { Type, type Static } from 'typebox'
import { Instant, Nullable } from './primitives.ts'

export const ROLES = [
  'clerk',
  'planner',
  'chief',
  'leader',
  'gov',
  'coop',
  'inspector',
  'auditor',
  'viewer',
  'admin',
] as const
export type Role = (typeof ROLES)[number]
export const RoleSchema = Type.Enum([...ROLES])

/** What a role may do; the table role × action stands in server/auth/permissions.ts. */
export const ACTIONS = [
  'parcel.read',
  'parcel.read_internal',
  'parcel.edit',
  'parcel.remove',
  'import.read',
  'import.create',
  'import.commit',
  'import.undo',
  'template.edit',
  'reference.read',
  'reference.edit',
  'user.manage',
  'token.manage',
  'job.read',
  'system.operate',
] as const
export type Action = (typeof ACTIONS)[number]

export const SessionUser = Type.Object({
  id: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  roles: Type.Array(RoleSchema),
  actions: Type.Array(Type.String()),
  scope: Type.Object({
    divisionPrefix: Type.String(),
    townCodes: Type.Array(Type.String()),
  }),
  mustChangePassword: Type.Boolean(),
})
export type SessionUser = Static<typeof SessionUser>

export const SessionView = Type.Object({ user: SessionUser, csrfToken: Type.String() })
export type SessionView = Static<typeof SessionView>

export const CreateSession = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
})
export type CreateSession = Static<typeof CreateSession>

/** What the sign-in page must know before anybody has signed in. */
export const AuthState = Type.Object({
  setupRequired: Type.Boolean(),
  demo: Type.Boolean(),
  demoAccounts: Type.Array(Type.String()),
  secureContext: Type.Boolean(),
  /** This browser sent a session cookie: only then is it worth asking who is signed in (a 401 would be an error on its console). */
  hasSession: Type.Boolean(),
})
export type AuthState = Static<typeof AuthState>

export const SetupAdmin = Type.Object({
  token: Type.String({ minLength: 8, maxLength: 200 }),
  name: Type.String({ minLength: 2, maxLength: 60 }),
  displayName: Type.String({ minLength: 1, maxLength: 60 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
})
export type SetupAdmin = Static<typeof SetupAdmin>

export const UserRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  roles: Type.Array(RoleSchema),
  divisionPrefix: Type.String(),
  townCodes: Type.Array(Type.String()),
  disabled: Type.Boolean(),
  createdAt: Instant,
  lastSeenAt: Nullable(Instant),
})
export type UserRow = Static<typeof UserRow>

export const CreateUser = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 60 }),
  displayName: Type.String({ minLength: 1, maxLength: 60 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
  roles: Type.Array(RoleSchema, { minItems: 1 }),
  divisionPrefix: Type.String({ pattern: '^[0-9]{2,6}$' }),
  townCodes: Type.Array(Type.String({ pattern: '^[0-9]{9}$' })),
})
export type CreateUser = Static<typeof CreateUser>

/** What an administrator may change of an account; a new password must be changed at the next sign-in. */
export const PatchUser = Type.Object({
  displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  roles: Type.Optional(Type.Array(RoleSchema, { minItems: 1 })),
  divisionPrefix: Type.Optional(Type.String({ pattern: '^[0-9]{2,6}$' })),
  townCodes: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9]{9}$' }))),
  disabled: Type.Optional(Type.Boolean()),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
})
export type PatchUser = Static<typeof PatchUser>

export const UserList = Type.Object({
  items: Type.Array(UserRow),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
})
export type UserList = Static<typeof UserList>

export const ChangePassword = Type.Object({
  currentPassword: Type.String({ minLength: 1, maxLength: 200 }),
  newPassword: Type.String({ minLength: 1, maxLength: 200 }),
})
export type ChangePassword = Static<typeof ChangePassword>

export const SessionList = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      createdAt: Instant,
      lastSeenAt: Instant,
      address: Nullable(Type.String()),
      userAgent: Nullable(Type.String()),
      isCurrent: Type.Boolean(),
    }),
  ),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
})
export type SessionList = Static<typeof SessionList>

/** Longest a personal token lives, days. */
export const TOKEN_DAYS_MAX = 366

/** `actions` narrows what the token may do; without it, what its owner may. */
export const CreateToken = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 60 }),
  actions: Type.Optional(Type.Array(Type.Enum([...ACTIONS]), { minItems: 1 })),
  expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: TOKEN_DAYS_MAX })),
})
export type CreateToken = Static<typeof CreateToken>

const TokenFields = {
  id: Type.String(),
  name: Type.String(),
  actions: Nullable(Type.Array(Type.String())),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Nullable(Instant),
}

/** The token itself is shown this once. */
export const CreatedToken = Type.Object({ ...TokenFields, token: Type.String() })
export type CreatedToken = Static<typeof CreatedToken>

export const TokenList = Type.Object({
  items: Type.Array(Type.Object(TokenFields)),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
})
export type TokenList = Static<typeof TokenList>

export const LoginLog = Type.Object({
  items: Type.Array(
    Type.Object({
      at: Instant,
      name: Type.String(),
      outcome: Type.String(),
      address: Nullable(Type.String()),
      userAgent: Nullable(Type.String()),
    }),
  ),
  total: Type.Integer(),
  totalIsLowerBound: Type.Boolean(),
})
export type LoginLog = Static<typeof LoginLog>
