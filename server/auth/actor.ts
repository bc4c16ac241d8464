import type { Action, Role } from '../contract/auth.ts'

/** Land a person may see and work on. */
export interface ActorScope {
  /** Leading digits of the division code; empty means every division. */
  divisionPrefix: string
  /** Towns (nine digits) within it; empty means all of them. */
  townCodes: string[]
}

/** Who is asking, with everything a permission check needs. */
export interface Actor {
  id: string
  name: string
  displayName: string
  roles: Role[]
  actions: ReadonlySet<Action>
  scope: ActorScope
}
