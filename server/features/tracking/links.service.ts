import { createHmac, type KeyObject } from 'node:crypto'
import type { Actor } from '#shared/actors.ts'
import type { CreateTrackingLink, TrackingLink } from '#shared/tracking.ts'
import { viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import { createSecretTokens } from '../../lib/secret-token.ts'
import type { EventBus } from '../../services/domain-events.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { LinkRecord, LinkStore } from './link-records.ts'

export interface LinksDependencies {
  links: LinkStore
  orders: Pick<Store['orders'], 'byId'>
  events: Pick<EventBus, 'emit'>
  key: KeyObject
  publicUrl: () => string
  clock: Clock
}

export type LinksService = ReturnType<typeof createLinksService>

export const trackingSecrets = createSecretTokens('trk')

const day = 24 * 3_600_000
const [lifetime, longest] = [7 * day, 90 * day]

/**
 * The link to an order, `trk_<order id>.<secret>`. Only the hash of the secret is stored. It follows from a key of the
 * server, so that each notification has the same link, and one that was lost can be shown again.
 */
export function createLinksService({ links, orders, events, key, publicUrl, clock }: LinksDependencies) {
  const tokenOf = ({ orderId, id }: Pick<LinkRecord, 'orderId' | 'id'>) =>
    trackingSecrets.create(orderId, createHmac('sha256', key).update(`${orderId} ${id}`).digest('base64url'))

  /** A link of an earlier key of the server stays valid, but cannot be shown. */
  const isShowable = (link: LinkRecord) =>
    link.expiresAt > isoTime(clock.now()) && tokenOf(link).secretHash === link.secretHash

  const closeConnections = (orderId: string) => events.emit('access.revoked', { trackedOrder: orderId })

  function present(link: LinkRecord): TrackingLink {
    const { token } = tokenOf(link)
    // In the fragment, which browsers send to no server: the token is in no log.
    return { url: `${publicUrl()}/t/#${token}`, token, expiresAt: link.expiresAt }
  }

  function lastDay({ scheduledFor }: OrderRecord): string {
    const now = clock.now()
    const from = Math.max(now, scheduledFor ? Date.parse(scheduledFor) : now)
    return isoTime(Math.min(from + lifetime, now + longest))
  }

  /** With this expiry; without one it is valid for the usual time, and one that is valid longer stays so. */
  async function linkTo(order: OrderRecord, expiresAt?: string): Promise<{ link: LinkRecord; isNew: boolean }> {
    const usual = lastDay(order)
    for (;;) {
      const known = await links.get(order.id)
      if (known && isShowable(known)) {
        // Notifications are many: a day more or less is not worth a write.
        const isLongEnough = Date.parse(known.expiresAt) > Date.parse(usual) - day
        const until = expiresAt ?? (isLongEnough ? known.expiresAt : usual)
        const link = until === known.expiresAt ? known : await links.extend(known, until)
        // Connections end when their link did at the time of their CONNECT.
        if (link && until < known.expiresAt) closeConnections(order.id)
        if (link) return { link, isNew: false }
        continue
      }
      if (known) {
        await links.remove(order.id, known.id)
        closeConnections(order.id)
      }
      const id = newId()
      const { secretHash } = tokenOf({ orderId: order.id, id })
      const createdAt = isoTime(clock.now())
      const link = {
        orderId: order.id,
        id,
        customerId: order.customer.id,
        secretHash,
        createdAt,
        expiresAt: expiresAt ?? usual,
      }
      if (await links.create(link)) return { link, isNew: true }
    }
  }

  /** Throws not_found for a caller who is no party of the order. */
  async function orderFor(actor: Actor, orderId: string): Promise<OrderRecord> {
    const order = await orders.byId(orderId)
    if (!order || viewFor(actor, order) !== 'full') throw new DomainError('not_found', 'There is no such order.')
    return order
  }

  /** Throws invalid_request. */
  function checkedExpiry(expiresAt: string): string {
    const wanted = isoTime(Date.parse(expiresAt))
    if (wanted <= isoTime(clock.now())) refuse('The time must lie in the future')
    if (wanted > isoTime(clock.now() + longest)) refuse('A link is valid for 90 days at most')
    return wanted
  }

  return {
    /** Makes the link, or shows the one that the order has. Throws not_found or invalid_request. */
    async create(
      actor: Actor,
      orderId: string,
      { expiresAt }: CreateTrackingLink,
    ): Promise<{ link: TrackingLink; number: string; isNew: boolean }> {
      const order = await orderFor(actor, orderId)
      const { link, isNew } = await linkTo(order, expiresAt && checkedExpiry(expiresAt))
      return { link: present(link), number: order.number, isNew }
    },

    /** Ends its requests and connections on every node. Throws not_found. */
    async revoke(actor: Actor, orderId: string): Promise<{ number: string }> {
      const { number } = await orderFor(actor, orderId)
      const removed = await links.remove(orderId)
      // Emitted even when nothing was removed: the response to an earlier removal may have been lost.
      closeConnections(orderId)
      if (!removed) throw new DomainError('not_found', 'The order has no tracking link.')
      return { number }
    },

    /** Of the link to send to the customer; null when there is no such order. */
    async urlFor(orderId: string): Promise<string | null> {
      const order = await orders.byId(orderId)
      return order && present((await linkTo(order)).link).url
    },

    /** Forgets the link of an order that has left, or whose customer has. */
    async forget(orderId: string): Promise<void> {
      if (await links.remove(orderId)) closeConnections(orderId)
    },
  }
}

function refuse(message: string): never {
  const path = 'expiresAt'
  throw new DomainError('invalid_request', `${path}: ${message}`, { errors: [{ path, message }] })
}
