/** A database that cannot be used, said to the person at the terminal in both languages. */
export interface BilingualMessage {
  zh: string
  en: string
}

export type DatabaseProblem =
  | 'directory_in_use'
  | 'directory_foreign'
  | 'embedded_version'
  | 'embedded_failed'
  | 'unreachable'
  | 'extension_missing'
  | 'version_too_old'
  | 'text_not_unicode'
  | 'coordinate_systems_missing'
  | 'migration_not_transactional'

export class DatabaseError extends Error {
  readonly problem: DatabaseProblem
  readonly zh: string
  readonly en: string

  constructor(problem: DatabaseProblem, { zh, en }: BilingualMessage, options?: { cause?: unknown }) {
    super(`${zh}\n${en}`, options)
    this.name = 'DatabaseError'
    this.problem = problem
    this.zh = zh
    this.en = en
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
