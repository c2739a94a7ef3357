import type { MailContent } from '../../lib/mail/content.ts'
import { html } from '../../lib/mail/html.ts'
import { plainText } from '../../lib/mail/plain-text.ts'
import type { Mailer } from '../../lib/mailer.ts'

export interface DeliverDependencies {
  mailer: Pick<Mailer, 'send'>
  publicUrl: () => string
}

/** Sends an e-mail of the outbox. `id`: of its delivery. */
export const createDeliver =
  ({ mailer, publicUrl }: DeliverDependencies) =>
  (id: string, to: string, content: MailContent, signal: AbortSignal): Promise<string> => {
    const message = { to, subject: content.subject, text: plainText(content), html: html(content) }
    // A mail client that gets the e-mail again, after a crash, recognises it.
    const messageId = `<${id}@${new URL(publicUrl()).hostname}>`
    return mailer.send({ ...message, messageId, headers: { 'Auto-Submitted': 'auto-generated' } }, signal)
  }
