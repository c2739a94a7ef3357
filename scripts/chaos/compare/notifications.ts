import { NotificationList, type Notification } from '#shared/notifications.ts'
import type { OrderHistoryEntry } from '#shared/apply-transition.ts'
import type { User } from '#shared/users.ts'
import type { Api } from '../../../client/live/api.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { difference, type Difference } from './difference.ts'

/** Reads all pages of an account's notifications. */
export async function readNotifications(api: Pick<Api, 'get'>): Promise<Notification[]> {
  const all: Notification[] = []
  let cursor = ''
  do {
    const path = `/notifications?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const page = await api.get(path, NotificationList)
    // Those of messages tell of no change.
    all.push(...page.notifications.filter(({ event }) => event !== 'message.received'))
    cursor = page.nextCursor ?? ''
  } while (cursor)
  return all
}

/** A customer and a vendor have one notification of each change that concerns them and that another person made. */
export function checkNotifications(
  user: User,
  listed: readonly Notification[],
  stored: ReadonlyMap<string, OrderRecord>,
): Difference[] {
  if (user.role === 'admin') return []
  const keyOf = (orderId: string, at: string, status: string) => `${orderId} ${status} at ${at}`
  const expected = [...stored.values()].flatMap(({ id, customer, history }) =>
    history.flatMap((entry, index) => {
      const before = history[index - 1]
      if (!before || entry.by.id === user.id || !concerns(user, customer.id, before, entry)) return []
      return keyOf(id, entry.recordedAt ?? entry.at, entry.status)
    }),
  )
  const found = listed.map(({ order, at }) => keyOf(order.id, at, order.status))
  // A clock that was set back stands still, so that two changes may have the same key.
  const [owed, told] = [countsOf(expected), countsOf(found)]
  const wrong = [...new Set([...expected, ...found])]
    .filter((key) => owed.get(key) !== told.get(key))
    .map((key) => `was told ${told.get(key) ?? 0} times, not ${owed.get(key) ?? 0}, of ${key}`)
  return wrong.map((detail) => difference('notification')(`the ${user.role} ${user.name} ${detail}`))
}

function concerns(user: User, customerId: string, before: OrderHistoryEntry, entry: OrderHistoryEntry): boolean {
  const [from, to] = [before.vendor?.id, entry.vendor?.id]
  if (entry.changed?.every(({ field }) => ['payment', 'rating', 'files'].includes(field))) return false
  if (entry.changed) return user.id === customerId || user.id === to
  const isChange = before.status !== entry.status || from !== to
  if (user.role === 'customer') return user.id === customerId && isChange
  if (from !== to) return from === user.id || to === user.id
  // The job was cancelled, or set back by an assignment to the same vendor.
  return to === user.id && before.status !== entry.status && (entry.status === 'cancelled' || !!entry.assigned)
}

function countsOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
