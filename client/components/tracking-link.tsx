import { useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { t } from '../i18n/index.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { Button } from './button.tsx'

const TrackingLink = lazy(() => loadChunk(() => import('./tracking-link-dialog.tsx')))

/** Copies the tracking link of an order, and shows it. Once it was shown, it is on the printed work sheet as well. */
export function TrackingLinkButton({
  orderId,
  size,
  class: className = '',
}: {
  orderId: string
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
          <TrackingLink orderId={orderId} isOpen={isOpen} onClose={() => setIsOpen(false)} />
        </ErrorBoundary>
      )}
    </>
  )
}
