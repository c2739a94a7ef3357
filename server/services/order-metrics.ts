import { orderStatuses } from '#shared/order-status.ts'
import { createCounter, type Metric } from '../lib/metrics.ts'
import type { EventBus } from './domain-events.ts'

/** Counts the versions of orders that this node stores. */
export function orderMetrics(events: Pick<EventBus, 'on'>): readonly Metric[] {
  const placed = createCounter({
    name: 'callout_orders_placed_total',
    help: 'Orders placed through this node.',
    labels: [],
  })
  const changes = createCounter(
    {
      name: 'callout_order_changes_total',
      help: 'Changes of orders through this node, by the status after them.',
      labels: ['status'],
    },
    orderStatuses.map((status) => ({ status })),
  )
  events.on('order.placed', () => placed.inc())
  events.on('order.changed', ({ order: { status } }) => changes.inc({ status }))
  return [placed, changes]
}
