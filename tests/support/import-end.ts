import { expect } from 'vitest'
import type { ImportView } from '#contract/import.ts'

/** Work done, or a sentence that says why not; never an error of the server. */
export function expectClearEnd(view: ImportView): void {
  expect(['ready', 'needs_choice', 'refused'], JSON.stringify(view.problem)).toContain(view.status)
  if (view.status === 'refused') {
    expect(view.problem?.code).not.toBe('internal')
    expect(view.problem?.detail).not.toBe(view.problem?.code)
    expect(view.problem?.detail).toMatch(/\p{Script=Han}/u)
  }
  for (const issue of view.issues) expect(issue.message).not.toBe(issue.code)
  for (const evidence of view.detected.evidence) expect(evidence.message).not.toBe(evidence.code)
  const { features, ready, blocked } = view.counts
  if (view.status === 'ready') expect(ready + blocked).toBe(features)
}
