import { useState } from 'preact/hooks'
import type { Session } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { RelativeTime } from '../../components/time.tsx'
import type { AccountModel } from '../../models/account/account.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { Section } from './section.tsx'

/** Where the person is signed in. This one is ended by signing out. */
export function Sessions({ model }: { model: AccountModel }) {
  return (
    <Section title={t().account.sessions}>
      <ul class="overflow-hidden rounded-md border border-line bg-surface">
        {model.sessions.value.map((session) => (
          <Row key={session.id} session={session} model={model} />
        ))}
      </ul>
    </Section>
  )
}

function nameOf({ browser, system }: Session): string {
  if (browser === null || system === null) return browser ?? system ?? t().account.unknownDevice
  return t().account.deviceOn(browser, system)
}

function Row({ session, model }: { session: Session; model: AccountModel }) {
  const [busy, setBusy] = useState(false)
  const name = nameOf(session)
  async function end() {
    setBusy(true)
    try {
      await model.endSession(session.id)
      showNotice(t().account.ended)
    } catch (error) {
      showNotice(messageOf(error), 'problem')
      setBusy(false)
    }
  }
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 p-4 not-first:border-t not-first:border-line">
      <div class="min-w-[min(100%,9rem)] flex-1">
        <p class="font-medium">{name}</p>
        <p class="text-sm text-soft">
          <RichText text={t().account.lastUsed} parts={{ time: <RelativeTime at={session.lastUsedAt} /> }} />
        </p>
      </div>
      {session.current ? (
        <p class="text-sm text-soft">{t().account.thisOne}</p>
      ) : (
        <Button busy={busy} aria-label={t().account.endNamed(name)} onClick={() => void end()}>
          {t().account.end}
        </Button>
      )}
    </li>
  )
}
