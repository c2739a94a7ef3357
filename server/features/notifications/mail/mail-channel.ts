import { UndeliverableError } from '../../../lib/errors.ts'
import type { Mailer } from '../../../lib/mailer.ts'
import { createCustomerChannel, type CustomerChannelDependencies } from '../customer-channel.ts'
import { mailContent } from './content.ts'
import { html } from '../../../lib/mail/html.ts'
import { plainText } from '../../../lib/mail/plain-text.ts'
import { mailEvents } from './texts/index.ts'

export interface MailChannelDependencies extends CustomerChannelDependencies {
  mailer: Pick<Mailer, 'send'>
  unsubscribeUrl: (userId: string) => string
}

/** Tells customers of their orders by e-mail. */
export const createMailChannel = ({ mailer, unsubscribeUrl, ...dependencies }: MailChannelDependencies) =>
  createCustomerChannel(dependencies, {
    name: 'mail',
    preference: 'email',
    events: mailEvents,
    async deliver({ id, event, order, customer, locale, url }, signal) {
      const unsubscribe = unsubscribeUrl(customer.id)
      const content = mailContent(order, event, locale, { order: url, unsubscribe })
      const host = new URL(url).hostname
      return await mailer.send(
        {
          to: addressOf(customer),
          subject: content.subject,
          text: plainText(content),
          html: html(content),
          // The same when the mail is sent again after a crash, so that a receiver recognises it.
          messageId: `<${id}@${host}>`,
          headers: {
            'X-Callout-Delivery': id,
            References: `<order-${order.id}@${host}>`,
            'Auto-Submitted': 'auto-generated', // RFC 3834: no out-of-office replies
            'List-Unsubscribe': `<${unsubscribe}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click', // RFC 8058
          },
        },
        signal,
      )
    },
  })

function addressOf({ email }: { email: string | null }): string {
  if (email === null) throw new UndeliverableError('the customer has no e-mail address')
  return email
}
