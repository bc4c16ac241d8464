import { ApiProblem } from '../api/http.ts'
import { i18n } from './i18n.ts'

/** The sentence to show for anything thrown; the server's own words when it has spoken. */
export function problemSentence(error: unknown): string {
  const { t } = i18n.global
  if (!(error instanceof ApiProblem)) return t('shell.problem.internal')
  if (error.code === 'request.unreachable') return t('shell.problem.unreachable')
  const sentence = error.message || t('shell.problem.internal')
  // The sentence may already say what the faults say, but for the full stop.
  const faults = [...new Set(error.errors.map((fault) => fault.message))].filter(
    (text) => !sentence.includes(text.replace(/[。.]$/, '')),
  )
  return faults.length > 0 ? [sentence, ...faults].join(' ') : sentence
}
