import { useState } from 'preact/hooks'
import { ForgotPassword } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { send } from '../../models/session/http.ts'
import { createForm } from '../../models/ui/form.ts'
import { AuthFrame, linkClass } from './frame.tsx'

/** Asks for a link by e-mail. The answer is the same whether there is such an account or not. */
export function ForgotPage() {
  const [form] = useState(() => createForm({ email: '' }, { draft: 'account' }))
  const [sent, setSent] = useState(false)
  const submit = () =>
    form.submit(ForgotPassword, form.values.value, async (body) => {
      await send('/auth/forgot', { method: 'POST', body })
      setSent(true)
    })
  return (
    <AuthFrame
      title={t().recovery.forgotTitle}
      other={
        <a href="/sign-in" class={linkClass}>
          {t().recovery.backToSignIn}
        </a>
      }
    >
      {sent ? (
        <p role="status" class="rounded-sm bg-sunken px-3 py-2.5">
          {t().recovery.forgotSent}
        </p>
      ) : (
        <Form form={form} onSubmit={submit}>
          <p class="text-soft">{t().recovery.forgotHelp}</p>
          <TextField form={form} name="email" label={t().common.email} type="email" autocomplete="username" />
          <FormProblem form={form} />
          <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
            {t().recovery.sendLink}
          </Button>
        </Form>
      )}
    </AuthFrame>
  )
}
