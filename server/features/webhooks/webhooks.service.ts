import type { ChangeWebhook, CreateWebhook, Webhook, WebhookWithSecret } from '#shared/webhooks.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import { newSecret, secretsAt } from './signature.ts'
import type { CurrentWebhooks } from './webhook-list.ts'
import type { WebhookRecord, WebhookStore } from './webhook-records.ts'

export interface WebhooksDependencies {
  webhooks: WebhookStore
  current: Pick<CurrentWebhooks, 'changed'>
  /** Whether webhooks may call receivers in the same network, without TLS. */
  allowPrivate: boolean
  clock: Clock
}

export type WebhooksService = ReturnType<typeof createWebhooksService>

/** Every change of an order is compared with every webhook. */
const mostWebhooks = 50
/** How long a former secret signs beside its successor, in ms. */
const overlap = 24 * 3_600_000

/** The receivers that admins have set up. A change is in effect on every node once it is answered. */
export function createWebhooksService({ webhooks, current, allowPrivate, clock }: WebhooksDependencies) {
  const now = () => isoTime(clock.now())
  const present = (record: WebhookRecord) => presentWebhook(record, now())

  /** Orders contain names and addresses. */
  function requireTls(url: string | undefined) {
    if (url === undefined || allowPrivate || url.startsWith('https:')) return
    const message = 'The URL must begin with https://'
    throw new DomainError('invalid_request', message, { errors: [{ path: 'url', message, code: 'https_required' }] })
  }

  async function change(id: string, values: Partial<WebhookRecord>): Promise<WebhookRecord> {
    const changed = await webhooks.change(id, values)
    if (!changed) throw noSuchWebhook()
    await current.changed()
    return changed
  }

  async function byId(id: string): Promise<WebhookRecord> {
    const found = await webhooks.byId(id)
    if (!found) throw noSuchWebhook()
    return found
  }

  return {
    list: async (): Promise<Webhook[]> => (await webhooks.list()).map(present),

    /** Throws not_found. */
    byId,

    /** The secret is in this result only. Throws invalid_request. */
    async create({ url, events, active = true }: CreateWebhook): Promise<WebhookWithSecret> {
      requireTls(url)
      if ((await webhooks.list()).length >= mostWebhooks) {
        throw new DomainError('invalid_request', `There may be ${mostWebhooks} webhooks. Remove one first.`)
      }
      const secret = newSecret()
      const record: WebhookRecord = {
        id: newId(),
        url,
        events: [...new Set(events)],
        active,
        since: now(),
        createdAt: now(),
        secrets: [{ secret, until: null }],
        failingSince: null,
        gone: false,
      }
      await webhooks.create(record)
      await current.changed()
      return { webhook: present(record), secret }
    },

    /** Throws not_found or invalid_request. */
    async change(id: string, { url, events, active }: ChangeWebhook): Promise<{ before: Webhook; webhook: Webhook }> {
      requireTls(url)
      const before = await byId(id)
      const turnedOn = active && !before.active ? { since: now(), gone: false, failingSince: null } : {}
      const changed = await change(id, { url, events: events && [...new Set(events)], active, ...turnedOn })
      return { before: present(before), webhook: present(changed) }
    },

    /** The new secret is in this result only. Until the end of the overlap both sign. Throws not_found. */
    async rotate(id: string): Promise<WebhookWithSecret> {
      const { secrets } = await byId(id)
      const secret = newSecret()
      const until = isoTime(clock.now() + overlap)
      const former = secretsAt(secrets, now()).map((one) => ({ ...one, until: one.until ?? until }))
      // The latest former secret, so that receivers get two signatures at most.
      const changed = await change(id, { secrets: [{ secret, until: null }, ...former.slice(0, 1)] })
      return { webhook: present(changed), secret }
    },

    /** Messages that wait for it are not sent. Throws not_found. */
    async remove(id: string): Promise<void> {
      if (!(await webhooks.remove(id))) throw noSuchWebhook()
      await current.changed()
    },
  }
}

const noSuchWebhook = () => new DomainError('not_found', 'There is no such webhook.')

/** The wire shape, field by field: no secret. */
function presentWebhook(record: WebhookRecord, now: string): Webhook {
  const { id, url, events, active, createdAt, failingSince, gone } = record
  const oldSecretUntil = secretsAt(record.secrets, now).find(({ until }) => until !== null)?.until ?? null
  return { id, url, events, active, createdAt, failingSince, gone, oldSecretUntil }
}
