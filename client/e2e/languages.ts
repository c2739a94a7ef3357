import { de } from '../i18n/de.ts'
import { en } from '../i18n/en.ts'

/** The languages that browser tests run in. */
export const dictionaries = { en, de }
export type Language = keyof typeof dictionaries

/** What the browser tells the page that its reader prefers. */
export const locales: Record<Language, string> = { en: 'en-US', de: 'de-DE' }

/** Matches names that begin with this text: a link's name has a count after it. */
export const startsWith = (text: string) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
