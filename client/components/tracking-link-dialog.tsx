import { useEffect, useState } from 'preact/hooks'
import type { Order } from '#shared/orders.ts'
import { TrackingLink } from '#shared/tracking.ts'
import { t } from '../i18n/index.ts'
import { messageOf } from '../models/session/api-error.ts'
import { appointment } from '../models/ui/format.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { Copyable } from './copyable.tsx'
import { Dialog } from './dialog.tsx'
import { Failed, Skeleton } from './list-states.tsx'
import { hasPin } from './order-pin.tsx'
import { QrCode } from './qr-code.tsx'
import { useWorkspace } from './workspace-context.ts'

/**
 * The tracking link of an order: in the dialog, and as a QR code on paper, unless the customer has a PIN to tell. Its page
 * shows the PIN, and vendors take the work sheet along.
 */
export default function TrackingLinkOf({ order, isOpen, onClose }: { order: Order; isOpen: boolean; onClose(): void }) {
  const { api } = useWorkspace()
  const [link, setLink] = useState<TrackingLink | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const [printing, setPrinting] = useState(false)
  const showsPin = hasPin(order)
  const path = `/orders/${encodeURIComponent(order.id)}/tracking`

  function load() {
    setProblem(null)
    api.post(path, TrackingLink, {}).then(
      (made) => {
        setLink(made)
        // Where the browser does not allow it, the dialog has a button.
        copy(made.url).then(
          () => showNotice(t().tracking.copied),
          () => {},
        )
      },
      (error: unknown) => setProblem(error),
    )
  }
  useEffect(() => {
    if (isOpen) load()
    // oxlint-disable-next-line react/exhaustive-deps -- once each time it is opened
  }, [isOpen])

  useEffect(() => {
    if (!printing) return
    window.print()
    setPrinting(false)
  }, [printing])

  async function revoke() {
    try {
      await api.remove(path)
      setLink(null)
      onClose()
      showNotice(t().tracking.revoked)
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
  }

  return (
    <>
      {isOpen && (
        <Dialog title={t().tracking.title} onClose={onClose}>
          {problem !== null ? (
            <Failed message={messageOf(problem)} onRetry={load} />
          ) : !link ? (
            <Skeleton rows={1} class="h-64" />
          ) : (
            <>
              <p class="-mt-3 text-sm text-soft">
                {t().tracking.help} {t().tracking.validUntil(appointment(link.expiresAt))}{' '}
                {showsPin && t().tracking.showsPin}
              </p>
              <Copyable text={link.url} label={t().tracking.copyLabel} />
              <div class="justify-self-center">
                <QrCode text={link.url} label={t().tracking.qrCode} />
              </div>
              <div class="flex flex-wrap justify-between gap-3">
                <Button variant="quiet" onClick={() => void revoke()}>
                  {t().tracking.revoke}
                </Button>
                {!showsPin && (
                  <Button
                    icon="icon-[lucide--printer]"
                    onClick={() => {
                      onClose()
                      setPrinting(true)
                    }}
                  >
                    {t().tracking.print}
                  </Button>
                )}
              </div>
            </>
          )}
        </Dialog>
      )}
      {link && !showsPin && (
        <figure class="hidden items-center gap-4 print:flex" data-tracking-code>
          <QrCode text={link.url} label={t().tracking.qrCode} />
          <figcaption>{t().tracking.scan}</figcaption>
        </figure>
      )}
    </>
  )
}

/** async, so that a page without a clipboard rejects. */
const copy = async (text: string): Promise<void> => navigator.clipboard.writeText(text)
