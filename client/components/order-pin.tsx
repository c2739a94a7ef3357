import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { isFinal } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'

const PinCard = lazy(() => loadChunk(() => import('./pin-card.tsx')))

/** Whether the customer still has a PIN to tell, without which the vendor cannot complete the order. */
export const hasPin = ({ proof, status }: Pick<Order, 'proof' | 'status'>): boolean =>
  proof?.pin === true && !isFinal(status)

/** The PIN that the customer tells the vendor. */
export function OrderPin({ order }: { order: Order }) {
  if (!hasPin(order)) return null
  return (
    <ErrorBoundary>
      <PinCard key={order.id} orderId={order.id} />
    </ErrorBoundary>
  )
}
