import type { Store } from '../../storage/store.ts'
import type { PersonalData } from '../feature.ts'
import { notificationRecords, type NotificationRecord } from './notification-records.ts'
import { preferenceRecords } from './preference-records.ts'
import type { SubscriptionsService } from './push/subscriptions.service.ts'
import { notificationIdOf } from './recipients.ts'

export interface PersonalDataDependencies {
  store: Pick<Store, 'collection' | 'orders'>
  subscriptions: Pick<SubscriptionsService, 'list' | 'endAllOf'>
}

const pageSize = 200

export function createPersonalData({ store, subscriptions }: PersonalDataDependencies): PersonalData {
  const notifications = store.collection(notificationRecords)
  const preferences = store.collection(preferenceRecords)

  /** Tells others of the change as the order's history has it now. */
  async function rewrite(record: NotificationRecord): Promise<void> {
    const order = await store.orders.byId(record.orderId)
    const entry = order?.history.find((_, n) => notificationIdOf(record.orderId, n + 1, record.userId) === record.id)
    if (!entry) return
    const { by, vendor, note } = record
    await notifications.change(record.id, {
      by: by && { ...by, name: by.name === null ? null : entry.by.name },
      vendor: vendor === null ? null : (entry.vendor?.name ?? null),
      note: note === null ? null : entry.note,
    })
  }

  return {
    async exportOf({ id }) {
      const [kept, chosen, browsers] = await Promise.all([
        notifications.list({ index: 'byUser', where: { userId: id } }),
        preferences.get(id),
        subscriptions.list({ id }),
      ])
      return { notifications: kept, notificationPreferences: chosen, pushSubscriptions: browsers }
    },

    async erase({ id, role, orders }) {
      // Messages are erased with their order, or with the person who wrote them; of admins only the role is known here.
      const isOfMessage = ({ event, orderId, by }: NotificationRecord) =>
        event === 'message.received' && (orders.has(orderId) || (role === 'admin' && by?.role === 'admin'))
      await subscriptions.endAllOf(id)
      await preferences.delete(id)
      let after = ''
      for (;;) {
        const page = await notifications.list({ after: { id: after }, limit: pageSize })
        for (const record of page) {
          if (record.userId === id || isOfMessage(record)) await notifications.delete(record.id)
          else if (orders.has(record.orderId)) await rewrite(record)
        }
        const last = page.at(-1)
        if (!last) return
        after = last.id
        await new Promise(setImmediate)
      }
    },
  }
}
