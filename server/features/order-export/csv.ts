import { plainAmount } from '#shared/currency.ts'
import type { OrderStatus } from '#shared/order-status.ts'
import { nameWithOptions } from '#shared/choose-options.ts'
import { fullContact, type Order } from '#shared/orders.ts'
import { csvLine } from '../../lib/csv.ts'

/** When the order reached the status for the last time. */
const reached = (status: OrderStatus) => (order: Order) =>
  order.history.findLast((entry) => entry.status === status)?.at

/** All of a payment that was refunded, or the part of it. */
function refundedOf({ payment, currency }: Order): string | undefined {
  if (!payment) return undefined
  const whole = payment.status === 'refunded' ? payment.amount + (payment.tip ?? 0) : payment.refunded
  return whole === undefined ? undefined : plainAmount(whole, currency)
}

const columns: Record<string, (order: Order) => string | number | null | undefined> = {
  number: ({ number }) => number,
  status: ({ status }) => status,
  placed: ({ createdAt }) => createdAt,
  scheduledFor: ({ scheduledFor }) => scheduledFor,
  accepted: reached('accepted'),
  completed: reached('completed'),
  customer: ({ customer }) => customer.name,
  phone: (order) => fullContact(order)?.phone,
  address: (order) => fullContact(order)?.address,
  area: ({ contact }) => contact?.area,
  lat: (order) => fullContact(order)?.lat,
  lng: (order) => fullContact(order)?.lng,
  vendor: ({ vendor }) => vendor?.name,
  items: ({ items }) => items.map((item) => `${item.quantity} × ${nameWithOptions(item)}`).join('; '),
  total: ({ totalAmount, currency }) => plainAmount(totalAmount, currency),
  currency: ({ currency }) => currency,
  payment: ({ payment }) => payment?.status ?? 'unpaid',
  paymentMethod: ({ payment }) => payment?.method,
  paidAmount: ({ payment, currency }) => payment && plainAmount(payment.amount, currency),
  tip: ({ payment, currency }) => payment?.tip && plainAmount(payment.tip, currency),
  refunded: refundedOf,
  stars: ({ rating }) => rating?.stars,
  notes: ({ notes }) => notes,
  lastNote: ({ history }) => history.at(-1)?.note,
  id: ({ id }) => id,
  customerId: ({ customer }) => customer.id,
  vendorId: ({ vendor }) => vendor?.id,
}

/** A line with the names of the columns, and one for each order. Times are in UTC (ISO 8601). */
export async function* csvOf(orders: AsyncIterable<Order>): AsyncGenerator<string> {
  yield csvLine(Object.keys(columns))
  for await (const order of orders) yield csvLine(Object.values(columns).map((read) => read(order) ?? ''))
}
