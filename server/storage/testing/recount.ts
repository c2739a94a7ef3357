import { durationSteps } from '#shared/figures.ts'
import { forwardPath, type OrderStatus } from '#shared/order-status.ts'
import type { OrderRecord } from '../store.ts'

/** The figures of some orders, computed in the plainest way, to compare others with. */
export function recount(orders: readonly OrderRecord[]) {
  const hours = groups(orders, ({ createdAt }) => [createdAt.slice(0, 13)])
  const vendors = groups(orders, ({ vendor }) => (vendor ? [vendor.id] : []))
  const services = groups(orders, ({ items }) => [...new Set(items.map(({ serviceId }) => serviceId))])
  const revenueOfService = (id: string) => (order: OrderRecord) =>
    order.items.reduce((sum, item) => sum + (item.serviceId === id ? item.quantity * item.unitPrice : 0), 0)
  return {
    all: tally(orders),
    hours: mapped(hours, (_hour, some) => counts(some)),
    vendors: mapped(vendors, (_id, some) => tally(some)),
    services: mapped(services, (id, some) => tally(some, revenueOfService(id))),
  }
}

export type Recount = ReturnType<typeof tally>

function tally(orders: readonly OrderRecord[], revenueOf = ({ totalAmount }: OrderRecord) => totalAmount) {
  const completed = orders.filter(({ status }) => status === 'completed')
  const revenue = groups(completed, ({ currency }) => [currency])
  return {
    statuses: counts(orders),
    stars: [1, 2, 3, 4, 5].map((stars) => orders.filter(({ rating }) => rating?.stars === stars).length),
    revenue: mapped(revenue, (_currency, some) => some.reduce((sum, order) => sum + revenueOf(order), 0)),
    seconds: mapped(new Map(Object.entries(durationSteps)), (_name, [from, to]) =>
      orders.flatMap((order) => secondsBetween(order, from, to) ?? []).sort((a, b) => a - b),
    ),
  }
}

function secondsBetween({ history }: OrderRecord, from: OrderStatus, to: OrderStatus): number | null {
  const place = (status: OrderStatus) => forwardPath.indexOf(status)
  const reached = (status: OrderStatus, before: number) =>
    place(status) === 0
      ? 0
      : history.findLastIndex(
          (entry, n) =>
            n < before && entry.status === status && history[n - 1]?.status === forwardPath[place(status) - 1],
        )
  const end = reached(to, history.length)
  const wentBack = history.slice(end + 1).some(({ status }) => place(status) >= 0 && place(status) < place(to))
  const [first, last] = [history[reached(from, end)], history[end]]
  return end < 0 || wentBack || !first || !last ? null : (Date.parse(last.at) - Date.parse(first.at)) / 1000
}

const counts = (orders: readonly OrderRecord[]) =>
  mapped(
    groups(orders, ({ status }) => [status]),
    (_status, some) => some.length,
  )

function groups(orders: readonly OrderRecord[], keysOf: (order: OrderRecord) => readonly string[]) {
  const found = new Map<string, OrderRecord[]>()
  for (const order of orders)
    for (const key of keysOf(order)) {
      const group = found.get(key)
      if (group) group.push(order)
      else found.set(key, [order])
    }
  return found
}

const mapped = <From, To>(from: ReadonlyMap<string, From>, change: (key: string, value: From) => To) =>
  Object.fromEntries([...from].map(([key, value]) => [key, change(key, value)]))
