import { useEffect } from 'preact/hooks'
import { trackedStatuses } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { topics } from '#shared/topics.ts'
import type { OrderPosition } from '#shared/vendor-positions.ts'
import { useWorkspace } from './workspace-context.ts'

/** What is estimated without a position changes by the minute. */
const readEvery = 60_000

/** Where the vendor of an order is and when they arrive, live, while they are on the way; otherwise null. */
export function useArrival({ id, status, customer }: Order): OrderPosition | null {
  const { live, positions, caughtUp } = useWorkspace()
  const isOnTheWay = trackedStatuses.includes(status)
  const customerId = customer.id
  // Positions of the time without a connection are not sent again.
  const connections = caughtUp.value
  useEffect(() => {
    if (!isOnTheWay) return
    const read = () => void positions.loadOf(id)
    read()
    const timer = setInterval(read, readEvery)
    return () => clearInterval(timer)
  }, [positions, id, isOnTheWay, connections])
  useEffect(
    () => (isOnTheWay && customerId ? live.follow(topics.customerTracking(customerId)) : undefined),
    [live, isOnTheWay, customerId],
  )
  return isOnTheWay ? (positions.ofOrders.value.get(id) ?? null) : null
}
