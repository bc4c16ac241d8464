import type { Action, SessionUser } from '../contract/auth.ts'
import { ACTIONS } from '../contract/auth.ts'
import type { Actor } from './actor.ts'
import { actionsOf } from './permissions.ts'
import type { UserRecord } from './repository.ts'

/** Who sent a request, and by what. */
export interface Identity {
  actor: Actor
  /** `local` is the token in DATA_DIR/server.json, for command-line tools on the same machine. */
  via: 'session' | 'token' | 'local'
  /** Id of the session or token. */
  credentialId: string
  /** What a write with a cookie must bring along; sessions only. */
  csrfToken: string | null
  mustChangePassword: boolean
}

/** Accounts and tokens are managed by a person who has signed in, never by a token that may have leaked. */
const NEVER_BY_TOKEN: ReadonlySet<Action> = new Set(['token.manage', 'user.manage'])

const isAction = (text: string): text is Action => (ACTIONS as readonly string[]).includes(text)

/** What a token may do: what its owner may, without managing accounts, and no more than it was narrowed to. */
export function tokenActions(owned: ReadonlySet<Action>, narrowedTo: string[] | null): Set<Action> {
  const wanted = narrowedTo === null ? [...owned] : narrowedTo.filter(isAction)
  return new Set(wanted.filter((action) => owned.has(action) && !NEVER_BY_TOKEN.has(action)))
}

export const actorOf = (user: UserRecord, actions?: ReadonlySet<Action>): Actor => ({
  id: user.id,
  name: user.name,
  displayName: user.display_name,
  roles: user.roles,
  actions: actions ?? actionsOf(user.roles, user.town_codes),
  scope: { divisionPrefix: user.division_prefix, townCodes: user.town_codes },
})

export const sessionUserOf = ({ actor, mustChangePassword }: Identity): SessionUser => ({
  id: actor.id,
  name: actor.name,
  displayName: actor.displayName,
  roles: actor.roles,
  actions: [...actor.actions],
  scope: actor.scope,
  mustChangePassword,
})

/** Command-line tools on this machine: whoever can read DATA_DIR holds the data anyway. */
export const localActor: Actor = {
  id: 'local',
  name: 'local',
  displayName: '命令行',
  roles: ['admin'],
  actions: new Set(ACTIONS),
  scope: { divisionPrefix: '', townCodes: [] },
}
