import { createHash } from 'node:crypto'
import { hasChannel } from '#shared/notification-preferences.ts'
import { UndeliverableError } from '../../lib/errors.ts'
import type { Core } from '../feature.ts'
import { createCustomerChannel } from './customer-channel.ts'
import { mailContent } from './mail/content.ts'
import { mailEvents } from './mail/texts/index.ts'
import type { PreferencesService } from './preferences.service.ts'
import { createSmsCount } from './sms-count.ts'
import { createSmsSender } from './sms-sender.ts'

/** How many text messages one phone gets in a day. */
const perPhone = 10

/** Text messages to customers, in a server with SMS_URL: the subject of the e-mail and the link. */
export function createSms(core: Core, preferences: PreferencesService) {
  const { store, customers, outbox, settings, isWatching, trackingUrl, clock } = core
  const { publicUrl, sms } = settings
  if (!sms) return { channels: [], sweep: () => Promise.resolve(0) }
  const count = createSmsCount({ store, clock })
  const send = createSmsSender(sms)
  const dependencies = { store, customers, outbox, preferences, isWatching, trackingUrl, publicUrl, clock }
  const { name, channel, tell } = createCustomerChannel(dependencies, {
    name: 'sms',
    preference: 'sms',
    events: mailEvents.filter((event) => hasChannel(event, 'sms')),
    async deliver({ event, order, locale, url }, signal) {
      const { phone } = order.contact
      // Every attempt counts: a service may charge for one whose answer was lost.
      const isAllowed = (await count.add(`phone ${hashOf(phone)}`, perPhone)) && (await count.add('all', sms.perDay))
      if (!isAllowed)
        throw new UndeliverableError('not sent: as many text messages were sent today as SMS_PER_DAY allows')
      const { subject } = mailContent(order, event, locale, { order: url, unsubscribe: null })
      return await send(phone, `${subject} ${url}`, signal)
    },
  })
  outbox.channel(name, channel)
  return { channels: [{ tell }], sweep: count.sweep }
}

const hashOf = (phone: string): string => createHash('sha256').update(phone).digest('base64url')
