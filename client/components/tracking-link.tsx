import { useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { Button } from './button.tsx'

const TrackingLink = lazy(() => loadChunk(() => import('./tracking-link-dialog.tsx')))

/** Copies the tracking link of an order, and shows it. Once it was shown, the printed work sheet has its QR code. */
export function TrackingLinkButton({
  order,
  size,
  class: className = '',
}: {
  order: Order
  size?: 'sm'
  class?: string
}) {
  const [wasOpened, setWasOpened] = useState(false)
  const [isOpen, setIsOpen] = useState(false)
  function open() {
    setWasOpened(true)
    setIsOpen(true)
  }
  return (
    <>
      <Button
        variant={size ? 'secondary' : 'quiet'}
        size={size}
        icon="icon-[lucide--link]"
        class={size ? className : `min-h-11 ${className}`}
        onClick={open}
      >
        {t().tracking.copy}
      </Button>
      {wasOpened && (
        <ErrorBoundary>
          <TrackingLink order={order} isOpen={isOpen} onClose={() => setIsOpen(false)} />
        </ErrorBoundary>
      )}
    </>
  )
}
