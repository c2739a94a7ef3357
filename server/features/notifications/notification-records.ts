import type { Notification, NotificationEvent } from '#shared/notifications.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { isoTime } from '../../lib/clock.ts'
import { boolean, defineRecords, json, nullable, text, type RecordOf } from '../../storage/records.ts'
import { DuplicateError, type Store } from '../../storage/store.ts'

/** How long a notification is kept, in ms. */
export const keptFor = 90 * 24 * 3_600_000

/** The highest number of unread notifications that is counted. */
export const mostUnread = 1_000

const pageSize = 200

/** `id` follows from the change and the recipient, so that a change is never told twice. */
export const notificationRecords = defineRecords({
  name: 'notifications',
  key: 'id',
  fields: {
    id: text(),
    userId: text(),
    event: text<NotificationEvent>(),
    orderId: text(),
    number: text(),
    status: text<OrderStatus>(),
    by: nullable(json<NonNullable<Notification['by']>>()),
    vendor: nullable(text()),
    note: nullable(text()),
    at: text(),
    unread: boolean(),
    expiresAt: nullable(text()),
  },
  indexes: { byUser: ['userId', 'at'], byUnread: ['userId', 'unread', 'at'] },
  expires: 'expiresAt',
})

export type NotificationRecord = RecordOf<typeof notificationRecords>

/** One that is not stored yet. */
export type NewNotification = Omit<NotificationRecord, 'unread' | 'expiresAt'>

/** A place in a user's list: the last notification of the page before. */
export type NotificationPosition = Pick<NotificationRecord, 'at' | 'id'>

export type NotificationStore = ReturnType<typeof createNotificationStore>

export function createNotificationStore({ collection }: Pick<Store, 'collection'>) {
  const notifications = collection(notificationRecords)
  return {
    /** Stores it as unread; null when it was stored before. */
    async create(notification: NewNotification): Promise<NotificationRecord | null> {
      const record = { ...notification, unread: true, expiresAt: isoTime(Date.parse(notification.at) + keptFor) }
      try {
        await notifications.create(record)
        return record
      } catch (error) {
        if (error instanceof DuplicateError) return null
        throw error
      }
    },
    /** Newest first. */
    list: (userId: string, limit: number, after?: NotificationPosition): Promise<NotificationRecord[]> =>
      notifications.list({ index: 'byUser', where: { userId }, after, limit, descending: true }),
    /** Newest first, at most `mostUnread`. */
    unread: (userId: string): Promise<NotificationRecord[]> =>
      notifications.list({ index: 'byUnread', where: { userId, unread: true }, limit: mostUnread, descending: true }),
    /** The changed record; null when it is not an unread one of this user. */
    read: (id: string, userId: string): Promise<NotificationRecord | null> =>
      notifications.change(id, { unread: false }, { userId, unread: true }),
    sweep: notifications.sweep,
    /** Deletes those about these orders. No index finds them: it would cost every notification a write. */
    async removeAbout(orders: ReadonlySet<string>): Promise<void> {
      let after: Pick<NotificationRecord, 'id'> | undefined
      do {
        const page = await notifications.list({ after, limit: pageSize })
        for (const { id, orderId } of page) if (orders.has(orderId)) await notifications.delete(id)
        after = page.at(-1)
        await new Promise(setImmediate)
      } while (after)
    },
  }
}
