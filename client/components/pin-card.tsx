import { useEffect, useState } from 'preact/hooks'
import * as z from 'zod/mini'
import { OrderPin } from '#shared/file-input.ts'
import { t } from '../i18n/index.ts'
import { messageOf } from '../models/session/api-error.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { useRetryWhenBack } from './use-retry-when-back.ts'
import { useWorkspace } from './workspace-context.ts'

/** For its customer, and for admins, who may end the vendor's wait after wrong PINs. */
export default function PinCard({ orderId }: { orderId: string }) {
  const { api, me } = useWorkspace()
  const path = `/orders/${encodeURIComponent(orderId)}/pin`
  const [pin, setPin] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let current = true
    setFailed(false)
    api.get(path, OrderPin).then(
      (found) => current && setPin(found.pin),
      () => current && setFailed(true),
    )
    return () => void (current = false)
  }, [api, path, attempt])
  useRetryWhenBack(failed, () => setAttempt(attempt + 1))
  if (pin === null) return null

  const isAdmin = me.role === 'admin'
  async function unlock() {
    try {
      await api.post(`${path}/unlock`, z.null(), {})
      showNotice(t().proof.unlocked)
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
  }
  return (
    <section
      data-pin
      aria-labelledby="pin"
      class="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-md border border-line bg-surface p-4 print:hidden"
    >
      <div class="min-w-40 flex-1">
        <h2 id="pin" class="text-sm font-semibold">
          {isAdmin ? t().proof.pin : t().proof.yourPin}
        </h2>
        <p class="text-sm text-soft">{isAdmin ? t().proof.adminPinHelp : t().proof.yourPinHelp}</p>
      </div>
      <p class="font-mono text-xl font-semibold tracking-widest" dir="ltr">
        {pin}
      </p>
      {isAdmin && (
        <Button size="sm" variant="quiet" onClick={() => void unlock()}>
          {t().proof.unlock}
        </Button>
      )}
    </section>
  )
}
