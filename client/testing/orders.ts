import type { OrderStatus } from '#shared/order-status.ts'
import type { Notification } from '#shared/notifications.ts'
import type { Order } from '#shared/orders.ts'

const sam = { id: 'sam', name: 'Sam Okafor' }

/** An order as the server sends it. */
export function anOrder({ id = 'o1', version = 1, status = 'pending', ...rest }: Partial<Order> = {}): Order {
  const createdAt = rest.createdAt ?? '2026-03-01T10:00:00.000Z'
  return {
    id,
    number: `N-${id}`,
    status,
    version,
    customer: sam,
    vendor: null,
    contact: null,
    items: [{ serviceId: 's1', name: 'Boiler service', quantity: 1, unitPrice: 9500 }],
    totalAmount: 9500,
    currency: 'USD',
    notes: '',
    scheduledFor: null,
    history: [{ status, at: createdAt, by: { ...sam, role: 'customer' }, note: null }],
    createdAt,
    updatedAt: createdAt,
    ...rest,
  }
}

export const gone = (id: string, version: number, status: OrderStatus = 'accepted') => ({
  id,
  version,
  status,
  gone: true as const,
})

export const aNotification = (given: Partial<Notification> = {}): Notification => ({
  id: 'n1',
  event: 'order.accepted',
  order: { id: 'o1', number: 'N-o1', status: 'accepted' },
  by: { name: 'Ana', role: 'vendor' },
  vendor: 'Ana',
  note: null,
  at: at(0),
  read: false,
  ...given,
})

/** The time `minutes` after 10:00. */
export const at = (minutes: number) => new Date(Date.UTC(2026, 2, 1, 10, minutes)).toISOString()

/** Resolves after all pending promises that wait for no timer. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A fake setTimeout whose timers fire on `pass()`. */
export function fakeTimers() {
  const waiting: (() => void)[] = []
  return {
    setTimer: (work: () => void) => waiting.push(work),
    /** Fires all pending timers. */
    pass: () => waiting.splice(0).forEach((work) => work()),
    get count() {
      return waiting.length
    },
  }
}
