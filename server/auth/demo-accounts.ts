import type { Knex } from 'knex'
import type { Role } from '../contract/auth.ts'
import { uuidV7 } from '../kernel/public-id.ts'
import { hashPassword } from './passwords.ts'

/** Demo mode's accounts, each named after its role, with what they are called on the screen. */
export const DEMO_ACCOUNTS: readonly { name: Role; displayName: string }[] = [
  { name: 'admin', displayName: '系统管理员（演示）' },
  { name: 'clerk', displayName: '经办人（演示）' },
  { name: 'chief', displayName: '股室负责人（演示）' },
  { name: 'inspector', displayName: '巡查员（演示）' },
  { name: 'planner', displayName: '储备规划（演示）' },
  { name: 'leader', displayName: '局领导（演示）' },
  { name: 'auditor', displayName: '督导核查（演示）' },
  { name: 'coop', displayName: '协同单位（演示）' },
  { name: 'viewer', displayName: '领导查看（演示）' },
]

export interface SeedOptions {
  divisionPrefix: string
  now?: Date
  accounts?: readonly { name: Role; displayName: string }[]
}

/** Creates the demo accounts, or sets their password to the one configured now. For demo data directories only. */
export async function seedDemoAccounts(db: Knex, password: string, options: SeedOptions): Promise<void> {
  const { divisionPrefix, now = new Date(), accounts = DEMO_ACCOUNTS } = options
  const passwordHash = await hashPassword(password)
  const rows = accounts.map(({ name, displayName }) => ({
    id: uuidV7(now.getTime()),
    name,
    display_name: displayName,
    password_hash: passwordHash,
    roles: [name],
    division_prefix: divisionPrefix,
    town_codes: [] as string[],
    created_at: now,
    created_by: 'system',
    password_changed_at: now,
  }))
  await db('users')
    .insert(rows)
    .onConflict(db.raw('(lower(name))'))
    .merge(['password_hash', 'division_prefix'])
}
