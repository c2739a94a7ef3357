import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import { logLevelOf } from '../../lib/errors.ts'
import type { FeatureModule } from '../feature.ts'
import { createWebhookDeliveries } from './deliveries.service.ts'
import { channelName, createWebhookMessages } from './messages.ts'
import { createPersonalData } from './personal-data.ts'
import { createPost } from './post.ts'
import { webhookRoutes } from './routes.ts'
import { redactSecrets } from './signature.ts'
import { createCurrentWebhooks } from './webhook-list.ts'
import { createWebhookLog, createWebhookStore, webhookDeliveryRecords, webhookRecords } from './webhook-records.ts'
import { createWebhooksService } from './webhooks.service.ts'

/** Calls receivers that admins set up when something happens, by Standard Webhooks. */
export const webhooks: FeatureModule = {
  name: 'webhooks',
  records: [webhookRecords, webhookDeliveryRecords],
  redact: redactSecrets,
  create({ store, events, outbox, settings, clock, log }) {
    const { webhooksAllowPrivate: allowPrivate, severalNodes } = settings
    const stored = createWebhookStore(store)
    const webhookLog = createWebhookLog(store)
    const current = createCurrentWebhooks({ webhooks: stored, severalNodes, clock })
    const service = createWebhooksService({ webhooks: stored, current, allowPrivate, clock })
    const messages = createWebhookMessages({ current, log: webhookLog, outbox, clock })
    const post = createPost({ allowPrivate, clock })
    const deliveries = createWebhookDeliveries({
      webhooks: stored,
      service,
      log: webhookLog,
      store,
      outbox,
      post,
      clock,
    })
    outbox.channel(channelName, { send: deliveries.send })
    events.withEveryChange(messages.orderChanged)
    events.withEveryLateOrder(messages.orderLate)
    events.withEveryMessage(messages.messageReceived)
    // Not marked in a record: at a restart every vendor gets a new status.
    events.on('vendor.status', (event) => {
      messages.vendorStatus(event).catch((error: unknown) => {
        log[logLevelOf(error)]({ error, vendor: event.vendorId }, 'webhooks were not told of a vendor’s status')
      })
    })
    const sweep = createHourlySweep({ what: 'old deliveries of webhooks', sweep: webhookLog.sweep, clock, log })
    return {
      routes: webhookRoutes({ webhooks: service, deliveries }),
      personalData: createPersonalData({ store }),
      ...sweep,
    }
  },
}
