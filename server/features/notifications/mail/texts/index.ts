import { mailLanguageOf, type MailLanguage } from '../../../../lib/mail/language.ts'
import { de } from './de.ts'
import { en } from './en.ts'

export type MailTexts = typeof en
export type MailEvent = keyof MailTexts['events']

const languages: Readonly<Record<MailLanguage, MailTexts>> = { en, de }

const isMailEvent = (name: string): name is MailEvent => Object.hasOwn(en.events, name)

/** What customers are told by e-mail. */
export const mailEvents: readonly MailEvent[] = Object.keys(en.events).filter(isMailEvent)

export const hasMail = <Told extends { event: string }>(told: Told): told is Told & { event: MailEvent } =>
  isMailEvent(told.event)

/** The texts in the language of the tag, else in English. `language`: the one they are written in. */
export function textsIn(tag: string): { texts: MailTexts; language: MailLanguage } {
  const language = mailLanguageOf(tag)
  return { texts: languages[language], language }
}

/** Replaces `{name}` by the value of that name. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (marker, name: string) => values[name] ?? marker)
