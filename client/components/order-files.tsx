import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { Order } from '#shared/orders.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'

const FilesCard = lazy(() => loadChunk(() => import('./files-card.tsx')))

/** The photos of an order. Loaded with the order's page, not with the list. */
export function OrderFiles({ order }: { order: Order }) {
  return (
    <ErrorBoundary>
      <FilesCard key={order.id} order={order} />
    </ErrorBoundary>
  )
}
