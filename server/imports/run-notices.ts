/** Why checks run that nobody has just asked for: stands on the import while they do. */
import type { ImportRecord } from './import-record.ts'

export type RunNotice = 'recheck_after_restart' | 'commit_lost' | 'commit_resumed' | 'commit_rechecks'

const OF_A_COMMIT: ReadonlySet<string> = new Set<RunNotice>(['commit_resumed', 'commit_rechecks'])

/** Checks that run on behalf of a commit are part of it to whoever looks on. */
export const isRunForCommit = ({ status, notice }: Pick<ImportRecord, 'status' | 'notice'>): boolean =>
  status === 'checking' && notice !== null && OF_A_COMMIT.has(notice.code)
