import type { ImportIssue, ImportView, IssueSeverity } from '#contract/import.ts'
import { ISSUE_SEVERITIES } from '#contract/import.ts'

export interface IssueGroup {
  code: string
  count: number
  /** Null until an issue of the group has been read. */
  severity: IssueSeverity | null
}

const rank = (severity: IssueSeverity | null): number =>
  severity === null ? ISSUE_SEVERITIES.length : ISSUE_SEVERITIES.indexOf(severity)

/** Issues by code, the gravest and most frequent first. */
export function issueGroups(
  view: Pick<ImportView, 'issueCounts' | 'issues'>,
  learned: ReadonlyMap<string, IssueSeverity> = new Map(),
): IssueGroup[] {
  const severities = new Map<string, IssueSeverity>(learned)
  for (const issue of view.issues) severities.set(issue.code, issue.severity)
  return Object.entries(view.issueCounts)
    .filter(([, count]) => count > 0)
    .map(([code, count]) => ({ code, count, severity: severities.get(code) ?? null }))
    .sort((first, second) => rank(first.severity) - rank(second.severity) || second.count - first.count)
}

export function severityCounts(groups: readonly IssueGroup[]): Partial<Record<IssueSeverity, number>> {
  const counts: Partial<Record<IssueSeverity, number>> = {}
  for (const { severity, count } of groups) if (severity) counts[severity] = (counts[severity] ?? 0) + count
  return counts
}

/** Survey coordinates as they stand in the file, else degrees; null when the issue has no place. */
export function coordinateText({
  coordinate,
  position,
}: Pick<ImportIssue, 'coordinate' | 'position'>): string | null {
  if (coordinate) {
    const digits = Math.abs(coordinate.x) > 400 || Math.abs(coordinate.y) > 400 ? 3 : 7
    return `${coordinate.x.toFixed(digits)}, ${coordinate.y.toFixed(digits)}`
  }
  return position ? `${position.lon.toFixed(6)}, ${position.lat.toFixed(6)}` : null
}
