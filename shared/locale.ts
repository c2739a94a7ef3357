import * as z from 'zod/mini'

/** An IANA time zone, such as Europe/Berlin. */
export const timeZone = z.string().check(
  z.maxLength(64),
  z.refine((name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0
    } catch {
      return false
    }
  }, 'Not a time zone'),
)

export const timeOfDay = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written as 22:00'))

/** A language tag (BCP 47), such as de or en-GB. */
export const languageTag = z.string().check(
  z.maxLength(35),
  z.refine((tag) => {
    try {
      return Intl.getCanonicalLocales(tag).length === 1
    } catch {
      return false
    }
  }, 'Not a language tag'),
)

/** What the page is shown in: e-mails are written in the same language and time zone. */
export const PageLocale = z.strictObject({ language: languageTag, timeZone })
export type PageLocale = z.infer<typeof PageLocale>
