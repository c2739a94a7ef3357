import { useEffect, useState } from 'preact/hooks'
import * as z from 'zod/mini'
import { t } from '../i18n/index.ts'
import { messageOf } from '../models/session/api-error.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { RichText } from './rich-text.tsx'
import { useWorkspace } from './workspace-context.ts'

/** Shown until the person has opened the link in the e-mail. `onReturn`: the page is looked at again, perhaps after that. */
export function ConfirmEmail({ email, onReturn }: { email: string; onReturn(): void }) {
  const { api } = useWorkspace()
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    addEventListener('focus', onReturn)
    return () => removeEventListener('focus', onReturn)
  }, [onReturn])

  async function sendAgain() {
    setBusy(true)
    try {
      await api.post('/auth/confirm-email/send', z.unknown(), {})
      showNotice(t().account.linkSent(email))
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
    setBusy(false)
  }

  return (
    <div role="status" class="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md bg-sunken p-4">
      <div class="min-w-[min(100%,14rem)] flex-1">
        <p class="font-medium">{t().account.confirmFirst}</p>
        <p class="mt-1 text-sm wrap-anywhere text-soft">
          <RichText text={t().account.confirmFirstHelp} parts={{ email: <bdi>{email}</bdi> }} />
        </p>
      </div>
      <Button busy={busy} onClick={() => void sendAgain()}>
        {t().account.sendAgain}
      </Button>
    </div>
  )
}
