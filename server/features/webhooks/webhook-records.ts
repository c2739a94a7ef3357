import type { WebhookAttempt, WebhookDelivery, WebhookEvent } from '#shared/webhooks.ts'
import { boolean, defineRecords, json, nullable, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** `until`: when a former secret ends; null for the current one. */
export interface WebhookSecret {
  secret: string
  until: string | null
}

/** `since`: when it was created, or last turned on. `secrets`: the current one first. The signature needs them as they are. */
export const webhookRecords = defineRecords({
  name: 'webhooks',
  key: 'id',
  fields: {
    id: text(),
    url: text(),
    events: json<WebhookEvent[]>(),
    active: boolean(),
    since: text(),
    createdAt: text(),
    secrets: json<WebhookSecret[]>(),
    failingSince: nullable(text()),
    gone: boolean(),
  },
  indexes: { byCreation: ['createdAt'] },
})

export type WebhookRecord = RecordOf<typeof webhookRecords>

/**
 * The log of a webhook: every message with its attempts. `id` is also the id in the outbox, which knows whether the message
 * is still to be sent. `messageId`: the header webhook-id.
 */
export const webhookDeliveryRecords = defineRecords({
  name: 'webhook_deliveries',
  key: 'id',
  fields: {
    id: text(),
    webhookId: text(),
    messageId: text(),
    event: text<WebhookDelivery['event']>(),
    body: text(),
    createdAt: text(),
    attempts: json<WebhookAttempt[]>(),
    expiresAt: nullable(text()),
  },
  indexes: { byWebhook: ['webhookId', 'createdAt'] },
  expires: 'expiresAt',
})

export type WebhookDeliveryRecord = RecordOf<typeof webhookDeliveryRecords>

/** A place in the log: the last delivery of the page before. */
export type DeliveryPosition = Pick<WebhookDeliveryRecord, 'createdAt' | 'id'>

export type WebhookStore = ReturnType<typeof createWebhookStore>

export function createWebhookStore({ collection }: Pick<Store, 'collection'>) {
  const webhooks = collection(webhookRecords)
  return {
    create: webhooks.create,
    byId: webhooks.get,
    /** Oldest first. */
    list: (): Promise<WebhookRecord[]> => webhooks.list({ index: 'byCreation' }),
    /** The changed webhook; null when there is none. */
    change: (id: string, change: Partial<WebhookRecord>): Promise<WebhookRecord | null> => webhooks.change(id, change),
    remove: (id: string): Promise<boolean> => webhooks.delete(id),
  }
}

export type WebhookLog = ReturnType<typeof createWebhookLog>

export function createWebhookLog({ collection }: Pick<Store, 'collection'>) {
  const deliveries = collection(webhookDeliveryRecords)
  return {
    byId: deliveries.get,
    /** No effect when it was stored before. */
    async create(delivery: WebhookDeliveryRecord): Promise<void> {
      try {
        await deliveries.create(delivery)
      } catch (error) {
        if (!(error instanceof DuplicateError)) throw error
      }
    },
    change: (id: string, change: Partial<WebhookDeliveryRecord>): Promise<WebhookDeliveryRecord | null> =>
      deliveries.change(id, change),
    /** Newest first. */
    list: (webhookId: string, limit: number, after?: DeliveryPosition): Promise<WebhookDeliveryRecord[]> =>
      deliveries.list({ index: 'byWebhook', where: { webhookId }, after, limit, descending: true }),
    sweep: deliveries.sweep,
  }
}
