import { createHash } from 'node:crypto'
import type { VendorStatusEvent } from '#shared/presence.ts'
import type { WebhookDelivery, WebhookEvent } from '#shared/webhooks.ts'
import { isoTime, maxClockSkew, type Clock } from '../../lib/clock.ts'
import { asOf } from '../../services/order-changes.ts'
import type { LateOrder, ToldMessage } from '../../services/domain-events.ts'
import { requestOf } from '../../services/order-requests.ts'
import type { Outbox } from '../../services/outbox.ts'
import { presentOrder } from '../../services/presenters.ts'
import type { OrderRecord } from '../../storage/store.ts'
import { eventsOf } from './order-events.ts'
import type { CurrentWebhooks } from './webhook-list.ts'
import type { WebhookLog, WebhookRecord } from './webhook-records.ts'

export interface MessagesDependencies {
  current: Pick<CurrentWebhooks, 'list'>
  log: Pick<WebhookLog, 'create'>
  outbox: Pick<Outbox, 'add'>
  clock: Clock
}

export const channelName = 'webhook'
export const queueOf = (webhookId: string): string => `webhook ${webhookId}`
export const deliveryIdOf = (webhookId: string, messageId: string): string => `${webhookId}_${messageId}`
export const bodyOf = (type: WebhookDelivery['event'], timestamp: string, data: unknown): string =>
  JSON.stringify({ type, timestamp, data })

const days = (count: number) => count * 24 * 3_600_000
/** How long the log and the outbox recognise a message. */
export const keptFor = days(7)
/** An event older than this was told when it happened: its message may be recognised no longer. */
const toldWithin = days(6)

interface Event {
  type: WebhookEvent
  at: string
  /** Identifies what happened. */
  key: string
  /** Builds the content, only if it is sent. */
  data: () => unknown
  requestId?: string
}

/** Tells the webhooks of what happened. It may be called again for an event: each webhook gets one message about it. */
export function createWebhookMessages({ current, log, outbox, clock }: MessagesDependencies) {
  async function tell(webhooks: readonly WebhookRecord[], { type, at, key, data, requestId }: Event): Promise<void> {
    const isWanted = ({ active, events, since }: WebhookRecord) =>
      active && events.includes(type) && Date.parse(at) >= Date.parse(since) - maxClockSkew
    const wanting = webhooks.filter(isWanted)
    if (wanting.length === 0 || Date.parse(at) < clock.now() - toldWithin) return
    const messageId = `msg_${createHash('sha256').update(`${key} ${type}`).digest('base64url').slice(0, 22)}`
    const body = bodyOf(type, at, data())
    const now = clock.now()
    const [createdAt, expiresAt] = [isoTime(now), isoTime(now + keptFor)]
    await Promise.all(
      wanting.map(async ({ id: webhookId }) => {
        const id = deliveryIdOf(webhookId, messageId)
        await log.create({ id, webhookId, messageId, event: type, body, createdAt, attempts: [], expiresAt })
        await outbox.add({ id, channel: channelName, queue: queueOf(webhookId), payload: {}, requestId })
      }),
    )
  }

  return {
    /** Tells of every version after `published`, oldest first. */
    async orderChanged(order: OrderRecord, published: number): Promise<void> {
      const webhooks = await current.list()
      if (webhooks.length === 0) return
      const requestId = requestOf(order)
      for (let version = published + 1; version <= order.version; version++) {
        const entry = order.history[version - 1]
        if (!entry) continue
        const at = entry.recordedAt ?? entry.at
        const key = `${order.id} ${version}`
        const data = () => presentOrder(asOf(order, version), 'full')
        for (const type of eventsOf(order, version)) await tell(webhooks, { type, at, key, data, requestId })
      }
    },

    async orderLate({ id, order, kind, since }: LateOrder): Promise<void> {
      const data = () => ({ ...presentOrder(order, 'full'), late: { kind, since } })
      await tell(await current.list(), { type: 'order.late', at: since, key: id, data })
    },

    /** A message on an order, and an internal note, with the number of the order. */
    async messageReceived({ message, order: { number } }: ToldMessage): Promise<void> {
      const { id, orderId, at } = message
      const data = () => ({ ...message, number })
      await tell(await current.list(), { type: 'message.received', at, key: `${orderId} message ${id}`, data })
    },

    /** A break is neither: the vendor is there, and gets no offers. A status may be repeated, with the same time. */
    async vendorStatus(event: VendorStatusEvent): Promise<void> {
      const { vendorId, status, at } = event
      if (status === 'break') return
      const webhooks = (await current.list()).filter(({ since }) => since <= at)
      await tell(webhooks, { type: `vendor.${status}`, at, key: `${vendorId} ${at}`, data: () => event })
    },
  }
}
