import { useState } from 'preact/hooks'
import { UseLink, type LinkDetails } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { send } from '../../models/session/http.ts'
import { renew } from '../../models/session/session.ts'
import { createForm } from '../../models/ui/form.ts'
import { linkClass } from './frame.tsx'
import { OpenedLink } from './opened-link.tsx'

/** Confirms an e-mail address: by a button, because programs that check e-mails open every link. */
export const ConfirmPage = () => (
  <OpenedLink title={t().recovery.confirmTitle} again={{ href: '/account', label: t().account.title }}>
    {(link) => <Confirm {...link} />}
  </OpenedLink>
)

function Confirm({ token, kind }: LinkDetails & { token: string }) {
  const [form] = useState(() => createForm({ token }))
  const [confirmed, setConfirmed] = useState(false)
  const submit = () =>
    form.submit(UseLink, { token }, async (body) => {
      await send('/auth/confirm-email', { method: 'POST', body })
      setConfirmed(true)
      // A signed-in page shows the new address.
      await renew().catch(() => {})
    })
  if (confirmed) {
    return (
      <>
        <p role="status" class="rounded-sm bg-sunken px-3 py-2.5">
          {kind === 'verification' ? t().recovery.verified : t().recovery.confirmed}
        </p>
        <a href="/" class={linkClass}>
          {t().recovery.continue}
        </a>
      </>
    )
  }
  return (
    <Form form={form} onSubmit={submit}>
      <FormProblem form={form} />
      <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
        {t().recovery.confirmAddress}
      </Button>
    </Form>
  )
}
