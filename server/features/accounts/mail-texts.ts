import type { MailContent } from '../../lib/mail/content.ts'
import type { MailLanguage } from '../../lib/mail/language.ts'

/** What one e-mail says. `action`: the button; null without one. */
export interface AccountMail extends Required<Pick<MailContent, 'subject' | 'heading' | 'body' | 'note'>> {
  action: string | null
}

interface AccountMailTexts {
  reset(): AccountMail
  /** Only an invitation greets by name, which an admin has written: other e-mails reach addresses that strangers enter. */
  invitation(name: string): AccountMail
  email(): AccountMail
  verification(): AccountMail
  /** To the former address. */
  emailNotice(newEmail: string): AccountMail
  newBrowser(): AccountMail
  labels: { device: string; time: string; address: string }
  footer: string
}

const en: AccountMailTexts = {
  reset: () => ({
    subject: 'Reset your Callout password',
    heading: 'Your new password',
    body: 'Choose a new password for your account with the link below.',
    action: 'Choose a new password',
    note: 'The link works once, for 30 minutes. If you did not ask for it, ignore this e-mail: your password stays as it is.',
  }),
  invitation: (name) => ({
    subject: 'Your invitation to Callout',
    heading: 'You are invited to Callout',
    body: `Hello ${name}, choose a password with the link below, and your account is ready.`,
    action: 'Accept the invitation',
    note: 'The link works once, for seven days. If you did not expect it, ignore this e-mail.',
  }),
  email: () => ({
    subject: 'Confirm your new e-mail address',
    heading: 'Confirm your new e-mail address',
    body: 'You want to sign in to Callout with this e-mail address from now on. Please confirm that it is yours.',
    action: 'Confirm the address',
    note: 'The link works once, for 24 hours. If you did not ask for it, ignore this e-mail: nothing changes.',
  }),
  verification: () => ({
    subject: 'Confirm your e-mail address',
    heading: 'Confirm your e-mail address',
    body: 'An account was made at Callout with this e-mail address. Please confirm that it is yours; then you can order.',
    action: 'Confirm the address',
    note: 'The link works once, for 24 hours. If you made no account, ignore this e-mail: no order is placed without you.',
  }),
  emailNotice: (newEmail) => ({
    subject: 'Your Callout e-mail address is being changed',
    heading: 'Your e-mail address is being changed',
    body: `The e-mail address of your Callout account is to become ${newEmail}. It changes once that address is confirmed.`,
    action: null,
    note: 'Was it not you? Sign in and change your password at once: that stops the change.',
  }),
  newBrowser: () => ({
    subject: 'New sign-in to your Callout account',
    heading: 'New sign-in to your account',
    body: 'A browser that had not been used with your account has signed in.',
    action: 'See where you are signed in',
    note: 'Was it not you? Change your password at once: that ends every other session.',
  }),
  labels: { device: 'Device', time: 'Time', address: 'Address' },
  footer: 'Sent by Callout, because of a request about your account.',
}

const de: AccountMailTexts = {
  reset: () => ({
    subject: 'Ihr Passwort für Callout zurücksetzen',
    heading: 'Ihr neues Passwort',
    body: 'Wählen Sie mit dem Link unten ein neues Passwort für Ihr Konto.',
    action: 'Neues Passwort wählen',
    note: 'Der Link gilt einmal und 30 Minuten lang. Haben Sie ihn nicht angefordert, dann ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.',
  }),
  invitation: (name) => ({
    subject: 'Ihre Einladung zu Callout',
    heading: 'Sie sind zu Callout eingeladen',
    body: `Guten Tag ${name}, wählen Sie mit dem Link unten ein Passwort, und Ihr Konto ist bereit.`,
    action: 'Einladung annehmen',
    note: 'Der Link gilt einmal und sieben Tage lang. Haben Sie ihn nicht erwartet, dann ignorieren Sie diese E-Mail.',
  }),
  email: () => ({
    subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
    heading: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
    body: 'Sie möchten sich bei Callout künftig mit dieser E-Mail-Adresse anmelden. Bitte bestätigen Sie, dass sie Ihnen gehört.',
    action: 'Adresse bestätigen',
    note: 'Der Link gilt einmal und 24 Stunden lang. Haben Sie ihn nicht angefordert, dann ignorieren Sie diese E-Mail: Es ändert sich nichts.',
  }),
  verification: () => ({
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    heading: 'Bestätigen Sie Ihre E-Mail-Adresse',
    body: 'Bei Callout wurde mit dieser E-Mail-Adresse ein Konto angelegt. Bitte bestätigen Sie, dass sie Ihnen gehört; danach können Sie bestellen.',
    action: 'Adresse bestätigen',
    note: 'Der Link gilt einmal und 24 Stunden lang. Haben Sie kein Konto angelegt, dann ignorieren Sie diese E-Mail: Ohne Sie wird nichts bestellt.',
  }),
  emailNotice: (newEmail) => ({
    subject: 'Ihre E-Mail-Adresse bei Callout wird geändert',
    heading: 'Ihre E-Mail-Adresse wird geändert',
    body: `Die E-Mail-Adresse Ihres Kontos bei Callout soll ${newEmail} werden. Sie ändert sich, sobald jene Adresse bestätigt ist.`,
    action: null,
    note: 'Waren Sie das nicht? Melden Sie sich an und ändern Sie sofort Ihr Passwort: Das hält die Änderung auf.',
  }),
  newBrowser: () => ({
    subject: 'Neue Anmeldung bei Ihrem Konto bei Callout',
    heading: 'Neue Anmeldung bei Ihrem Konto',
    body: 'Ein Browser, der mit Ihrem Konto bisher nicht benutzt wurde, hat sich angemeldet.',
    action: 'Anmeldungen ansehen',
    note: 'Waren Sie das nicht? Ändern Sie sofort Ihr Passwort: Das beendet alle anderen Sitzungen.',
  }),
  labels: { device: 'Gerät', time: 'Zeit', address: 'Adresse' },
  footer: 'Von Callout gesendet, wegen einer Anfrage zu Ihrem Konto.',
}

export const mailTexts: Readonly<Record<MailLanguage, AccountMailTexts>> = { en, de }

/** The whole e-mail. `url`: where the button leads; null without one. */
export function accountMailOf(
  { action, ...content }: AccountMail,
  { language, url }: { language: MailLanguage; url: string | null },
): MailContent {
  const link = url === null || action === null ? null : { label: action, url }
  return { ...content, language, link, why: mailTexts[language].footer, unsubscribe: null }
}
