import { isOffered } from '#shared/order-status.ts'
import type { PushMessage } from '#shared/push.ts'
import { viewFor } from '../../../auth/permissions.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { OrderTask } from '../../../services/domain-events.ts'
import { asOf } from '../../../services/order-changes.ts'
import { requestOf } from '../../../services/order-requests.ts'
import type { Outbox } from '../../../services/outbox.ts'
import type { PresenceService } from '../../../services/presence.service.ts'
import type { OrderRecord } from '../../../storage/store.ts'
import { isRecent, type NotificationChannel } from '../channels.ts'
import { deliveryOf } from './deliveries.ts'
import type { SubscriptionStore } from './subscription-records.ts'

export interface PushChannelDependencies {
  subscriptions: Pick<SubscriptionStore, 'exist' | 'ofUser' | 'ofVendors'>
  presence: Pick<PresenceService, 'isOnline'>
  outbox: Pick<Outbox, 'add'>
  clock: Pick<Clock, 'now'>
}

/** Tells people by push: their notifications, and vendors on duty also of each new offer. */
export function createPushChannel({ subscriptions, presence, outbox, clock }: PushChannelDependencies) {
  const offers: OrderTask = async (order, published) => {
    const versions = offeringVersions(order).filter((version) => version > published)
    if (versions.length === 0 || !(await subscriptions.exist())) return
    for (const version of versions) await offerAt(order, version)
  }

  /** Tells the vendors who are offered the order since this version, and not before. */
  async function offerAt(order: OrderRecord, version: number): Promise<void> {
    const offered = order.history[version - 1]
    if (!offered || !isRecent(offered.recordedAt ?? offered.at, clock)) return
    const before = offered.offered && asOf(order, version - 1)
    const to = (await subscriptions.ofVendors()).filter(({ userId }) => {
      const who = { id: userId, role: 'vendor' } as const
      const isOffer = userId !== offered.by.id && viewFor(who, order) === 'offer'
      return isOffer && !(before && viewFor(who, before) === 'offer') && presence.isOnline(userId)
    })
    const message = messageOf(`${order.id} ${version}`, 'order.offered', order)
    const requestId = requestOf(order)
    await Promise.all(to.map((subscription) => outbox.add({ ...deliveryOf(subscription, message), requestId })))
  }

  const channel: NotificationChannel = {
    everyMessage: true,

    async tell(told, order) {
      if (!(await subscriptions.exist())) return
      const requestId = requestOf(order)
      for (const { id, userId, event, orderId, number, status } of told) {
        const message = messageOf(id, event, { id: orderId, number, status })
        const to = await subscriptions.ofUser(userId)
        await Promise.all(to.map((subscription) => outbox.add({ ...deliveryOf(subscription, message), requestId })))
      }
    },
  }

  return { channel, offers }
}

const messageOf = (
  id: string,
  event: PushMessage['event'],
  { id: orderId, number, status }: Pick<OrderRecord, 'id' | 'number' | 'status'>,
): PushMessage => ({ id, event, order: { id: orderId, number, status } })

/** The version since which the order is offered, and those that offer it to others; none when it is not. */
function offeringVersions({ status, history }: OrderRecord): number[] {
  if (!isOffered(status)) return []
  const first = history.findLastIndex((entry) => !isOffered(entry.status)) + 2
  const later = history.flatMap(({ offered }, n) => (offered && n + 1 > first ? [n + 1] : []))
  return [first, ...later]
}
