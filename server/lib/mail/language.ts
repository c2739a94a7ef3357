/** The languages that e-mails are written in. */
export const mailLanguages = ['en', 'de'] as const
export type MailLanguage = (typeof mailLanguages)[number]

/** The language of the texts for a tag such as `de-AT`; English where there are none. */
export const mailLanguageOf = (tag: string): MailLanguage =>
  mailLanguages.find((one) => one === tag.split('-', 1)[0]?.toLowerCase()) ?? 'en'
