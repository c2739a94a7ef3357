/** What one e-mail says. `action`: the button; null without one. */
export interface MailContent {
  subject: string
  greeting: string
  paragraphs: readonly string[]
  action: string | null
  /** Below the button, smaller. */
  note: string
}

export interface MailTexts {
  reset(): MailContent
  /** Only an invitation greets by name, which an admin has written: other e-mails reach addresses that strangers enter. */
  invitation(name: string): MailContent
  email(): MailContent
  verification(): MailContent
  /** To the former address. */
  emailNotice(newEmail: string): MailContent
  footer: string
}

const en: MailTexts = {
  reset: () => ({
    subject: 'Reset your Callout password',
    greeting: 'Hello,',
    paragraphs: ['choose a new password for your account with the button below.'],
    action: 'Choose a new password',
    note: 'The link works once, for 30 minutes. If you did not ask for it, ignore this e-mail: your password stays as it is.',
  }),
  invitation: (name) => ({
    subject: 'Your invitation to Callout',
    greeting: `Hello ${name},`,
    paragraphs: ['you are invited to Callout. Choose a password, and your account is ready.'],
    action: 'Accept the invitation',
    note: 'The link works once, for seven days. If you did not expect it, ignore this e-mail.',
  }),
  email: () => ({
    subject: 'Confirm your new e-mail address',
    greeting: 'Hello,',
    paragraphs: [
      'from now on you want to sign in to Callout with this e-mail address. Please confirm that it is yours.',
    ],
    action: 'Confirm the address',
    note: 'The link works once, for 24 hours. If you did not ask for it, ignore this e-mail: nothing changes.',
  }),
  verification: () => ({
    subject: 'Confirm your e-mail address',
    greeting: 'Hello,',
    paragraphs: [
      'an account was made at Callout with this e-mail address. Please confirm that it is yours; then you can order.',
    ],
    action: 'Confirm the address',
    note: 'The link works once, for 24 hours. If you made no account, ignore this e-mail: no order is placed without you.',
  }),
  emailNotice: (newEmail) => ({
    subject: 'Your Callout e-mail address is being changed',
    greeting: 'Hello,',
    paragraphs: [
      `the e-mail address of your Callout account is to become ${newEmail}. It changes once that address is confirmed.`,
    ],
    action: null,
    note: 'Was it not you? Sign in and change your password at once: that stops the change.',
  }),
  footer: 'Sent by Callout, because of a request about your account.',
}

const de: MailTexts = {
  reset: () => ({
    subject: 'Ihr Passwort für Callout zurücksetzen',
    greeting: 'Guten Tag,',
    paragraphs: ['wählen Sie mit der Schaltfläche ein neues Passwort für Ihr Konto.'],
    action: 'Neues Passwort wählen',
    note: 'Der Link gilt einmal und 30 Minuten lang. Haben Sie ihn nicht angefordert, dann ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.',
  }),
  invitation: (name) => ({
    subject: 'Ihre Einladung zu Callout',
    greeting: `Guten Tag ${name},`,
    paragraphs: ['Sie sind zu Callout eingeladen. Wählen Sie ein Passwort, und Ihr Konto ist bereit.'],
    action: 'Einladung annehmen',
    note: 'Der Link gilt einmal und sieben Tage lang. Haben Sie ihn nicht erwartet, dann ignorieren Sie diese E-Mail.',
  }),
  email: () => ({
    subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
    greeting: 'Guten Tag,',
    paragraphs: [
      'Sie möchten sich bei Callout künftig mit dieser E-Mail-Adresse anmelden. Bitte bestätigen Sie, dass sie Ihnen gehört.',
    ],
    action: 'Adresse bestätigen',
    note: 'Der Link gilt einmal und 24 Stunden lang. Haben Sie ihn nicht angefordert, dann ignorieren Sie diese E-Mail: Es ändert sich nichts.',
  }),
  verification: () => ({
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    greeting: 'Guten Tag,',
    paragraphs: [
      'bei Callout wurde mit dieser E-Mail-Adresse ein Konto angelegt. Bitte bestätigen Sie, dass sie Ihnen gehört; danach können Sie bestellen.',
    ],
    action: 'Adresse bestätigen',
    note: 'Der Link gilt einmal und 24 Stunden lang. Haben Sie kein Konto angelegt, dann ignorieren Sie diese E-Mail: Ohne Sie wird nichts bestellt.',
  }),
  emailNotice: (newEmail) => ({
    subject: 'Ihre E-Mail-Adresse bei Callout wird geändert',
    greeting: 'Guten Tag,',
    paragraphs: [
      `die E-Mail-Adresse Ihres Kontos bei Callout soll ${newEmail} werden. Sie ändert sich, sobald jene Adresse bestätigt ist.`,
    ],
    action: null,
    note: 'Waren Sie das nicht? Melden Sie sich an und ändern Sie sofort Ihr Passwort: Das hält die Änderung auf.',
  }),
  footer: 'Von Callout gesendet, wegen einer Anfrage zu Ihrem Konto.',
}

export const mailTexts = { en, de }

export const mailLanguages = ['en', 'de'] as const
export type MailLanguage = (typeof mailLanguages)[number]

/** The language of the texts for a tag such as `de-AT`; English where there are none. */
export const languageOf = (tag: string): MailLanguage =>
  mailLanguages.find((one) => one === tag.split('-', 1)[0]) ?? 'en'
