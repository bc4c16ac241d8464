import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import type { Knex } from 'knex'

/** What the figures were measured on: without it they mean nothing. */
export async function describeMachine(db: Knex): Promise<string> {
  const [cpu] = cpus()
  const version = await db.raw<{ rows: { postgres: string; postgis: string }[] }>(
    "SELECT current_setting('server_version') AS postgres, PostGIS_Lib_Version() AS postgis",
  )
  const { postgres, postgis } = version.rows[0]!
  const memoryGb = Math.round(totalmem() / 2 ** 30)
  const load = execFileSync('uptime', { encoding: 'utf8' })
    .replace(/^.*load average/s, 'load average')
    .trim()
  return [
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${memoryGb} GB, ${process.platform} ${process.arch}`,
    `Node ${process.versions.node}, PostgreSQL ${postgres}, PostGIS ${postgis}; ${load} at the start`,
  ].join('\n')
}
