import { useState } from 'preact/hooks'
import type { Invitation, NewInvitation } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { RichText } from '../../components/rich-text.tsx'
import type { Users } from '../../models/admin/users.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { appointment } from '../../models/ui/format.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { LinkDialog } from './invite-dialogs.tsx'

/** Invitations that were not accepted yet. Nothing when there is none. */
export function PendingInvitations({ users }: { users: Users }) {
  const [repeated, setRepeated] = useState<NewInvitation | null>(null)
  const invitations = users.invitations.value
  if (invitations.length === 0 && !repeated) return null
  return (
    <section class="mb-6" aria-label={t().invitations.pending}>
      <h2 class="mb-2 font-semibold">{t().invitations.pending}</h2>
      <ul class="overflow-hidden rounded-md border border-line bg-surface">
        {invitations.map((invitation) => (
          <Row key={invitation.id} invitation={invitation} users={users} onRepeated={setRepeated} />
        ))}
      </ul>
      {repeated && (
        <LinkDialog
          link={repeated}
          name={repeated.invitation.name}
          email={repeated.invitation.email}
          onClose={() => setRepeated(null)}
        />
      )}
    </section>
  )
}

interface RowProps {
  invitation: Invitation
  users: Users
  onRepeated(link: NewInvitation): void
}

function Row({ invitation: { id, name, email, role, expiresAt }, users, onRepeated }: RowProps) {
  const [busy, setBusy] = useState(false)
  async function run(action: () => Promise<void>) {
    setBusy(true)
    try {
      await action()
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
    setBusy(false)
  }
  const withdraw = async () => {
    await users.withdraw(id)
    showNotice(t().invitations.withdrawn(name))
  }
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 not-first:border-t not-first:border-line">
      <div class="min-w-0 flex-1 max-sm:basis-full">
        <p class="font-medium" dir="auto">
          {name}
        </p>
        <p class="text-sm text-soft">{email}</p>
      </div>
      <p class="text-sm text-soft max-sm:basis-full">
        {t().roles[role]},{' '}
        <RichText
          text={t().invitations.pendingUntil}
          parts={{ time: <time dateTime={expiresAt}>{appointment(expiresAt)}</time> }}
        />
      </p>
      <div class="-mx-3 flex flex-wrap gap-1">
        <Button
          variant="quiet"
          size="sm"
          disabled={busy}
          onClick={() => void run(async () => onRepeated(await users.repeat(id)))}
        >
          {t().invitations.inviteAgain}
        </Button>
        <Button
          variant="quiet"
          size="sm"
          disabled={busy}
          aria-label={t().invitations.withdrawNamed(name)}
          onClick={() => void run(withdraw)}
        >
          {t().invitations.withdraw}
        </Button>
      </div>
    </li>
  )
}
