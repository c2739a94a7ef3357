import { de } from '../i18n/de.ts'
import { en } from '../i18n/en.ts'

/** The languages that browser tests run in. */
export const dictionaries = { en, de }
export type Language = keyof typeof dictionaries

/** What the browser tells the page that its reader prefers. */
export const locales: Record<Language, string> = { en: 'en-US', de: 'de-DE' }

/** Matches names that contain this text, such as a label that is followed by a count or preceded by a name. */
export const containing = (text: string) => new RegExp(text.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
