import type { BackupTable } from './tables.ts'

/**
 * A backup is a gzipped tar: `header.json`, then `tables/<table>/<part>.ndjson` (a row is a JSON array of texts and
 * nulls), then `files/<sha256>`, and last `manifest.json`, without which it counts as cut off.
 */
export const BACKUP_FORMAT = 1

export interface BackupHeader {
  format: typeof BACKUP_FORMAT
  product: 'qidi'
  createdAt: string
  /** Names of the migrations the database had: its structure. */
  migrations: string[]
  tables: BackupTable[]
}

export interface BackupManifest {
  tables: Record<string, { rows: number; digest: string }>
  sequences: Record<string, string>
  files: { count: number; bytes: number; missing: string[] }
}

export interface BackupProgress {
  phase: 'table' | 'files' | 'verify'
  name: string
  rows: number
}

export type OnBackupProgress = (progress: BackupProgress) => void

export const HEADER_ENTRY = 'header.json'
export const MANIFEST_ENTRY = 'manifest.json'
export const TABLE_ENTRY = /^tables\/([a-z0-9_]+)\/\d+\.ndjson$/
export const FILE_ENTRY = /^files\/([0-9a-f]{64})$/
