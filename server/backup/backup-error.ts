/** A backup that cannot be made or restored, said to the person at the terminal in both languages. */
export class BackupError extends Error {
  readonly zh: string
  readonly en: string

  constructor(zh: string, en: string, options?: { cause?: unknown }) {
    super(`${zh}\n${en}`, options)
    this.name = 'BackupError'
    this.zh = zh
    this.en = en
  }
}
