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
