import type { WebhookAttempt, WebhookDelivery, WebhookDeliveryList, WebhookDeliveryQuery } from '#shared/webhooks.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts'
import { DomainError, UndeliverableError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import { z } from '../../lib/zod.ts'
import type { Outbox } from '../../services/outbox.ts'
import type { DeliveryRecord, Store } from '../../storage/store.ts'
import { bodyOf, deliveryIdOf, keptFor, queueOf } from './messages.ts'
import type { Post } from './post.ts'
import { secretsAt, signedHeaders } from './signature.ts'
import type { WebhookDeliveryRecord, WebhookLog, WebhookRecord, WebhookStore } from './webhook-records.ts'
import type { WebhooksService } from './webhooks.service.ts'

export interface DeliveriesDependencies {
  webhooks: Pick<WebhookStore, 'byId' | 'change'>
  service: Pick<WebhooksService, 'byId' | 'change'>
  log: WebhookLog
  store: Pick<Store, 'deliveries'>
  outbox: Pick<Outbox, 'repeat'>
  post: Post
  clock: Clock
}

export type WebhookDeliveries = ReturnType<typeof createWebhookDeliveries>

const mostAttempts = 20
const gone = 410

const Cursor = z.strictObject({ createdAt: z.iso.datetime(), id: z.string() })

/** Sends the messages of the webhooks, and keeps what came of it. */
export function createWebhookDeliveries(dependencies: DeliveriesDependencies) {
  const { webhooks, service, log, store, outbox, post, clock } = dependencies
  const now = () => isoTime(clock.now())
  const never = new AbortController().signal

  /** null when the server stops before the answer. */
  async function attempt(
    { url, secrets }: WebhookRecord,
    { id, messageId, body, attempts }: WebhookDeliveryRecord,
    stopped: AbortSignal,
  ): Promise<WebhookAttempt | null> {
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Callout-Webhooks/1',
      ...signedHeaders(messageId, body, new Date(clock.now()), secretsAt(secrets, now())),
    }
    const made = await post({ url, headers, body }, stopped)
    if (stopped.aborted && made.status === null) return null
    await log.change(id, { attempts: [...attempts, made].slice(-mostAttempts) })
    return made
  }

  async function setFailing({ id, failingSince }: WebhookRecord, { error, at }: WebhookAttempt): Promise<void> {
    if ((error === null) === (failingSince === null)) return
    await webhooks.change(id, { failingSince: error === null ? null : at })
  }

  async function deliveryOf(webhookId: string, messageId: string): Promise<WebhookDeliveryRecord> {
    const found = await log.byId(deliveryIdOf(webhookId, messageId))
    if (!found) throw new DomainError('not_found', 'There is no such delivery.')
    return found
  }

  async function withState(records: readonly WebhookDeliveryRecord[]): Promise<WebhookDelivery[]> {
    const sent = await store.deliveries.getMany(records.map(({ id }) => id))
    const byId = new Map(sent.map((delivery) => [delivery.id, delivery]))
    return records.map((record) => presentDelivery(record, byId.get(record.id)))
  }

  return {
    /** A channel of the outbox. */
    async send({ id }: Pick<DeliveryRecord, 'id'>, stopped: AbortSignal): Promise<string> {
      const delivery = await log.byId(id)
      const webhook = delivery && (await webhooks.byId(delivery.webhookId))
      if (!webhook) throw new UndeliverableError('the webhook was removed')
      if (!webhook.active) throw new UndeliverableError('the webhook is off')
      const made = await attempt(webhook, delivery, stopped)
      if (!made) throw new Error('the server has stopped')
      await setFailing(webhook, made)
      if (made.error === null) return String(made.status)
      if (made.status !== gone) throw new Error(made.detail ?? `${made.error} ${made.status ?? ''}`)
      await service.change(webhook.id, { active: false })
      await webhooks.change(webhook.id, { gone: true })
      throw new UndeliverableError('the receiver answered 410 Gone')
    },

    /** One page, newest first. Throws not_found or invalid_cursor. */
    async list(webhookId: string, { limit = 20, cursor }: WebhookDeliveryQuery): Promise<WebhookDeliveryList> {
      await service.byId(webhookId)
      const after = cursor === undefined ? undefined : decodeCursor(cursor, Cursor)
      const found = await log.list(webhookId, limit + 1, after)
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const nextCursor = found.length > limit && last ? encodeCursor({ createdAt: last.createdAt, id: last.id }) : null
      return { deliveries: await withState(page), nextCursor }
    },

    /** Sends it again, with a new timestamp and the same id; a waiting one now. Throws not_found or invalid_request. */
    async replay(webhookId: string, messageId: string): Promise<WebhookDelivery> {
      const { active } = await service.byId(webhookId)
      const delivery = await deliveryOf(webhookId, messageId)
      if (!active) throw new DomainError('invalid_request', 'Turn the webhook on first.')
      await log.change(delivery.id, { expiresAt: isoTime(clock.now() + keptFor) })
      const repeated = await outbox.repeat(delivery.id)
      if (!repeated) throw new DomainError('not_found', 'A test is not sent again. Send another one.')
      return presentDelivery(delivery, repeated)
    },

    /** Sends a message of the type `test` once, also when the webhook is off. After a success, what waits is sent now. */
    async test(webhookId: string): Promise<WebhookDelivery> {
      const webhook = await service.byId(webhookId)
      const messageId = `msg_${newId()}`
      const record: WebhookDeliveryRecord = {
        id: deliveryIdOf(webhookId, messageId),
        webhookId,
        messageId,
        event: 'test',
        body: bodyOf('test', now(), {}),
        createdAt: now(),
        attempts: [],
        expiresAt: isoTime(clock.now() + keptFor),
      }
      await log.create(record)
      const made = await attempt(webhook, record, never)
      const waiting = made?.error === null && (await store.deliveries.oldestWaiting(queueOf(webhookId)))
      if (waiting) await outbox.repeat(waiting.id)
      return presentDelivery({ ...record, attempts: made ? [made] : [] }, undefined)
    },
  }
}

/** `sent`: the message in the outbox, which has no tests. */
function presentDelivery(record: WebhookDeliveryRecord, sent: DeliveryRecord | undefined): WebhookDelivery {
  const { messageId, event, createdAt, attempts, body } = record
  const delivered = sent ? sent.state === 'sent' : attempts.at(-1)?.error === null
  const isWaiting = sent?.state === 'waiting'
  return {
    id: messageId,
    event,
    createdAt,
    state: delivered ? 'delivered' : isWaiting ? 'waiting' : 'failed',
    nextAttemptAt: isWaiting ? sent.dueAt : null,
    attempts,
    payload: body,
  }
}
