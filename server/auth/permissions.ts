import { ACTIONS, ROLES, type Action, type Role } from '../contract/auth.ts'
import type { ProblemCode } from '../contract/problem.ts'
import { ProblemError } from '../platform/problems.ts'
import type { Actor } from './actor.ts'

const EVERYBODY: readonly Role[] = ROLES
/** Those who keep the ledgers: they enter, correct and take back surveys. */
const KEEPERS: readonly Role[] = ['clerk', 'chief', 'admin']

/**
 * The one permission table: who may do what. Where (division, towns) is the account's scope, checked apart.
 *
 * planner, leader, gov, auditor read everything in scope, telephone numbers and prices too: they decide on it. coop
 * (other offices), inspector and viewer read the general attributes only. leader alone takes a parcel out of the
 * ledger (误入库剔除); admin may do everything, since in a small bureau one person is everything.
 */
export const PERMISSIONS: Readonly<Record<Action, readonly Role[]>> = {
  'parcel.read': EVERYBODY,
  'parcel.read_internal': ['clerk', 'planner', 'chief', 'leader', 'gov', 'auditor', 'admin'],
  'parcel.edit': KEEPERS,
  'parcel.remove': ['leader', 'admin'],
  'import.read': ['clerk', 'chief', 'leader', 'auditor', 'admin'],
  'import.create': KEEPERS,
  'import.commit': KEEPERS,
  'import.undo': KEEPERS,
  'template.edit': KEEPERS,
  'reference.read': EVERYBODY,
  'reference.edit': ['admin'],
  'user.manage': ['admin'],
  // One's own personal tokens only: what a token may do never exceeds what its owner may do.
  'token.manage': EVERYBODY,
  'job.read': KEEPERS,
  'system.operate': ['admin'],
}

/**
 * Actions that reach over the whole county whatever one row says: a survey is checked against every parcel of its
 * division and undone as a whole. An account limited to towns has none of them.
 */
export const COUNTY_WIDE: ReadonlySet<Action> = new Set([
  'import.read',
  'import.create',
  'import.commit',
  'import.undo',
  'template.edit',
])

/** What roles allow; narrower for an account whose scope is some towns. */
export function actionsOf(roles: readonly Role[], townCodes: readonly string[] = []): Set<Action> {
  const isAllowed = (action: Action): boolean => PERMISSIONS[action].some((role) => roles.includes(role))
  return new Set(
    ACTIONS.filter((action) => isAllowed(action) && !(townCodes.length > 0 && COUNTY_WIDE.has(action))),
  )
}

export interface PermissionTarget {
  divisionCode: string
  townCode?: string | null
  /** Public id, so that “out of scope” reads exactly like “does not exist”. */
  id?: string
}

/** Whether land lies in the actor's scope. Land without a town belongs to those who see the whole division. */
export function isInScope(actor: Actor, target: PermissionTarget): boolean {
  const { divisionPrefix, townCodes } = actor.scope
  if (!target.divisionCode.startsWith(divisionPrefix)) return false
  return townCodes.length === 0 || (target.townCode != null && townCodes.includes(target.townCode))
}

const NOT_FOUND: Readonly<Record<string, ProblemCode>> = {
  parcel: 'parcel.not_found',
  import: 'import.not_found',
  template: 'import.template_not_found',
  job: 'job.not_found',
  reference: 'reference.not_found',
  user: 'auth.user_not_found',
}

/** Why an actor may not do this at all: the role, an account limited to towns, or a token that was narrowed. */
function reasonAgainst({ roles, scope }: Actor, action: Action): ProblemCode {
  if (!PERMISSIONS[action].some((role) => roles.includes(role))) return 'auth.forbidden'
  return scope.townCodes.length > 0 && COUNTY_WIDE.has(action)
    ? 'auth.limited_to_towns'
    : 'auth.limited_token'
}

/** Throws 403 when no role allows the action, and 404 when the target is out of scope: it then does not exist for them. */
export function requirePermission(actor: Actor, action: Action, target?: PermissionTarget): void {
  if (!actor.actions.has(action)) throw new ProblemError(reasonAgainst(actor, action), { action })
  if (target && !isInScope(actor, target)) {
    const code = NOT_FOUND[action.split('.')[0] ?? ''] ?? 'request.not_found'
    throw new ProblemError(code, target.id === undefined ? {} : { id: target.id })
  }
}

export interface ScopePredicate {
  sql: string
  bindings: (string | string[])[]
  /** Equal for two actors exactly when they see the same land. */
  cacheKey: string
}

const DIVISION_DIGITS = 6
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/

/**
 * The one scope predicate of lists, single reads, tiles, search, summary, exports, history, files and live events.
 * It tests the current division: counties merge, and whoever holds the land now sees it. Column names can be given for
 * tables that call them otherwise.
 */
export function scopePredicate(
  actor: Actor,
  alias: string,
  columns: { division: string; town: string } = { division: 'current_division_code', town: 'town_code' },
): ScopePredicate {
  if (![alias, columns.division, columns.town].every((name) => IDENTIFIER.test(name)))
    throw new Error(`not a column name: ${alias}.${columns.division}`)
  const { divisionPrefix, townCodes } = actor.scope
  const towns = [...new Set(townCodes)].sort()
  const parts: { sql: string; binding: string | string[] }[] = []
  if (divisionPrefix.length === DIVISION_DIGITS)
    parts.push({ sql: `${alias}.${columns.division} = ?`, binding: divisionPrefix })
  else if (divisionPrefix !== '')
    parts.push({ sql: `${alias}.${columns.division} LIKE ?`, binding: `${divisionPrefix}%` })
  if (towns.length > 0) parts.push({ sql: `${alias}.${columns.town} = ANY(?)`, binding: towns })
  return {
    sql: parts.map((part) => part.sql).join(' AND ') || 'true',
    bindings: parts.map((part) => part.binding),
    cacheKey: [divisionPrefix, ...towns].join('+'),
  }
}

/** The system itself: nightly jobs, cell rebuilds, sample data. */
export const systemActor: Actor = {
  id: 'system',
  name: 'system',
  displayName: '系统',
  roles: [],
  actions: new Set(ACTIONS),
  scope: { divisionPrefix: '', townCodes: [] },
}
