import { auditChains } from '../../server/backup/service.ts'
import type { ChainAuditList } from '../../server/contract/operations.ts'
import { loadConfig } from '../../server/platform/config.ts'
import { runTool } from './command-line.ts'
import { withExisting } from './open-installation.ts'
import { findServer } from './running-server.ts'

const REASONS = {
  order: '次序或前一环不符 order',
  link: '记录被改动 record changed',
  content: '宗地版本被改动 versions changed',
  head: '末环不符 head',
  current: '宗地现状与最新版本不符 parcels differ from their newest versions',
  geometry: '历史图形缺失或被改动 past geometries missing or changed',
}

/** Walks every county's chain of changes; exit code 1 when a link is broken. */
async function audit(): Promise<number> {
  const server = await findServer(loadConfig(process.env).dataDir)
  const items = server
    ? (await server.get<ChainAuditList>('/api/audit')).items
    : await withExisting(auditChains)
  for (const { divisionCode, isIntact, links, brokenAt, reason } of items) {
    const verdict = isIntact
      ? `完整，共 ${links} 环 intact`
      : `第 ${brokenAt} 环断裂：${reason && REASONS[reason]}`
    console.log(`${divisionCode}  ${verdict}`)
  }
  if (items.length === 0) console.log('还没有任何变更记录 nothing has been recorded yet')
  return items.every(({ isIntact }) => isIntact) ? 0 : 1
}

await runTool(audit)
