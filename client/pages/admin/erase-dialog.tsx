import { useState } from 'preact/hooks'
import type { User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { DownloadData } from '../../components/download-data.tsx'
import { RichText } from '../../components/rich-text.tsx'
import type { Users } from '../../models/admin/users.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'

interface Props {
  users: Users
  user: Pick<User, 'id' | 'name'>
  /** A customer without an account. */
  isCaller?: boolean
  onClose(): void
}

/** A person's data as a file, and their erasure. */
export function EraseDialog({ users, user, isCaller = false, onClose }: Props) {
  const [busy, setBusy] = useState(false)

  async function erase() {
    setBusy(true)
    try {
      await users.erase(user.id)
      showNotice(t().erasure.erased(user.name))
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
    onClose()
  }

  return (
    <Dialog title={t().erasure.title} onClose={onClose}>
      <DownloadData userId={user.id} />
      <p class="text-soft">
        <RichText text={isCaller ? t().callers.eraseHelp : t().erasure.help} parts={{ name: <bdi>{user.name}</bdi> }} />
      </p>
      <Button variant="danger" busy={busy} onClick={() => void erase()}>
        {t().erasure.erase}
      </Button>
    </Dialog>
  )
}
