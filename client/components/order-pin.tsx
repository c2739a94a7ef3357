import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { isFinal } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'

const PinCard = lazy(() => loadChunk(() => import('./pin-card.tsx')))

/** The PIN that the customer tells the vendor, of an order that needs one and is not completed. */
export function OrderPin({ order }: { order: Order }) {
  if (!order.proof?.pin || isFinal(order.status)) return null
  return (
    <ErrorBoundary>
      <PinCard key={order.id} orderId={order.id} />
    </ErrorBoundary>
  )
}
