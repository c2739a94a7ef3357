import type { Actor } from '#shared/actors.ts'
import type { Notification, NotificationList, NotificationQuery, ReadNotifications } from '#shared/notifications.ts'
import type { Clock } from '../../lib/clock.ts'
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts'
import { z } from '../../lib/zod.ts'
import type { LateOrder, ToldMessage } from '../../services/domain-events.ts'
import { asOf } from '../../services/order-changes.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import { isRecent, type NotificationChannel } from './channels.ts'
import {
  keptFor,
  type NewNotification,
  type NotificationRecord,
  type NotificationStore,
} from './notification-records.ts'
import type { PreferencesService } from './preferences.service.ts'
import { lateNotifications, notificationsOf, notificationsOfMessage } from './recipients.ts'

export interface NotificationsDependencies {
  notifications: NotificationStore
  users: Pick<Store['users'], 'list'>
  publish: Core['publish']
  preferences: Pick<PreferencesService, 'wanted'>
  channels?: readonly NotificationChannel[]
  clock: Pick<Clock, 'now'>
}

export type NotificationsService = ReturnType<typeof createNotificationsService>

const Cursor = z.strictObject({ at: z.iso.datetime(), id: z.string() })

/** What each user is told about their orders: stored first, then published to the user's own topic. */
export function createNotificationsService({
  notifications,
  users,
  publish,
  preferences,
  channels = [],
  clock,
}: NotificationsDependencies) {
  const admins = async () => (await users.list({ role: 'admin', active: true })).map(({ id }) => id)

  const publishToUser = (record: NotificationRecord) =>
    publish('notifications', { userId: record.userId }, present(record))

  async function storeAndPublish(told: readonly NewNotification[]): Promise<void> {
    const kept = told.filter(({ at }) => Date.parse(at) > clock.now() - keptFor)
    const inPage = await preferences.wanted('page', kept)
    const created = await Promise.all(inPage.map(notifications.create))
    for (const notification of created) if (notification) publishToUser(notification)
  }

  async function tell(told: readonly NewNotification[], order: OrderRecord): Promise<void> {
    await storeAndPublish(told)
    // Also when they were stored before: the process may have ended before the channels had them.
    const recent = told.filter(({ at }) => isRecent(at, clock))
    if (recent.length > 0) for (const channel of channels) await channel.tell(recent, order)
  }

  async function readAll(userId: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const changed = await notifications.read(id, userId)
      if (changed) publishToUser(changed)
    }
  }

  return {
    /** Tells of every version after `published`. It may run again: what was told is not told again. */
    async orderChanged(order: OrderRecord, published: number): Promise<void> {
      for (let version = Math.max(2, published + 1); version <= order.version; version++) {
        await tell(await notificationsOf(order, version, admins), asOf(order, version))
      }
    },

    /** It may run again, also on another node: what was told is not told again. */
    async orderLate(late: LateOrder): Promise<void> {
      await tell(lateNotifications(late, await admins()), late.order)
    },

    /** Tells of a message. It may run again: what was told is not told again. */
    async messageReceived(message: ToldMessage): Promise<void> {
      const told = notificationsOfMessage(message)
      await storeAndPublish(told)
      const recent = told.filter(({ at }) => isRecent(at, clock))
      const first = new Set(message.to.flatMap(({ id, isFirst }) => (isFirst ? id : [])))
      for (const channel of channels) {
        const wanted = channel.everyMessage ? recent : recent.filter(({ userId }) => first.has(userId))
        if (wanted.length > 0) await channel.tell(wanted, message.order)
      }
    },

    /** The person has read the messages of the order, so the notifications of them are read as well. */
    async messagesRead({ userId, orderId }: { userId: string; orderId: string }): Promise<void> {
      const unread = await notifications.unread(userId)
      const about = unread.filter((one) => one.event === 'message.received' && one.orderId === orderId)
      await readAll(
        userId,
        about.map(({ id }) => id),
      )
    },

    /** One page of the caller's own, newest first. Throws invalid_cursor. */
    async list({ id }: Pick<Actor, 'id'>, { limit = 50, cursor }: NotificationQuery): Promise<NotificationList> {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, Cursor)
      const [found, unread] = await Promise.all([notifications.list(id, limit + 1, after), notifications.unread(id)])
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        notifications: page.map(present),
        unread: unread.length,
        nextCursor: found.length > limit && last ? encodeCursor({ at: last.at, id: last.id }) : null,
      }
    },

    /** Marks the caller's as read, on every open page. */
    async read({ id: userId }: Pick<Actor, 'id'>, input: ReadNotifications): Promise<void> {
      const ids = 'ids' in input ? input.ids : (await notifications.unread(userId)).map(({ id }) => id)
      await readAll(userId, ids)
    },
  }
}

function present(record: NotificationRecord): Notification {
  const { id, event, orderId, number, status, by, vendor, note, at, unread } = record
  return { id, event, order: { id: orderId, number, status }, by, vendor, note, at, read: !unread }
}
