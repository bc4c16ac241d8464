import type { CodeLabels } from '#contract/codes/labels.ts'
import { currentLanguage } from './i18n.ts'

/** Name of a code in the screen's language; the code itself when the list does not know it. */
export function codeLabel(labels: CodeLabels, code: string): string {
  const label = labels[code]
  if (!label) return code
  return currentLanguage() === 'en' ? label.en : label.zh
}

/** The half of a zh/en pair that the screen speaks. */
export function named(name: { zh: string; en: string }): string {
  return currentLanguage() === 'en' ? name.en : name.zh
}
