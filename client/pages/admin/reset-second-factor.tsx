import { useState } from 'preact/hooks'
import type { User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { ApiError, messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'

/** For a person who has lost the phone with the app and the recovery codes. */
export function ResetSecondFactor({ user }: { user: User }) {
  const { api } = useWorkspace()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)

  async function reset() {
    setBusy(true)
    try {
      await api.remove(`/users/${user.id}/second-factor`)
      showNotice(t().secondFactor.wasReset(user.name))
    } catch (error) {
      const isOff = error instanceof ApiError && error.code === 'not_found'
      showNotice(isOff ? t().secondFactor.hasNone(user.name) : messageOf(error), 'problem')
    }
    setBusy(false)
    setOpen(false)
  }

  return (
    <>
      <IconButton
        icon="icon-[lucide--shield-off]"
        label={t().secondFactor.resetOf(user.name)}
        onClick={() => setOpen(true)}
      />
      {open && (
        <Dialog title={t().secondFactor.reset} onClose={() => setOpen(false)}>
          <p class="text-soft">
            <RichText text={t().secondFactor.resetHelp} parts={{ name: <bdi>{user.name}</bdi> }} />
          </p>
          <Button variant="danger" busy={busy} onClick={() => void reset()}>
            {t().secondFactor.reset}
          </Button>
        </Dialog>
      )}
    </>
  )
}
