import { useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import { t } from '../i18n/index.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { UnreadBadge } from './unread-badge.tsx'

const Thread = lazy(() => loadChunk(() => import('./thread.tsx')))

/** The messages of an order. Nothing of them is loaded until they are opened. */
export function OrderMessages({ orderId }: { orderId: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <section data-messages class="rounded-md border border-line bg-surface print:hidden">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        class="hit flex w-full items-center gap-2 rounded-md px-4 py-2.5 text-sm font-semibold hover:bg-sunken"
      >
        <span class="icon-[lucide--message-square-text] size-4 text-soft" aria-hidden="true" />
        <span class="flex-1 text-start">{t().messages.title}</span>
        {!isOpen && <UnreadBadge orderId={orderId} />}
        <span class="icon-[lucide--chevron-down] size-4 text-soft" aria-hidden="true" />
      </button>
      {isOpen && (
        <ErrorBoundary>
          <Thread key={orderId} orderId={orderId} />
        </ErrorBoundary>
      )}
    </section>
  )
}
