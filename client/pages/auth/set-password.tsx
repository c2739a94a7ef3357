import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { ResetPassword, type LinkDetails } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, PasswordField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import StrengthMeter from '../../components/strength-meter.tsx'
import { send } from '../../models/session/http.ts'
import { signIn } from '../../models/session/session.ts'
import { createForm } from '../../models/ui/form.ts'
import { OpenedLink } from './opened-link.tsx'

/** For a forgotten password, and for an invitation. */
export const SetPasswordPage = () => (
  <OpenedLink title={t().recovery.choosePassword} again={{ href: '/forgot', label: t().recovery.askAgain }}>
    {(link) => <SetPassword {...link} />}
  </OpenedLink>
)

function SetPassword({ token, email, name }: LinkDetails & { token: string }) {
  const { route } = useLocation()
  const [form] = useState(() => createForm({ password: '' }))
  const { password } = form.values.value

  async function submit() {
    const done = await form.submit(ResetPassword, { token, password: form.values.value.password }, async (body) => {
      await send('/auth/reset', { method: 'POST', body })
      return body
    })
    if (!done) return
    // The password is set. What keeps the sign-in from succeeding now, the sign-in page shows.
    const signedIn = await signIn({ email, password: done.password }).then(
      () => true,
      () => false,
    )
    route(signedIn ? '/' : '/sign-in', true)
  }

  return (
    <Form form={form} onSubmit={submit}>
      {/* For password managers. */}
      <input type="email" name="username" autocomplete="username" value={email} readOnly hidden />
      <PasswordField
        form={form}
        name="password"
        label={t().common.password}
        help={t().auth.passwordHelp}
        autocomplete="new-password"
      />
      <StrengthMeter password={password} about={[email, name]} />
      <FormProblem form={form} />
      <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
        {t().recovery.setPassword}
      </Button>
    </Form>
  )
}
