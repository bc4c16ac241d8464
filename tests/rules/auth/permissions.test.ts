import { describe, expect, it } from 'vitest'
import { ACTIONS, ROLES, type Action, type Role } from '#contract/auth.ts'
import type { Actor } from '../../../server/auth/actor.ts'
import { tokenActions } from '../../../server/auth/identity.ts'
import {
  actionsOf,
  isInScope,
  PERMISSIONS,
  requirePermission,
  scopePredicate,
} from '../../../server/auth/permissions.ts'
import { problemSentence, ProblemError } from '../../../server/platform/problems.ts'

const actor = (roles: Role[], divisionPrefix = '150623', townCodes: string[] = []): Actor => ({
  id: 'someone',
  name: 'someone',
  displayName: 'Someone',
  roles,
  actions: actionsOf(roles),
  scope: { divisionPrefix, townCodes },
})

function refusalOf(act: () => void): string | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof ProblemError) return error.code
    throw error
  }
}

const everyPair = ROLES.flatMap((role) => ACTIONS.map((action) => [role, action] as const))

describe('the permission table', () => {
  it.each(everyPair)('holds for %s and %s', (role, action) => {
    const isAllowed = PERMISSIONS[action].includes(role)
    const refusal = refusalOf(() => requirePermission(actor([role]), action))
    expect(refusal).toBe(isAllowed ? null : 'auth.forbidden')
  })

  const WRITES: Action[] = [
    'parcel.edit',
    'parcel.remove',
    'import.create',
    'import.commit',
    'import.undo',
    'template.edit',
    'reference.edit',
    'user.manage',
    'system.operate',
  ]
  it.each(['viewer', 'auditor', 'coop', 'inspector', 'gov', 'planner'] as const)(
    'lets %s change nothing',
    (role) => {
      expect(WRITES.filter((action) => PERMISSIONS[action].includes(role))).toEqual([])
    },
  )

  it.each(['viewer', 'coop', 'inspector'] as const)('hides internal attributes from %s', (role) => {
    expect(actionsOf([role]).has('parcel.read_internal')).toBe(false)
  })

  it('adds up the actions of several roles', () => {
    expect(actionsOf(['viewer', 'clerk'])).toEqual(actionsOf(['clerk']))
    expect(actionsOf([])).toEqual(new Set())
  })

  it('never lets a token manage accounts or make further tokens, whatever it was narrowed to', () => {
    const owned = actionsOf(['admin'])
    expect(tokenActions(owned, null).has('user.manage')).toBe(false)
    expect(tokenActions(owned, ['user.manage', 'token.manage', 'parcel.read'])).toEqual(
      new Set(['parcel.read']),
    )
  })

  it('never lets a token do more than its owner may now', () => {
    expect(tokenActions(actionsOf(['viewer']), ['parcel.edit', 'parcel.read'])).toEqual(
      new Set(['parcel.read']),
    )
  })
})

describe('scope', () => {
  const towns = ['150623100', '150623101']
  it.each([
    ['own county', '150623', [], { divisionCode: '150623' }, true],
    ['another county', '150623', [], { divisionCode: '150624' }, false],
    ['a county of the city', '1506', [], { divisionCode: '150624' }, true],
    ['everywhere', '', [], { divisionCode: '650101' }, true],
    ['own town', '150623', towns, { divisionCode: '150623', townCode: '150623101' }, true],
    ['another town', '150623', towns, { divisionCode: '150623', townCode: '150623102' }, false],
    ['land without a town', '150623', towns, { divisionCode: '150623', townCode: null }, false],
    [
      'land without a town, for the whole county',
      '150623',
      [],
      { divisionCode: '150623', townCode: null },
      true,
    ],
  ] as const)('%s', (_title, prefix, townCodes, target, expected) => {
    expect(isInScope(actor(['clerk'], prefix, [...townCodes]), target)).toBe(expected)
  })

  it('answers “not found” for land out of scope, with the id only where it was given', () => {
    const clerk = actor(['clerk'])
    expect(refusalOf(() => requirePermission(clerk, 'parcel.read', { divisionCode: '150624' }))).toBe(
      'parcel.not_found',
    )
    expect(refusalOf(() => requirePermission(clerk, 'import.undo', { divisionCode: '150624' }))).toBe(
      'import.not_found',
    )
  })

  it('refuses the role before it looks at the land', () => {
    const viewer = actor(['viewer'])
    expect(refusalOf(() => requirePermission(viewer, 'parcel.edit', { divisionCode: '150624' }))).toBe(
      'auth.forbidden',
    )
  })
})

describe('a refusal of an upload', () => {
  const refused = (who: Actor): string | null => refusalOf(() => requirePermission(who, 'import.create'))
  const limited = (roles: Role[]): Actor => {
    const towns = ['150623101']
    return { ...actor(roles, '150623', towns), actions: actionsOf(roles, towns) }
  }

  it('names what stands in the way: the role before the towns, the towns before the token', () => {
    expect(refused(actor(['viewer']))).toBe('auth.forbidden')
    expect(refused(limited(['viewer']))).toBe('auth.forbidden')
    expect(refused(limited(['clerk']))).toBe('auth.limited_to_towns')
    expect(refused({ ...actor(['clerk']), actions: new Set(['parcel.read']) })).toBe('auth.limited_token')
    expect(refused(actor(['clerk']))).toBeNull()
  })

  it('says it in words, in both languages', () => {
    const params = { action: 'import.create' }
    expect(problemSentence('auth.forbidden', params, 'zh')).toBe(
      '您的角色没有“上传和检查测绘成果”的权限。如工作需要，请联系系统管理员。',
    )
    expect(problemSentence('auth.limited_to_towns', params, 'zh')).toContain('限定在部分镇（园区）')
    expect(problemSentence('auth.forbidden', params, 'en')).toContain('“upload and check surveys”')
    for (const code of ['auth.forbidden', 'auth.limited_token'] as const)
      expect(problemSentence(code, params, 'zh')).not.toContain('镇')
  })
})

describe('the scope predicate', () => {
  it.each([
    ['', [], 'true', []],
    ['150623', [], 'p.current_division_code = ?', ['150623']],
    ['1506', [], 'p.current_division_code LIKE ?', ['1506%']],
    [
      '150623',
      ['150623101', '150623100'],
      'p.current_division_code = ? AND p.town_code = ANY(?)',
      ['150623', ['150623100', '150623101']],
    ],
  ] as const)('for %s %s', (prefix, townCodes, sql, bindings) => {
    const predicate = scopePredicate(actor(['clerk'], prefix, [...townCodes]), 'p')
    expect(predicate.sql).toBe(sql)
    expect(predicate.bindings).toEqual(bindings)
  })

  it('has one cache key for the same land and another for other land', () => {
    const key = (prefix: string, townCodes: string[]) =>
      scopePredicate(actor(['clerk'], prefix, townCodes), 'p').cacheKey
    expect(key('150623', ['150623100', '150623101'])).toBe(
      key('150623', ['150623101', '150623100', '150623100']),
    )
    expect(
      new Set([key('', []), key('1506', []), key('150623', []), key('150623', ['150623100'])]).size,
    ).toBe(4)
  })

  it('takes other column names, and nothing that is not a name', () => {
    const clerk = actor(['clerk'])
    expect(scopePredicate(clerk, 'c', { division: 'division_code', town: 'town_code' }).sql).toBe(
      'c.division_code = ?',
    )
    expect(() => scopePredicate(clerk, 'p; DROP TABLE parcels')).toThrow()
  })
})
