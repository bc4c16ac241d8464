import { PassThrough, type Readable } from 'node:stream'
import type { ChainAudit } from '../contract/operations.ts'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import { verifyChain } from '../parcels/audit.ts'
import { writeBackup, type BackupDeps } from './dump.ts'

/** What the person who runs the installation needs of a running server. */
export const backupService = (deps: BackupDeps) => ({
  /** A whole backup as it is being written; a fault breaks the stream off, so that nobody takes it for whole. */
  backup(actor: Actor): Readable {
    requirePermission(actor, 'system.operate')
    const stream = new PassThrough()
    writeBackup(deps, stream).catch((error: unknown) => stream.destroy(error as Error))
    return stream
  },

  async audit(actor: Actor): Promise<ChainAudit[]> {
    requirePermission(actor, 'system.operate')
    return auditChains(deps)
  },
})

export type BackupService = ReturnType<typeof backupService>

/** Every county's chain of change sets, walked from its start. */
export async function auditChains({ database }: Pick<BackupDeps, 'database'>): Promise<ChainAudit[]> {
  const divisions: string[] = await database
    .knex('chain_heads')
    .orderBy('division_code')
    .pluck('division_code')
  const verdicts: ChainAudit[] = []
  for (const divisionCode of divisions) {
    const verdict = await verifyChain(database.knex, divisionCode)
    verdicts.push(
      verdict.ok
        ? { divisionCode, isIntact: true, links: verdict.links, brokenAt: null, reason: null }
        : {
            divisionCode,
            isIntact: false,
            links: verdict.seq,
            brokenAt: verdict.seq,
            reason: verdict.reason,
          },
    )
  }
  return verdicts
}
