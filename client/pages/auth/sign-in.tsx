import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import { useLocation } from 'preact-iso/router'
import { ApiError } from '../../models/session/api-error.ts'
import type { Login } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { createForm } from '../../models/ui/form.ts'
import { send } from '../../models/session/http.ts'
import { endedBecause, loadUserSchemas, signIn } from '../../models/session/session.ts'
import { loadStartChunk } from '../../models/ui/load-chunk.ts'
import { AuthFrame, linkClass } from './frame.tsx'

const NextStep = lazy(() => loadStartChunk(() => import('./next-step.tsx')))

/** Loaded after the form is shown (models/session/session.ts needs the same file). */
const loginSchema = async () => (await loadUserSchemas()).Login

export function SignIn() {
  /** `#challenge=…` after the password, and what the server sets after a sign-in through another provider. */
  const [step, setStep] = useState(() => /^#(challenge|problem|session)\b.*/.exec(location.hash)?.[0] ?? '')
  const { query } = useLocation()
  const [otherWays, setOtherWays] = useState<ComponentChildren>(null)
  useEffect(() => {
    // The form does not wait for the answer, which is empty on most servers.
    void send('/auth/oidc')
      .then(async (provider) => {
        if (provider === null) return
        const { OtherWays } = await loadStartChunk(() => import('./other-ways.tsx'))
        setOtherWays(<OtherWays provider={provider} />)
      })
      .catch(() => {})
  }, [])
  const [form] = useState(() => createForm({ email: '', password: '' }, { draft: 'account' }))
  const signInOrAsk = (login: Login) =>
    signIn(login).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.code !== 'second_factor_required') throw error
      setStep(`#challenge=${String(error.problem.challenge)}`)
      return false
    })
  if (step) return <NextStep step={step} onBack={() => setStep('')} />
  const next = query.next ? `?next=${encodeURIComponent(query.next)}` : ''
  const toRegister = (
    <a href={`/register${next}`} class={linkClass}>
      {t().common.createAccount}
    </a>
  )

  return (
    <AuthFrame title={t().common.signIn} other={<RichText text={t().auth.newHere} parts={{ link: toRegister }} />}>
      <Form form={form} onSubmit={() => form.submit(loginSchema, form.values.value, signInOrAsk)}>
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
      {otherWays}
    </AuthFrame>
  )
}
