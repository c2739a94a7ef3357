import type { OrderStatus } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'

const sam = { id: 'sam', name: 'Sam Okafor' }

/** An order as the server would send it; what a test is about is given. */
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

/** The time, `minutes` after ten. */
export const at = (minutes: number) => new Date(Date.UTC(2026, 2, 1, 10, minutes)).toISOString()

/** Resolves once what has been started has run as far as it can without waiting for a timer. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A stand-in for setTimeout whose time passes when a test says so. */
export function fakeTimers() {
  const waiting: (() => void)[] = []
  return {
    later: (work: () => void) => waiting.push(work),
    /** Runs everything that waits now. */
    pass: () => waiting.splice(0).forEach((work) => work()),
    get count() {
      return waiting.length
    },
  }
}
