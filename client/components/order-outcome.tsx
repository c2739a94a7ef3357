import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { Order } from '#shared/orders.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'

const Payment = lazy(() => loadChunk(() => import('./payment-card.tsx')))
const Rating = lazy(() => loadChunk(() => import('./rating-card.tsx')))

/** Payment and rating of an order. Loaded with the order's page, not with the list. */
export function OrderOutcome({ order }: { order: Order }) {
  return (
    <ErrorBoundary>
      <Payment order={order} />
      <Rating order={order} />
    </ErrorBoundary>
  )
}
