import type { Core } from '../../feature.ts'
import type { PreferencesService } from '../preferences.service.ts'
import { createMailChannel } from './mail-channel.ts'
import { createMessageText } from './message-text.ts'
import { messageTextRoutes } from './message-text-routes.ts'
import { unsubscribeRoutes } from './unsubscribe-routes.ts'
import { createUnsubscribeLinks } from './unsubscribe.ts'

/** E-mails to customers, in a server with SMTP_URL; without it no order entails any work for them. */
export function createMail(core: Core, preferences: PreferencesService) {
  const { store, customers, events, outbox, mailer, settings, keyFor, isWatching, trackingUrl, clock } = core
  const { publicUrl } = settings
  const links = createUnsubscribeLinks({ key: keyFor('unsubscribe'), publicUrl })
  // Links in mails of earlier times work without SMTP as well.
  const routes = [
    ...unsubscribeRoutes({ links, users: store.users, preferences }),
    ...messageTextRoutes(
      createMessageText({ store, customers, localeOf: preferences.localeOf, trackingUrl, publicUrl }),
    ),
  ]
  if (!mailer.isConfigured) return { routes, channels: [] }
  const { name, channel, tell, orderPlaced } = createMailChannel({
    store,
    customers,
    outbox,
    mailer,
    preferences,
    isWatching,
    trackingUrl,
    publicUrl,
    unsubscribeUrl: links.urlFor,
    clock,
  })
  outbox.channel(name, channel)
  events.withEveryChange(orderPlaced)
  return { routes, channels: [{ tell }] }
}
