import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { Login } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { createForm } from '../../models/ui/form.ts'
import { endedBecause, signIn } from '../../models/session/session.ts'
import { AuthFrame, linkClass } from './frame.tsx'

export default function SignIn() {
  const { query } = useLocation()
  const [form] = useState(() => createForm({ email: '', password: '' }, { draft: 'account' }))
  const next = query.next ? `?next=${encodeURIComponent(query.next)}` : ''
  const toRegister = (
    <a href={`/register${next}`} class={linkClass}>
      {t().common.createAccount}
    </a>
  )

  return (
    <AuthFrame title={t().common.signIn} other={<RichText text={t().auth.newHere} parts={{ link: toRegister }} />}>
      <Form form={form} onSubmit={() => form.submit(Login, form.values.value, signIn)}>
        {endedBecause.value && !form.problem.value && (
          <p role="status" class="rounded-sm bg-sunken px-3 py-2.5 text-sm">
            {endedBecause.value}
          </p>
        )}
        <TextField form={form} name="email" label={t().common.email} type="email" autocomplete="username" />
        <PasswordField form={form} name="password" label={t().common.password} autocomplete="current-password" />
        <a href="/forgot" class={`${linkClass} -mt-3 text-sm`}>
          {t().auth.forgot}
        </a>
        <FormProblem form={form} />
        <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
          {t().common.signIn}
        </Button>
      </Form>
    </AuthFrame>
  )
}
