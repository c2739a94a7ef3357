import { createHash } from 'node:crypto'
import type { Actor, Role } from '#shared/actors.ts'
import type { OrderHistoryEntry } from '#shared/apply-transition.ts'
import type { NotificationEvent } from '#shared/notifications.ts'
import { transitionBetween, type OrderAction } from '#shared/order-status.ts'
import type { DetailField } from '#shared/orders.ts'
import { viewFor } from '../../auth/permissions.ts'
import type { LateOrder, ToldMessage } from '../../services/domain-events.ts'
import { asOf } from '../../services/order-changes.ts'
import { presentOrder } from '../../services/presenters.ts'
import type { OrderRecord } from '../../storage/store.ts'
import type { NewNotification } from './notification-records.ts'

/** Who is told of a change, and as which event. `formerVendor`: whose job it was before, when it no longer is. */
interface Recipients {
  customer?: NotificationEvent
  vendor?: NotificationEvent
  formerVendor?: NotificationEvent
  admins?: NotificationEvent
}

/** Details were corrected, or the order was reopened. */
const correctionRecipients: Recipients = { customer: 'order.changed', vendor: 'order.changed' }

/** By what was done. */
const recipientsOf: Record<OrderAction, Recipients> = {
  accept: { customer: 'order.accepted' },
  decline: { customer: 'order.rejected', admins: 'order.rejected' },
  set_off: { customer: 'order.on_the_way' },
  start_work: { customer: 'order.in_progress' },
  complete: { customer: 'order.completed' },
  fail: { customer: 'order.failed', admins: 'order.failed' },
  reopen: correctionRecipients,
  release: { customer: 'order.released', formerVendor: 'order.released' },
  cancel: { customer: 'order.cancelled', vendor: 'order.cancelled' },
  assign: { customer: 'order.accepted', vendor: 'order.assigned', formerVendor: 'order.released' },
}

/**
 * The notifications of the change that led to `version`: none for who made it. `admins`: reads the ids of the active
 * admins, only when they are told.
 */
export async function notificationsOf(
  order: OrderRecord,
  version: number,
  admins: () => Promise<readonly string[]>,
): Promise<NewNotification[]> {
  const [before, entry] = order.history.slice(version - 2, version)
  const to = before && entry && version > 1 && recipientsOfChange(before, entry)
  if (!to) return []
  const told = new Map<string, { role: Role; event: NotificationEvent }>()
  const tell = (role: Role, userId: string | undefined, event: NotificationEvent | undefined) => {
    if (userId !== undefined && event && userId !== entry.by.id) told.set(userId, { role, event })
  }
  if (to.admins) for (const id of await admins()) tell('admin', id, to.admins)
  if (before.vendor?.id !== entry.vendor?.id) tell('vendor', before.vendor?.id, to.formerVendor)
  tell('vendor', entry.vendor?.id, to.vendor)
  tell('customer', order.customer.id, to.customer)
  const then = asOf(order, version)
  return [...told].map(([userId, { role, event }]) => ({
    id: notificationIdOf(order.id, version, userId),
    userId,
    event,
    orderId: order.id,
    number: order.number,
    status: entry.status,
    ...changeAsSeenBy({ id: userId, role }, then),
    at: entry.recordedAt ?? entry.at,
  }))
}

/** Details of which the pages tell, not a notification. */
const quiet = new Set<DetailField>(['payment', 'rating', 'files'])

/** null: no other person is concerned, as by a new name, a decline that others may follow or an assignment to the same vendor. */
function recipientsOfChange(before: OrderHistoryEntry, entry: OrderHistoryEntry): Recipients | null {
  if (entry.changed?.every(({ field }) => quiet.has(field))) return null
  if (entry.changed) return correctionRecipients
  const row = transitionBetween(before, entry)
  const isSame = entry.status === before.status && entry.vendor?.id === before.vendor?.id
  return row && !isSame ? recipientsOf[row.action] : null
}

/** Those of a late order, to the admins with these ids. Its status tells with what it is late. */
export const lateNotifications = ({ id, order, since }: LateOrder, admins: readonly string[]): NewNotification[] =>
  admins.map((userId) => ({
    id: idOf(`${id} ${userId}`),
    userId,
    event: 'order.late',
    orderId: order.id,
    number: order.number,
    status: order.status,
    by: null,
    vendor: null,
    note: null,
    at: since,
  }))

/** The last change, as far as the order in the recipient's view tells it. */
function changeAsSeenBy(
  who: Pick<Actor, 'id' | 'role'>,
  order: OrderRecord,
): Pick<NewNotification, 'by' | 'vendor' | 'note'> {
  const view = viewFor(who, order)
  if (view !== 'full' && view !== 'offer') return { by: null, vendor: null, note: null }
  const { history, vendor } = presentOrder(order, view)
  const last = history.at(-1)
  return {
    by: last ? { name: last.by.name, role: last.by.role } : null,
    vendor: vendor?.name ?? null,
    note: last?.note ?? null,
  }
}

const mostOfMessage = 300

/** The notifications of a message. */
export const notificationsOfMessage = ({ message, order, to }: ToldMessage): NewNotification[] =>
  to.map(({ id: userId }) => ({
    id: idOf(`${order.id} message ${message.id} ${userId}`),
    userId,
    event: 'message.received',
    orderId: order.id,
    number: order.number,
    status: order.status,
    by: { name: message.by.name, role: message.by.role },
    vendor: order.vendor?.name ?? null,
    note: message.text.slice(0, mostOfMessage),
    at: message.at,
  }))

/** The same for the same change and recipient. */
export const notificationIdOf = (orderId: string, version: number, userId: string): string =>
  idOf(`${orderId} ${version} ${userId}`)

const idOf = (what: string): string => createHash('sha256').update(what).digest('base64url').slice(0, 22)
