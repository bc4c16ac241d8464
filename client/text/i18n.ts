import { createI18n } from 'vue-i18n'
import zhCn from './zh-CN.ts'

export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED_AS = 'qidi.language'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zhCn } as Record<string, typeof zhCn>,
})

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value)
}

export function currentLanguage(): Language {
  const { value } = i18n.global.locale
  return isLanguage(value) ? value : 'zh-CN'
}

export function storedLanguage(): Language {
  try {
    const stored = localStorage.getItem(STORED_AS)
    return isLanguage(stored) ? stored : 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}

/** English is loaded when first asked for; Chinese is always there. */
export async function switchLanguage(language: Language): Promise<void> {
  if (language === 'en' && !i18n.global.availableLocales.includes('en')) {
    i18n.global.setLocaleMessage('en', (await import('./en.ts')).default)
  }
  i18n.global.locale.value = language
  // Requests take their Accept-Language from here too.
  document.documentElement.lang = language
  try {
    localStorage.setItem(STORED_AS, language)
  } catch {
    // Private windows may refuse storage; the language then lasts for this visit.
  }
}
