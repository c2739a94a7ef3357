import { useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import { useLocation } from 'preact-iso/router'
import { Register as Details } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { createForm } from '../../models/ui/form.ts'
import { register } from '../../models/session/session.ts'
import { loadStartChunk } from '../../models/ui/load-chunk.ts'
import { AuthFrame, linkClass } from './frame.tsx'

const StrengthMeter = lazy(() => loadStartChunk(() => import('../../components/strength-meter.tsx')))

export default function Register() {
  const { query } = useLocation()
  const [form] = useState(() => createForm({ name: '', email: '', password: '' }, { draft: 'account' }))
  const next = query.next ? `?next=${encodeURIComponent(query.next)}` : ''
  const toSignIn = (
    <a href={`/sign-in${next}`} class={linkClass}>
      {t().common.signIn}
    </a>
  )

  return (
    <AuthFrame
      title={t().common.createAccount}
      other={<RichText text={t().auth.haveAccount} parts={{ link: toSignIn }} />}
    >
      <Form form={form} onSubmit={() => form.submit(Details, form.values.value, register)}>
        <TextField form={form} name="name" label={t().auth.yourName} autocomplete="name" />
        <TextField form={form} name="email" label={t().common.email} type="email" autocomplete="username" />
        <PasswordField
          form={form}
          name="password"
          label={t().common.password}
          help={t().auth.passwordHelp}
          autocomplete="new-password"
        />
        <StrengthMeter
          password={form.values.value.password}
          about={[form.values.value.name, form.values.value.email]}
        />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
          {t().auth.submitRegister}
        </Button>
      </Form>
    </AuthFrame>
  )
}
